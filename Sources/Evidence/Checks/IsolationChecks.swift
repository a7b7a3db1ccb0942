internal import Config
internal import Engine
internal import Model
internal import Rules
internal import Traffic

extension EvidenceChecks {
  /// Default deny, and workloads that no policy selects.
  mutating func addIsolation(_ world: WorldEvidence, _ context: EvidenceContext) {
    for namespace in world.namespaces {
      for type in PolicyType.allCases { addDefaultDeny(namespace, type, world, context) }
      addUnpoliced(namespace, world, context)
    }
  }

  private mutating func addDefaultDeny(
    _ namespace: String, _ type: PolicyType, _ world: WorldEvidence, _ context: EvidenceContext
  ) {
    let id = type == .ingress ? "default-deny-ingress" : "default-deny-egress"
    let view = world.view
    var isOpen = false
    for workload in view.world.workloadIDs(in: namespace) {
      let subject = world.subject(workload, context)
      switch view.isClosed(view.reach.podClass(of: workload), type) {
      case .yes: continue
      case .no: add(id, .fail, "no policy isolates \(subject.name) for \(type.field) (\(subject.place))", subject)
      case .unknown:
        add(
          id, .undecided, "whether a policy isolates \(subject.name) for \(type.field) hangs on what is not evaluated",
          subject)
      }
      isOpen = true
    }
    if isOpen { return }
    if let policy = view.world.policyIDs(in: namespace).first(where: {
      DefaultDeny.isDefaultDeny(view.world[$0], type) && view.world[$0].isSound
    }) {
      let subject = world.subject(policy, context)
      add(
        id, .pass, "namespace \(namespace) denies \(type.field) by default: \(subject.name) (\(subject.place))", subject
      )
    } else {
      add(id, .pass, "each workload of namespace \(namespace) is isolated for \(type.field); a new one need not be")
    }
  }

  private mutating func addUnpoliced(_ namespace: String, _ world: WorldEvidence, _ context: EvidenceContext) {
    let view = world.view
    var count = 0
    for workload in view.world.workloadIDs(in: namespace) {
      count += 1
      let podClass = view.reach.podClass(of: workload)
      let answers = PolicyType.allCases.map { view.isClosed(podClass, $0) }
      let subject = world.subject(workload, context)
      if answers.allSatisfy({ $0 == .no }) {
        add("workload-unpoliced", .fail, "no policy selects \(subject.name) (\(subject.place))", subject)
      } else if !answers.contains(.yes) {
        add("workload-unpoliced", .undecided, "whether a policy selects \(subject.name) cannot be told", subject)
      }
    }
    add("workload-unpoliced", .pass, "\(count) workloads of namespace \(namespace) were looked at")
  }
}

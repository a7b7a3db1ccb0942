internal import Config
internal import Engine
internal import Model
internal import Reporting
internal import Rules
internal import Traffic

extension EvidenceChecks {
  /// Default deny, and workloads that no policy selects.
  mutating func addIsolation(_ world: WorldEvidence, _ context: EvidenceContext) {
    for namespace in world.namespaces {
      for type in PolicyType.allCases { addDefaultDeny(namespace, type, world, context) }
      addUnpoliced(namespace, world, context)
    }
    addOutOfScope(world)
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
        let why = view.world[workload].hostNetwork ? ", which is on the node's network" : ""
        add("workload-unpoliced", .fail, "no policy applies to \(subject.name)\(why) (\(subject.place))", subject)
      } else if !answers.contains(.yes) {
        add("workload-unpoliced", .undecided, "whether a policy applies to \(subject.name) cannot be told", subject)
      }
    }
    add("workload-unpoliced", .pass, "\(Summary.count(count, "workload")) of namespace \(namespace) looked at")
  }

  /// The rest is not looked at; what no policy applies to there is said all the same.
  private mutating func addOutOfScope(_ world: WorldEvidence) {
    let view = world.view
    let scope = Set(world.namespaces)
    if scope.isEmpty { return }
    let open = view.world.identifiedWorkloads.filter { id, workload in
      !scope.contains(workload.meta.namespace)
        && PolicyType.allCases.allSatisfy { view.isClosed(view.reach.podClass(of: id), $0) == .no }
    }.map { "\($1.meta.kind) \($1.meta.qualifiedName)" }
    if open.isEmpty { return }
    let names = open.prefix(3).joined(separator: ", ") + (open.count > 3 ? " and \(open.count - 3) more" : "")
    add(
      "workload-unpoliced", .pass,
      "out of scope: in namespaces without ePHI no policy applies to \(names)")
  }
}

internal import Diagnostics
internal import Engine
internal import Model

extension ClusterPolicy {
  /// `AdminNetworkPolicy wall`.
  var title: String { "\(kind.rawValue) \(meta.name.value)" }
}

extension Subject {
  /// That the admin tier denies what a NetworkPolicy's rule means to let through for a workload on a port; on every one
  /// where it is `nil`.
  static func denied(_ direction: PolicyType, of meta: ObjectMeta, on port: UInt16?) -> Subject {
    Subject(meta.reference, "denied \(direction.field) \(port.map(String.init) ?? "")")
  }
}

extension Analysis {
  /// Where the causes are found of what the admin tier denies: in rules for the same workloads and ports that it makes dead.
  func denied(_ direction: PolicyType, of workloads: some Sequence<WorkloadID>, on ports: PortSet) -> [Subject] {
    let numbers: [UInt16?] = [nil] + ports.numbers(atMost: 8)
    return workloads.prefix(8).flatMap { id in
      numbers.map { .denied(direction, of: world[id].meta, on: $0) }
    }
  }

  func rule(_ reference: ClusterRuleReference) -> ClusterRule {
    world[reference.policy].rules(reference.direction)[reference.rule]
  }

  /// The rules of policies for the whole cluster that deny a connection on one of its sides; empty where something else
  /// blocks it, or nothing.
  func denials(
    from source: Endpoint, to destination: Endpoint, _ ports: PortSet, _ direction: PolicyType
  ) -> [ClusterRuleReference] {
    if world.clusterPolicies.isEmpty || ports.isEmpty { return [] }
    let explanation = reach.explain(from: source, to: destination, ports)
    guard case .denied(let rules) = (direction == .egress ? explanation.egress : explanation.ingress).reason else {
      return []
    }
    return rules
  }

  /// `the Admin tier denies it: AdminNetworkPolicy wall, rule "no"`; `nil` where no rule is given.
  func blame(_ rules: [ClusterRuleReference]) -> String? {
    guard let first = rules.first else { return nil }
    let policy = world[first.policy]
    let name = rule(first).name.map { ", rule \"\($0.value)\"" } ?? ""
    return "the \((policy.tier ?? .admin).rawValue) tier denies it: \(policy.title)\(name)"
  }

  /// The places of rules beside a finding; the first three.
  func places(of rules: [ClusterRuleReference]) -> [RelatedPlace] {
    var seen: Set<SourceSpan> = []
    return rules.filter { seen.insert(rule($0).firstKeySpan).inserted }.prefix(3).map { reference in
      let verb =
        switch reference.action {
        case .allow: "lets it through"
        case .deny: "denies it"
        case .pass: "passes it on"
        }
      return RelatedPlace(rule(reference).firstKeySpan, "\(world[reference.policy].title) \(verb)")
    }
  }
}

internal import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Rules
internal import Writing

/// Finds what the manifests leave open: connections that may be possible and are not listed, each with its cause.
struct UntoldConnections {
  private var places: Places
  private let facts: Facts
  private var found: [(span: SourceSpan, sentence: String)] = []
  private var missing: Set<String> = []

  /// More of a kind than this are counted, not listed.
  private static let mostListed = 10

  init(places: Places, facts: Facts) {
    self.places = places
    self.facts = facts
  }

  /// In order of place, without twins; more than can be read are counted.
  var sentences: [String] {
    var seen: Set<String> = []
    let all =
      found.sorted { ($0.span, $0.sentence) < ($1.span, $1.sentence) }.map(\.sentence).filter {
        seen.insert($0).inserted
      } + missing.sorted()
    let left = all.count - UntoldConnections.mostListed
    return left <= 1
      ? all : all.prefix(UntoldConnections.mostListed) + ["Cannot tell: \(left) more causes like these."]
  }

  mutating func add(_ world: QueryWorld) {
    for text in world.missing { missing.insert("Cannot tell: \(DisplayText.escaped(text)).") }
    addOtherPolicies(world.world)
    addRefusedPolicies(world.world)
    addGeneratedLabels(world.world)
    addControllers(world)
    addHostNetwork(world.world)
  }

  private mutating func add(_ span: SourceSpan, _ text: String) {
    found.append((span, "Cannot tell: \(places.text(of: span)): \(DisplayText.escaped(text))."))
  }

  private mutating func addOtherPolicies(_ world: World) {
    for other in world.others {
      let what = "\(other.meta.kind) \(other.meta.name.value) is not evaluated"
      switch facts.labels.otherPolicyScope(other.meta) {
      case .none: break
      case .cluster: add(other.meta.name.span, "\(what); it may decide about every pod, so that nothing is listed")
      case .namespace(let name):
        add(other.meta.name.span, "\(what); what it may decide about pods of namespace \(name) is not listed")
      }
    }
  }

  private mutating func addRefusedPolicies(_ world: World) {
    for policy in world.policies {
      let name = "\(policy.meta.namespace)/\(policy.meta.name.value)"
      if !policy.isSound {
        add(
          policy.nameSpan,
          "the API server would refuse NetworkPolicy \(name); nothing is listed for pods of its namespace")
        continue
      }
      let rules = PolicyType.allCases.flatMap { policy.effectiveRules($0) }
      if let rule = rules.first(where: { !$0.isSound }) {
        add(
          rule.firstKeySpan, "the API server would refuse NetworkPolicy \(name); nothing is listed for pods it selects")
      }
    }
  }

  private mutating func addGeneratedLabels(_ world: World) {
    let selection = Selection(world)
    func ask(_ matches: Matches, _ span: SourceSpan) {
      guard !matches.possible.isEmpty else { return }
      let workload = world.workloads[matches.possible[0]]
      let name = "\(workload.meta.namespace)/\(workload.meta.name.value)"
      add(span, "the selector asks for a label of \(name) whose value a controller sets")
    }
    for policy in world.policies {
      ask(selection.pods(of: policy), policy.podSelector.keySpan)
      for rule in PolicyType.allCases.flatMap({ policy.effectiveRules($0) }) {
        for peer in rule.peers.items { ask(selection.pods(of: peer, in: policy), peer.firstKeySpan) }
      }
    }
  }

  /// Workloads that an Ingress or a Route leads to, where a policy lets an ingress controller in or not.
  private mutating func addControllers(_ world: QueryWorld) {
    for (workload, ports) in world.services.routedPorts().sorted(by: { $0.key < $1.key }) {
      var (listed, possible) = (PortSet(), PortSet())
      for controller in world.reach.ingressControllers {
        let bounds = world.reach.ports(from: .pods(controller), to: .workload(workload))
        listed.formUnion(bounds.certain)
        possible.formUnion(bounds.possible)
      }
      guard !ports.intersection(possible).isSubset(of: listed) else { continue }
      let meta = world.world.workloads[workload].meta
      add(
        meta.name.span,
        "an Ingress or Route leads to \(meta.namespace)/\(meta.name.value), and no ingress controller was read: its "
          + "labels decide whether a policy lets it in (a component of the config can say them)")
    }
  }

  private mutating func addHostNetwork(_ world: World) {
    guard let first = world.workloads.first(where: \.hostNetwork), !world.policies.isEmpty else { return }
    add(
      first.meta.name.span,
      "pods of \(first.meta.namespace)/\(first.meta.name.value) use their node's network: whether isolated pods "
        + "exchange traffic with them depends on the node, so that only what rules allow for everyone is listed")
  }
}

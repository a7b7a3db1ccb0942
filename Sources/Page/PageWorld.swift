internal import Config
internal import Diagnostics
internal import Engine
internal import Model
internal import Queries
internal import Reporting
internal import Traffic
internal import Writing

/// One world as the page shows it: its matrix, and what the script needs to say why.
struct PageWorld: Sendable {
  /// What the script is told of a workload.
  struct Node: Sendable {
    let end: ConnectionNode
    /// What the config says that it has to do with ePHI; empty for nothing.
    let zone: String
    let isEPHI: Bool
    let usesHostNetwork: Bool
    /// The ports that its containers name, as text.
    let ports: String
    /// Numbers in `sides`: the lists of policies that isolate it, for ingress and for egress.
    let ingress: Int
    let egress: Int
  }

  struct Policy: Sendable {
    let name: String
    let span: SourceSpan
  }

  /// A rule, with the ends of the matrix that it lets through for certain.
  struct Rule: Sendable {
    let policy: Int
    let type: PolicyType
    let path: String
    let span: SourceSpan
    let ports: String
    let matchesAll: Bool
    /// Numbers of ends and how many follow.
    let ends: [Int]
    let addresses: String
  }

  let name: String
  let matrix: ConnectionMatrix
  /// In the order of the matrix, without its special ends.
  let nodes: [Node]
  let policies: [Policy]
  let rules: [Rule]
  /// Lists of policies.
  let sides: [[Int]]
  let flows: [NamedFlow]
  /// What `can-reach` says of each cell; `nil` where there are too many.
  let reasons: PageReasons?
  /// Whether policies for the whole cluster have a say, of which the script knows nothing.
  let hasClusterPolicies: Bool
  /// Namespaces with workloads that no policy closes as a whole in both directions.
  let openNamespaces: Set<String>
  /// Namespaces of which that cannot be told.
  let unknownNamespaces: Set<String>

  init(_ view: WorldView, _ sources: SourceTable, _ flows: [NamedFlow]) {
    name = view.context.name
    self.flows = flows
    var options = ConnectionOptions()
    options.includesUncertain = true
    options.otherPods = Strangers.ends(in: [])
    let connections = Connections(view, options)
    var table = ConnectionTable([(view.context.name, connections)])
    let matrix = ConnectionMatrix(&table, world: 0)
    self.matrix = matrix
    var builder = PageRules(view, matrix, connections)
    nodes = builder.nodes()
    sides = builder.sides
    policies = view.world.policies.map { Policy(name: $0.meta.qualifiedName, span: $0.nameSpan) }
    rules = builder.rules()
    hasClusterPolicies = !view.world.clusterPolicies.isEmpty
    // Of policies for the whole cluster the script knows nothing.
    let most = hasClusterPolicies ? PageReasons.mostEndsBelowTiers : PageReasons.mostEnds
    reasons = matrix.ends.count <= most ? PageReasons(view, matrix, connections, sources) : nil
    (openNamespaces, unknownNamespaces) = PageWorld.namespaces(view)
  }

  /// A namespace is closed where policies that select all of its pods isolate them in both directions, or another tier
  /// denies it.
  private static func namespaces(_ view: WorldView) -> (open: Set<String>, unknown: Set<String>) {
    var (open, unknown): (Set<String>, Set<String>) = ([], [])
    var closed: [String: Set<PolicyType>] = [:]
    for policy in view.world.policies where policy.isSound && policy.podSelector.selector == .everything {
      for type in PolicyType.allCases where policy.isolates(type) {
        closed[policy.meta.namespace, default: []].insert(type)
      }
    }
    var denied: [String: Truth] = [:]
    for (id, workload) in view.world.identifiedWorkloads where !workload.hostNetwork {
      let namespace = workload.meta.namespace
      let left = PolicyType.allCases.filter { closed[namespace]?.contains($0) != true }
      if left.isEmpty || open.contains(namespace) { continue }
      let isDenied =
        denied[namespace] ?? left.reduce(Truth.yes) { answer, type in answer && view.tierDeny(type, in: namespace) }
      denied[namespace] = isDenied
      if isDenied == .yes { continue }
      let isOpaque = view.reach.isIsolated(view.reach.podClass(of: id), .ingress) == .unknown
      if isOpaque || isDenied == .unknown { unknown.insert(namespace) } else { open.insert(namespace) }
    }
    return (open, unknown.subtracting(open))
  }
}

/// Works out which ends each rule speaks of.
private struct PageRules {
  private let view: WorldView
  private let connections: Connections
  private let matrix: ConnectionMatrix
  /// The ends of each class.
  private var endsOfClass: [ClassID: [Int]] = [:]
  private(set) var sides: [[Int]] = []
  private var numbersOfSides: [[Int]: Int] = [:]
  private var endsOfSet: [ClassSet: [Int]] = [:]

  init(_ view: WorldView, _ matrix: ConnectionMatrix, _ connections: Connections) {
    self.view = view
    self.matrix = matrix
    self.connections = connections
    for (number, end) in matrix.ends.enumerated() {
      for podClass in classes(of: end) { endsOfClass[podClass, default: []].append(number) }
    }
  }

  private func classes(of end: MatrixEnd) -> [ClassID] {
    switch end {
    case .workload(let node):
      (connections.number(of: node).map(connections.endpoints) ?? []).compactMap { endpoint in
        if case .pods(let id) = endpoint { id } else { nil }
      }
    case .otherPods: view.reach.podClass(of: Strangers.elsewhere).map { [$0] } ?? []
    // Whatever leads Ingresses in: its pods, or the ones that were not read.
    case .ingressController: view.reach.ingressControllers
    case .outside, .namespace: []
    }
  }

  mutating func nodes() -> [PageWorld.Node] {
    let zones = zones()
    var ports: [ConnectionNode: PortSet] = [:]
    for workload in view.world.workloads {
      for port in workload.containers.flatMap(\.ports) {
        ports[ConnectionNode(workload), default: PortSet()].insert(port.number...port.number, port.transport)
      }
    }
    return matrix.ends.compactMap { end in
      guard case .workload(let node) = end else { return nil }
      let classes = classes(of: end)
      return PageWorld.Node(
        end: node, zone: zones[node]?.title ?? "", isEPHI: zones[node]?.holdsEPHI ?? false,
        usesHostNetwork: classes.contains { view.reach[$0].usesHostNetwork },
        ports: ports[node]?.text ?? "", ingress: side(classes, .ingress), egress: side(classes, .egress))
    }
  }

  /// The zones of the workloads that are in one.
  private func zones() -> [ConnectionNode: Component.Data] {
    let configuration = view.configuration
    guard configuration.hipaa.zoneLabel != nil || configuration.components.contains(where: { $0.data != nil }) else {
      return [:]
    }
    return Dictionary(Zones(view).members.sorted { $0.key < $1.key }.map { (ConnectionNode(view.world[$0]), $1.zone) })
    {
      first, _ in first
    }
  }

  private mutating func side(_ classes: [ClassID], _ type: PolicyType) -> Int {
    let policies = Set(classes.flatMap { view.reach.policies(of: $0, type) }.map(\.index)).sorted()
    if let known = numbersOfSides[policies] { return known }
    numbersOfSides[policies] = sides.count
    sides.append(policies)
    return sides.count - 1
  }

  mutating func rules() -> [PageWorld.Rule] {
    var result: [PageWorld.Rule] = []
    for (id, policy) in view.world.identifiedPolicies {
      for type in PolicyType.allCases {
        for rule in policy.effectiveRules(type) where rule.isSound { result.append(self.rule(rule, id, policy)) }
      }
    }
    return result
  }

  private mutating func rule(_ rule: PolicyRule, _ id: PolicyID, _ policy: NetworkPolicy) -> PageWorld.Rule {
    var classes = ClassSet()
    var blocks: [String] = []
    for peer in rule.peers.items {
      if let block = peer.ipBlock {
        let except = block.except.map(\.text).joined(separator: ", ")
        blocks.append((block.cidr?.text ?? "") + (except.isEmpty ? "" : " except \(except)"))
      } else {
        classes.formUnion(view.reach.pods(of: peer, in: policy))
      }
    }
    let ports = rule.ports.items.map(\.text)
    return PageWorld.Rule(
      policy: id.index, type: rule.type, path: policy.meta.pathPrefix + rule.path, span: rule.span,
      ports: rule.allowsAllPorts ? "all ports" : ports.joined(separator: ", "), matchesAll: rule.peers.items.isEmpty,
      ends: ends(of: classes), addresses: blocks.joined(separator: "; "))
  }

  /// The ends of some classes as runs: a number and how many there are from it on.
  private mutating func ends(of classes: ClassSet) -> [Int] {
    if let known = endsOfSet[classes] { return known }
    var runs: [Int] = []
    for number in classes.ids.flatMap({ endsOfClass[$0] ?? [] }).sorted() {
      if let start = runs.dropLast().last, let length = runs.last, start + length == number {
        runs[runs.count - 1] += 1
      } else if runs.isEmpty || (runs.dropLast().last ?? 0) + (runs.last ?? 0) < number {
        runs += [number, 1]
      }
    }
    endsOfSet[classes] = runs
    return runs
  }
}

internal import Engine
internal import Model
internal import Traffic
internal import Writing

/// Says which rule or isolation makes each change of a comparison.
struct DiffReasons {
  private let pairs: [DiffPair]
  private let change: DiffChange
  private var havingPlaces: Places
  private var lackingPlaces: Places

  init(_ diff: Diff, _ change: DiffChange, old: Places, new: Places) {
    pairs = diff.pairs
    self.change = change
    havingPlaces = change.isOfOld ? old : new
    lackingPlaces = change.isOfOld ? new : old
  }

  /// The reasons for a connection, one a line; never empty.
  ///
  /// - Parameters:
  ///   - list: the number of the pair of worlds that it comes from.
  ///   - nodes: what the connection's numbers mean.
  mutating func lines(_ connection: Connection, _ ports: PortSet, list: Int, _ nodes: [ConnectionNode]) -> [String] {
    let pair = pairs[list]
    guard let having = pair.having(change) else { return [] }
    let question = Question(connection, ports, nodes, change)
    guard let (source, destination) = question.ends(in: having) else { return [] }
    var lines = question.newEnds(pair.lacking(change))
    let other = pair.lacking(change).flatMap { side in question.ends(in: side).map { (side, $0) } }
    for direction in [PolicyType.egress, .ingress] {
      let lacking = other.map { side, ends in
        (side, side.view.reach.explain(from: ends.0, to: ends.1, ports).side(direction))
      }
      if let lacking, lacking.1.answer == .yes { continue }
      let own =
        question.addresses.map { _ in question.parts(having, source, destination, direction) }
        ?? [having.view.reach.explain(from: source, to: destination, ports).side(direction)]
      lines += reasons(own, having, lacking, direction, question)
    }
    return lines.isEmpty ? [question.fallback] : lines
  }

  private mutating func reasons(
    _ own: [SideExplanation], _ having: DiffPair.Side, _ lacking: (DiffPair.Side, SideExplanation)?,
    _ direction: PolicyType, _ question: Question
  ) -> [String] {
    var lines: [String] = []
    let isAdded = !change.isOfOld
    if change.isOpen, own.contains(where: { $0.answer == .unknown }) {
      lines.append("\(direction.field): \(isAdded ? "now it cannot" : "before it could not") be told")
    }
    var seen: Set<RuleReference> = []
    var seenRanked: Set<ClusterRuleReference> = []
    for explanation in own {
      switch explanation.reason {
      case .allowed(let rules):
        for rule in rules where seen.insert(rule).inserted {
          let place = having.view.reference(rule, .allows).sentence
          lines.append(
            havingPlaces.shown("\(direction.field): \(place) \(isAdded ? "allows" : "allowed") it"))
        }
      case .accepted(let rules):
        for rule in rules where seenRanked.insert(rule).inserted {
          let place = having.view.reference(rule).sentence
          lines.append(
            havingPlaces.shown("\(direction.field): \(place) \(isAdded ? "accepts" : "accepted") it"))
        }
      case .notIsolated where lacking != nil:
        lines.append("\(direction.field): no policy \(isAdded ? "isolates" : "isolated") the \(direction.end)")
      case .hostNetwork where lacking != nil:
        lines.append("\(direction.field): pods on their node's network are not isolated")
      case .outside, .unreadController, .notIsolated, .hostNetwork, .isolated, .denied: break
      }
    }
    guard let (side, explanation) = lacking else { return lines }
    if explanation.answer == .unknown {
      lines.append("\(direction.field): \(isAdded ? "before" : "now") it cannot be told")
    }
    if case .denied(let rules) = explanation.reason {
      let places = rules.map { side.view.reference($0).sentence }
      lines.append(
        lackingPlaces.shown(
          """
          \(direction.field): \(isAdded ? "before" : "now") \(.list(places, by: " and ")) \
          \(isAdded ? "denied" : places.count == 1 ? "denies" : "deny") it
          """))
      return lines
    }
    let policies = side.view.isolating(explanation).map(\.sentence)
    if !policies.isEmpty {
      let verb = isAdded ? "isolated" : policies.count == 1 ? "isolates" : "isolate"
      lines.append(
        lackingPlaces.shown(
          """
          \(direction.field): \(isAdded ? "before" : "now") \(.list(policies, by: " and ")) \(verb) \
          the \(direction.end)
          """))
    }
    return lines
  }
}

/// One connection of a comparison, as a question to each side.
private struct Question {
  let connection: Connection
  let ports: PortSet
  let nodes: [ConnectionNode]
  let change: DiffChange

  init(_ connection: Connection, _ ports: PortSet, _ nodes: [ConnectionNode], _ change: DiffChange) {
    self.connection = connection
    self.ports = ports
    self.nodes = nodes
    self.change = change
  }

  /// The outside end's addresses.
  var addresses: AddressSet? {
    if case .external(let set) = connection.source { return set }
    if case .external(let set) = connection.destination { return set }
    return nil
  }

  var fallback: String {
    if connection.source == .ingressController {
      return !change.isOfOld ? "an Ingress or Route leads there" : "no Ingress or Route leads there any more"
    }
    return "the workloads themselves differ"
  }

  /// The workloads that one side does not have.
  func newEnds(_ lacking: DiffPair.Side?) -> [String] {
    [connection.source, connection.destination].compactMap { end in
      guard case .node(let number) = end, lacking?.connections.number(of: nodes[number]) == nil else { return nil }
      return "\(ConnectionText.node(nodes[number])) is \(change.isOfOld ? "gone" : "new")"
    }
  }

  /// The ends in a world: of twins those between which the ports are allowed.
  func ends(in side: DiffPair.Side) -> (source: Endpoint, destination: Endpoint)? {
    let sources = endpoints(connection.source, in: side)
    let destinations = endpoints(connection.destination, in: side)
    let pairs = sources.flatMap { source in destinations.map { (source, $0) } }
    return pairs.first { side.view.reach.ports(from: $0, to: $1).answer(for: ports) == .yes } ?? pairs.first
  }

  private func endpoints(_ end: ConnectionEnd, in side: DiffPair.Side) -> [Endpoint] {
    switch end {
    case .external(let set): set.cidrs.prefix(1).map { .address($0.base) }
    case .unresolved(let end): [.unresolved(end)]
    case .ingressController: side.view.reach.ingressControllers.map { .pods($0) }
    case .node(let number): side.connections.number(of: nodes[number]).map(side.connections.endpoints) ?? []
    }
  }

  /// Explains an outside connection for all of its addresses: other rules may allow each part of them.
  func parts(
    _ side: DiffPair.Side, _ source: Endpoint, _ destination: Endpoint, _ direction: PolicyType
  ) -> [SideExplanation] {
    var result: [SideExplanation] = []
    var left = addresses ?? AddressSet()
    while let address = left.cidrs.first?.base {
      let (from, to) =
        if case .address = source { (Endpoint.address(address), destination) } else { (source, .address(address)) }
      let explanation = side.view.reach.explain(from: from, to: to, ports).side(direction)
      result.append(explanation)
      let before = left
      switch explanation.reason {
      case .allowed(let rules): for rule in rules { left.subtract(side.view.addresses(of: rule)) }
      case .accepted(let rules): for rule in rules { left.subtract(side.view.peer(rule).networks) }
      default: return result
      }
      if left == before { return result }
    }
    return result
  }
}

extension PolicyType {
  /// The end that a direction's policies speak for.
  fileprivate var end: String { self == .egress ? "source" : "destination" }
}

extension Explanation {
  fileprivate func side(_ direction: PolicyType) -> SideExplanation { direction == .egress ? egress : ingress }
}

extension WorldView {
  /// The outside addresses that a rule, or its peer, speaks of.
  fileprivate func addresses(of reference: RuleReference) -> AddressSet {
    guard let peer = peer(reference) else { return .everything }
    return peer.ipBlock?.addresses ?? AddressSet()
  }
}

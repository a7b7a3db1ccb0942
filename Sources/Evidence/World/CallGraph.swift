internal import Config
internal import Engine
internal import Model
internal import Traffic

/// Which workloads may call which, looked at backwards from the stores; each pair is asked once.
struct CallGraph {
  struct Edge {
    let from: ClassID
    let bounds: PortBounds
  }

  let zones: Zones
  private var callers: [ClassID: [Edge]] = [:]
  private var left = 100_000
  private(set) var isCut = false
  /// Whether all that has been looked at can be told for certain.
  private(set) var isCertain = true
  /// How many classes of workloads were read: a search that has found all of them has nothing left to find.
  let classCount: Int
  private let internet: AddressSet
  /// The rules that alone let connections through: asked for many stores.
  let soleRules: SoleRules
  private var addresses: [ClassID: (addresses: AddressSet, bounds: PortBounds)?] = [:]
  /// The ports of each workload that Ingresses and Routes lead to.
  private let routed: [WorkloadID: PortSet]

  init(_ zones: Zones) {
    self.zones = zones
    routed = zones.view.services.routedPorts()
    internet = zones.view.internet
    soleRules = SoleRules(zones.view.reach)
    classCount = zones.view.reach.classIDs.count { zones.view.reach[$0].isRead }
  }

  var reach: Reach { zones.view.reach }

  /// The workloads that were read and that a class lets in, or may.
  mutating func callers(of id: ClassID) -> [Edge] {
    if let known = callers[id] { return known }
    var edges: [Edge] = []
    for other in reach.callers(of: id).ids where other != id && reach[other].isRead {
      left -= 1
      guard left >= 0 else {
        isCut = true
        break
      }
      let bounds = reach.ports(from: .pods(other), to: .pods(id))
      // To ask for a name is no step of a way.
      if zones.view.isDNS(id), bounds.possible.isSubset(of: zones.view.configuration.cluster.dns.ports) { continue }
      if bounds.isBlocked { continue }
      if bounds.certain != bounds.possible { isCertain = false }
      edges.append(Edge(from: other, bounds: bounds))
    }
    callers[id] = edges
    return edges
  }

  /// What addresses of the internet may do to a class; the first of them that it lets in, certain ones first.
  mutating func outside(of id: ClassID) -> (addresses: AddressSet, bounds: PortBounds)? {
    if let known = addresses[id] { return known }
    let parts = reach.portsFromOutside(to: id).compactMap { part -> (AddressSet, PortBounds)? in
      let addresses = part.addresses.intersection(internet)
      return addresses.isEmpty || part.ports.isBlocked ? nil : (addresses, part.ports)
    }
    let found = parts.first { !$0.1.certain.isEmpty } ?? parts.first
    addresses[id] = .some(found)
    return found
  }

  /// An ingress controller that was not read, and what it may do to a class that an Ingress or a Route leads to.
  func unreadController(into id: ClassID) -> (from: ClassID, bounds: PortBounds)? {
    var ports = PortSet()
    for workload in reach[id].workloads { ports.formUnion(routed[workload] ?? PortSet()) }
    if ports.isEmpty || reach.ingressControllers.contains(where: { reach[$0].isRead }) { return nil }
    for controller in reach.ingressControllers where !reach[controller].isRead {
      let bounds = reach.ports(from: .pods(controller), to: .pods(id))
      let own = PortBounds(
        certain: bounds.certain.intersection(ports), possible: bounds.possible.intersection(ports))
      if !own.isBlocked { return (controller, own) }
    }
    return nil
  }
}

/// A step of a way: from one end to the next, with the rules that allow it.
struct Hop {
  let source: TrafficEnd
  let destination: TrafficEnd
  let from: Endpoint
  let to: Endpoint
  let ports: PortSet
}

/// A way to a store, the shortest one from its start.
struct Way {
  let hops: [Hop]
  /// Whether each hop is allowed for certain.
  let isCertain: Bool
}

/// All that leads to one store.
struct StoreWays {
  let store: Zones.Group
  /// The shortest way from outside the cluster; `nil` where there is none, not even perhaps.
  let fromOutside: Way?
  /// Workloads that reach it, or may, and only through others; each with its shortest way.
  let throughOthers: [Way]
  /// How many more of these there are.
  let unlisted: Int
  /// The rules of which each one alone cuts the store off from outside, if it is taken away.
  let cut: [RuleReference]
  /// Whether more connections would have to be looked at than are.
  let isOpen: Bool

  private static let mostListed = 100

  init(to store: Zones.Group, _ graph: inout CallGraph) {
    self.store = store
    let certain = BackwardSearch(from: store.podClass, &graph) { $0.certain }
    let possible =
      graph.isCertain ? certain.asking { $0.possible } : BackwardSearch(from: store.podClass, &graph) { $0.possible }
    fromOutside = certain.wayFromOutside(&graph) ?? possible.wayFromOutside(&graph)
    let indirect = possible.order.filter { (certain.next[$0] ?? possible.next[$0]) != store.podClass }
    throughOthers = indirect.prefix(StoreWays.mostListed).map { id in
      let isCertain = certain.next[id] != nil
      return Way(hops: (isCertain ? certain : possible).hops(from: id, graph), isCertain: isCertain)
    }
    unlisted = indirect.count - throughOthers.count
    cut = fromOutside.map { Cut.rules(on: $0, to: store.podClass, &graph) } ?? []
    isOpen = graph.isCut
  }
}

/// A breadth-first search from a store back to its callers, along connections that have ports of one kind.
struct BackwardSearch {
  let store: ClassID
  /// The classes that were found, the nearest first, without the store.
  private(set) var order: [ClassID] = []
  /// The next class on the way to the store.
  private(set) var next: [ClassID: ClassID] = [:]
  private var ports: (PortBounds) -> PortSet

  /// The same where all connections have the same ports of another kind.
  func asking(_ ports: @escaping (PortBounds) -> PortSet) -> BackwardSearch {
    var search = self
    search.ports = ports
    return search
  }

  /// - Parameter isUsable: whether a connection counts.
  init(
    from store: ClassID, _ graph: inout CallGraph, _ ports: @escaping (PortBounds) -> PortSet,
    isUsable: (_ from: ClassID, _ to: ClassID, PortBounds) -> Bool = { _, _, _ in true }
  ) {
    self.store = store
    self.ports = ports
    var queue = [store]
    var place = 0
    while place < queue.count, queue.count < graph.classCount {
      let id = queue[place]
      place += 1
      for edge in graph.callers(of: id)
      where edge.from != store && next[edge.from] == nil && !ports(edge.bounds).isEmpty
        && isUsable(edge.from, id, edge.bounds)
      {
        next[edge.from] = id
        order.append(edge.from)
        queue.append(edge.from)
      }
    }
  }

  /// The steps from a class to the store.
  func hops(from start: ClassID, _ graph: CallGraph) -> [Hop] {
    var hops: [Hop] = []
    var id = start
    while let following = next[id] {
      hops.append(
        Hop(
          source: .pods(id, workloads: graph.reach[id].workloads),
          destination: .pods(following, workloads: graph.reach[following].workloads), from: .pods(id),
          to: .pods(following), ports: ports(graph.reach.ports(from: .pods(id), to: .pods(following)))))
      id = following
    }
    return hops
  }

  func wayFromOutside(_ graph: inout CallGraph) -> Way? {
    for id in [store] + order {
      let end = TrafficEnd.pods(id, workloads: graph.reach[id].workloads)
      let isCertain = { (bounds: PortBounds) in !bounds.certain.isEmpty && ports(bounds) == bounds.certain }
      if let (addresses, bounds) = graph.outside(of: id), !ports(bounds).isEmpty, let first = addresses.first {
        let name = graph.zones.view.shown(addresses)
        let hop = Hop(
          source: .addresses(addresses, name: name), destination: end, from: .address(first), to: .pods(id),
          ports: ports(bounds))
        return Way(hops: [hop] + hops(from: id, graph), isCertain: isCertain(bounds))
      }
      if let (controller, bounds) = graph.unreadController(into: id), !ports(bounds).isEmpty {
        let hop = Hop(
          source: .pods(controller, workloads: []), destination: end, from: .pods(controller), to: .pods(id),
          ports: ports(bounds))
        return Way(hops: [hop] + hops(from: id, graph), isCertain: isCertain(bounds))
      }
    }
    return nil
  }
}

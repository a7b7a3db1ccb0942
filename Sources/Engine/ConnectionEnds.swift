package import Model

/// An end of a connection as reports show it.
package enum ConnectionEnd: Hashable, Sendable {
  /// Addresses outside the cluster.
  case external(AddressSet)
  /// What addresses outside the cluster and of nodes are named by; only a destination.
  case unresolved(UnresolvedEnd)
  /// Whatever leads the traffic of Ingresses and Routes into the cluster.
  case ingressController
  /// A number in `Connections.nodes`.
  case node(Int)
}

extension ConnectionEnd: Comparable {
  /// Outside addresses, names for such, the ingress controller, then nodes by number: the order of reports.
  package static func < (a: ConnectionEnd, b: ConnectionEnd) -> Bool {
    switch (a, b) {
    case (.external(let a), .external(let b)): a.precedes(b)
    case (.external, _): true
    case (_, .external): false
    case (.unresolved(let a), .unresolved(let b)): a < b
    case (.unresolved, _): true
    case (_, .unresolved): false
    case (.ingressController, let other): other != .ingressController
    case (_, .ingressController): false
    case (.node(let a), .node(let b)): a < b
    }
  }
}

extension AddressSet {
  /// By the lowest addresses, IPv4 before IPv6; of sets that begin alike, the smaller one first.
  func precedes(_ other: AddressSet) -> Bool {
    let (own, others) = (ipv4.ranges, other.ipv4.ranges)
    if own != others {
      if own.isEmpty || others.isEmpty { return others.isEmpty }
      return own.lexicographicallyPrecedes(others) { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    }
    return ipv6.ranges.lexicographicallyPrecedes(other.ipv6.ranges) {
      ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
    }
  }
}

/// A workload, or a witness for pods that were not read, as an end of connections.
package struct ConnectionNode: Hashable, Sendable {
  package let namespace: String
  /// The name; of a witness, the selector that it stands for.
  package let name: String
  /// Pods with a controller that was not read are shown as that controller.
  package let kind: String
  package let isInferred: Bool
}

extension ConnectionNode: Comparable {
  package static func < (a: ConnectionNode, b: ConnectionNode) -> Bool {
    (a.namespace, a.name, a.kind, a.isInferred ? 1 : 0) < (b.namespace, b.name, b.kind, b.isInferred ? 1 : 0)
  }
}

extension ConnectionNode {
  /// Pods that no manifest shows and no selector asks for, as one end (`ConnectionOptions.otherPods`): those of a namespace,
  /// or those that lie in none that was read.
  package static func otherPods(in namespace: String) -> ConnectionNode {
    ConnectionNode(namespace: namespace, name: "other pods", kind: "Pod", isInferred: true)
  }

  /// Those of namespaces of which nothing was read.
  package static let otherPods = otherPods(in: "")

  /// Whether they are other pods, of whatever namespace.
  package var isOtherPods: Bool { self == .otherPods(in: namespace) }

  package init(_ workload: Workload) {
    let owner = workload.meta.kind == "Pod" ? workload.meta.controller : nil
    self.init(
      namespace: workload.meta.namespace, name: workload.meta.name.value, kind: owner?.kind ?? workload.meta.kind,
      isInferred: false)
  }

  init(_ podClass: PodClass, _ selector: Selector) {
    self.init(namespace: podClass.namespace, name: "\(selector)", kind: "Pod", isInferred: true)
  }
}

/// Where connections start.
package enum ConnectionSource: Hashable, Sendable {
  /// All addresses outside the cluster.
  case outside
  case ingressController
  /// A number in `Connections.nodes`.
  case node(Int)
}

/// Addresses with what is allowed for them.
typealias AddressCell = (addresses: AddressSet, ports: PortBounds)

/// Keeps addresses with what is allowed for them, as disjoint sets.
enum AddressCells {
  static func add(_ addresses: AddressSet, _ ports: PortBounds, to cells: inout [AddressCell]) {
    if ports.isBlocked { return }
    var rest = addresses
    var result: [AddressCell] = []
    for cell in cells {
      let common = cell.addresses.intersection(addresses)
      if common.isEmpty {
        result.append(cell)
        continue
      }
      rest.subtract(common)
      result.append((common, cell.ports.union(ports)))
      let other = cell.addresses.subtracting(common)
      if !other.isEmpty { result.append((other, cell.ports)) }
    }
    if !rest.isEmpty { result.append((rest, ports)) }
    cells = result
  }
}

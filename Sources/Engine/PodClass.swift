package import Model

/// A class of pods in one engine: its place in `Reach.classes`.
package struct ClassID: Hashable, Comparable, Sendable {
  let number: UInt32

  init(_ number: UInt32) { self.number = number }
  init(_ index: Int) { number = UInt32(index) }

  var index: Int { Int(number) }

  package static func < (a: ClassID, b: ClassID) -> Bool { a.number < b.number }
}

/// A set of pod classes, by their numbers.
package typealias ClassSet = IntervalSet<UInt32>

extension ClassSet {
  init(_ id: ClassID) { self.init(id.number...id.number) }

  package func contains(_ id: ClassID) -> Bool { contains(id.number) }

  /// The number of its classes. O(ranges).
  var size: Int { ranges.reduce(0) { $0 + $1.count } }

  /// Its classes, in order.
  package var ids: ClassIDs { ClassIDs(ranges[...]) }
}

/// The classes of a set.
package struct ClassIDs: Sequence, IteratorProtocol, Sendable {
  private var ranges: ArraySlice<ClosedRange<UInt32>>
  private var number: UInt32?

  init(_ ranges: ArraySlice<ClosedRange<UInt32>>) {
    self.ranges = ranges
    number = ranges.first?.lowerBound
  }

  package mutating func next() -> ClassID? {
    guard let number, let range = ranges.first else { return nil }
    if number < range.upperBound {
      self.number = number + 1
    } else {
      ranges.removeFirst()
      self.number = ranges.first?.lowerBound
    }
    return ClassID(number)
  }
}

/// Pods that no policy can tell apart: they have equal namespaces, labels and named ports, and all of them use the
/// node's network or none does.
///
/// The engine computes on classes, so that its cost follows the number of *different* pods. Rules look them up for every
/// peer of every rule, so that each is there once, in memory too.
package final class PodClass: Sendable {
  /// Where the pods come from.
  package enum Origin: Hashable, Sendable {
    /// Workloads of the input.
    case read
    /// No read workload satisfies a selector; this is the smallest pod that does.
    case inferred(Selector)
    /// A pod that somebody asks about: an end of a flow, or of a question.
    case hypothetical
    /// An ingress controller that was not read, so that its namespace and labels are not known.
    case ingressController
  }

  /// Empty for an ingress controller that was not read.
  package let namespace: String
  package let labels: LabelSet
  /// The container ports that have names, sorted, each name and protocol once.
  package let namedPorts: [NamedPort]
  /// Such pods are not isolated, and no selector of a peer matches them.
  package let usesHostNetwork: Bool
  package let origin: Origin
  /// The workloads that make such pods; empty unless `origin` is `read`.
  package let workloads: [WorkloadID]
  /// The alternatives that the workloads hang on; `nil` where they are there whichever is live.
  let branch: BranchID?

  init(
    namespace: String, labels: LabelSet, namedPorts: [NamedPort], usesHostNetwork: Bool, origin: Origin,
    workloads: [WorkloadID], branch: BranchID? = nil
  ) {
    self.namespace = namespace
    self.labels = labels
    self.namedPorts = namedPorts
    self.usesHostNetwork = usesHostNetwork
    self.origin = origin
    isRead = origin == .read
    self.workloads = workloads
    self.branch = branch
  }

  package let isRead: Bool
}

/// A named container port: what the name stands for on the pods that declare it.
package struct NamedPort: Hashable, Comparable, Sendable {
  package let name: String
  package let transport: TransportProtocol
  package let number: UInt16

  package static func < (a: NamedPort, b: NamedPort) -> Bool {
    (a.name, a.transport.rank, a.number) < (b.name, b.transport.rank, b.number)
  }
}

/// What makes two pods equal for policies.
struct PodClassKey: Hashable {
  let namespace: String
  let labels: LabelSet
  let namedPorts: [NamedPort]
  let usesHostNetwork: Bool
  /// The alternatives that they hang on, where nothing says which of these belong together.
  let branch: BranchID?

  init(_ workload: Workload, _ branch: BranchID?) {
    self.branch = branch
    namespace = workload.meta.namespace
    labels = workload.labels
    usesHostNetwork = workload.hostNetwork
    var ports: [NamedPort] = []
    for container in workload.containers where container.isLongRunning {
      for port in container.ports {
        guard let name = port.name, !ports.contains(where: { $0.name == name && $0.transport == port.transport }) else {
          continue
        }
        ports.append(NamedPort(name: name, transport: port.transport, number: port.number))
      }
    }
    namedPorts = ports.sorted()
  }
}

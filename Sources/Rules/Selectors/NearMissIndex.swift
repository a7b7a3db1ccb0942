internal import Diagnostics
internal import Facts
internal import Model

/// The workloads of a world by their labels, and by what is left of a label's value when one letter is dropped.
///
/// It is made of namespaces and labels alone, so that who lints again and again keeps it as long as these stay.
final class NearMissIndex: Sendable {
  private struct Pods: Equatable, Sendable {
    let namespace: String
    let labels: LabelSet
  }

  /// What it is made of, in the world's order.
  private let pods: [Pods]
  private let facts: Facts
  /// All workloads by their labels, in whatever namespace.
  let byLabel: [LabelSet.Pair: [WorkloadID]]
  /// The same for each namespace alone.
  let byOwnLabel: LabelIndex<WorkloadID>
  let labelsOfNamespace: [String: Set<LabelSet.Pair>]
  private let bySketch: [Sketched]

  /// One workload with one of the sketches of its labels, in the order of sketches, then of workloads.
  private struct Sketched: Comparable, Sendable {
    let sketch: TextSketch
    let id: WorkloadID

    static func < (a: Sketched, b: Sketched) -> Bool { (a.sketch, a.id) < (b.sketch, b.id) }
  }

  init(_ world: World, _ facts: Facts) {
    self.facts = facts
    pods = world.workloads.map { Pods(namespace: $0.meta.namespace, labels: $0.labels) }
    var byLabel: [LabelSet.Pair: [WorkloadID]] = [:]
    var byOwnLabel = LabelIndex<WorkloadID>()
    var labelsOfNamespace: [String: Set<LabelSet.Pair>] = [:]
    for (number, pod) in pods.enumerated() {
      let id = WorkloadID(number)
      for pair in pod.labels.pairs {
        byLabel[pair, default: []].append(id)
        byOwnLabel.add(id, pair, in: pod.namespace)
        labelsOfNamespace[pod.namespace, default: []].insert(pair)
      }
    }
    // Each distinct value once.
    var bySketch: [Sketched] = []
    for (pair, ids) in byLabel {
      for sketch in NearMissIndex.sketches(of: pair, facts) {
        bySketch += ids.lazy.map { Sketched(sketch: sketch, id: $0) }
      }
    }
    self.byLabel = byLabel
    self.byOwnLabel = byOwnLabel
    self.labelsOfNamespace = labelsOfNamespace
    self.bySketch = bySketch.sorted()
  }

  /// Whether it would be the same for another world. O(workloads).
  func isOf(_ world: World) -> Bool {
    pods.count == world.workloads.count
      && zip(pods, world.workloads).allSatisfy { $0.namespace == $1.meta.namespace && $0.labels == $1.labels }
  }

  /// The workloads that have something in common with a label, in order; one that has it more than once is there as often.
  func ids(like sketch: TextSketch) -> [WorkloadID] {
    let start = bySketch.partitioningIndex { $0.sketch >= sketch }
    return bySketch[start...].prefix { $0.sketch == sketch }.map(\.id)
  }

  /// What a label has in common with those that are near it.
  func sketches(of pair: LabelSet.Pair) -> [TextSketch] { NearMissIndex.sketches(of: pair, facts) }

  private static func sketches(of pair: LabelSet.Pair, _ facts: Facts) -> [TextSketch] {
    let value = pair.value.lowercased()
    var result = TextSketch.nearby(value, under: pair.key)
    let name = Words.withoutSuffix(value, facts.labels.sameComponentSuffixes)
    for other in [name] + facts.portSets.otherNames(of: value) where other != value {
      result.append(TextSketch(other, under: pair.key))
    }
    return result
  }
}

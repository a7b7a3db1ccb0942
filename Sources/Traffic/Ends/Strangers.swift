package import Engine
internal import Model

/// Pods that no manifest shows: a pod without labels in each namespace, and one in a namespace of which nothing was read.
///
/// Whatever lets such a pod in does not ask who is calling, and whoever may start a pod may start one like it. A peer that
/// asks for a label lets none of them in.
package enum Strangers {
  /// Stands for all those that nothing was read of. No namespace has such a name.
  package static let elsewhere = HypotheticalPod(namespace: "a namespace that was not read", labels: .init([]))

  /// The ends of connections that they are.
  package static func ends(in namespaces: [String]) -> [HypotheticalPod: ConnectionNode] {
    Dictionary(
      pods(in: namespaces).map { ($0, .otherPods(in: $0 == elsewhere ? "" : $0.namespace)) }
    ) { first, _ in first }
  }

  /// One for each of some namespaces, after the one that lies elsewhere.
  package static func pods(in namespaces: [String]) -> [HypotheticalPod] {
    [elsewhere] + namespaces.map { HypotheticalPod(namespace: $0, labels: .init([])) }
  }
}

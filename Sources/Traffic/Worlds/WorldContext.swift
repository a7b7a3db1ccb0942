package import Model

/// How a world came to be from the files: all that rules and questions know of it besides its objects.
package struct WorldContext: Sendable {
  /// What users call the world.
  package let name: String
  /// The workloads of every unit of the run: pods that another one applies, or nobody yet, are evidence.
  package let shownWorkloads: [Workload]
  /// The labels of every unit's Namespaces, likewise.
  package let shownNamespaceLabels: Set<LabelSet.Pair>
  /// Whether the objects are looked at one by one: nobody applies them, or nobody knows what their build makes of them.
  package let isUnapplied: Bool
}

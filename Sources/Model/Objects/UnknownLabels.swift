package import Diagnostics

/// A label of a namespace whose value nobody knows.
package struct UnknownLabel: Sendable {
  package let key: String
  /// Where it is written: several places say several things, and at a single one a variable is left.
  package let places: [SourceSpan]
}

extension Manifest {
  /// The object with those labels marked whose values `isUnknown` holds for; what selects by them may match or not.
  package func markingLabels(_ isUnknown: (String) -> Bool) -> Manifest {
    switch self {
    case .namespace(var namespace):
      namespace.meta.labels = namespace.meta.labels.marking(isUnknown)
      return .namespace(namespace)
    case .workload(var workload):
      let labels = workload.podLabels.marking(isUnknown)
      let unknown = Set(labels.lazy.filter(\.isUnknown).map(\.key))
      if unknown.isEmpty { return self }
      workload.podLabels = labels
      workload.labels = LabelSet(
        workload.labels.pairs.filter { !unknown.contains($0.key) }.map { ($0.key, $0.value) },
        generated: workload.labels.generated + unknown)
      return .workload(workload)
    case .networkPolicy, .clusterPolicy, .service, .ingress, .other: return self
    }
  }
}

extension [Label] {
  fileprivate func marking(_ isUnknown: (String) -> Bool) -> [Label] {
    map { label in
      var label = label
      label.isUnknown = isUnknown(label.value)
      return label
    }
  }
}

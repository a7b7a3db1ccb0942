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
    case .namespace(let namespace):
      return .namespace(NamespaceManifest(meta: namespace.meta.with { $0.labels = $0.labels.marking(isUnknown) }))
    case .workload(let workload):
      let labels = workload.podLabels.marking(isUnknown)
      let unknown = Set(labels.lazy.filter(\.isUnknown).map(\.key))
      if unknown.isEmpty { return self }
      let known = workload.labels.pairs.filter { !unknown.contains($0.key) }.map { ($0.key, $0.value) }
      return .workload(
        workload.with(
          podLabels: labels, labels: LabelSet(known, generated: workload.labels.generated + unknown)))
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

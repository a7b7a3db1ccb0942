internal import Facts
internal import Model

/// Which known component pods are, by the names in their labels and by their images.
extension Facts {
  func component(_ workload: Workload) -> ComponentKind? {
    component(workload.labels, images: workload.containers.compactMap { $0.image?.value })
  }

  /// `nil` when none is recognised, or more than one.
  func component(_ labels: LabelSet, images: [String] = []) -> ComponentKind? {
    let keys = self.labels.identityKeys
    return portSets.recognise(
      names: labels.pairs.filter { keys.contains($0.key) }.map(\.value), images: images)
  }
}

extension Analysis {
  func component(_ workload: Workload) -> ComponentKind? { facts.component(workload) }

  /// `nil` when none is recognised, or more than one.
  func component(_ labels: LabelSet) -> ComponentKind? { facts.component(labels) }
}

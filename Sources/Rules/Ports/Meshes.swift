internal import Engine
internal import Facts
internal import Model

/// What is known of service meshes in the world.
extension Analysis {
  /// The mesh that puts a sidecar into a workload's pods.
  func sidecarMesh(of workload: Workload) -> Mesh? {
    // Injectors leave pods on the node's network alone.
    if workload.hostNetwork { return nil }
    return facts.meshes.sidecar(pods: marks(of: workload), namespace: marks(ofNamespace: workload.meta.namespace))
  }

  /// Whether an ambient mesh brings a workload's traffic.
  func isAmbient(_ workload: Workload) -> Bool {
    !workload.hostNetwork
      && facts.meshes.isAmbient(pods: marks(of: workload), namespace: marks(ofNamespace: workload.meta.namespace))
  }

  /// Whether an ambient mesh brings the traffic of pods of a namespace that say nothing themselves.
  func isAmbientNamespace(_ namespace: String) -> Bool {
    facts.meshes.isAmbient(pods: [], namespace: marks(ofNamespace: namespace))
  }

  private func marks(of workload: Workload) -> [(String, String)] {
    marks(in: workload.podLabels) + marks(in: workload.podAnnotations)
  }

  private func marks(ofNamespace namespace: String) -> [(String, String)] {
    world.labels(ofNamespace: namespace).pairs.filter { facts.meshes.isMark($0.key) }.map { ($0.key, $0.value) }
      + marks(in: world.declaredNamespaces[namespace]?.meta.annotations ?? [])
  }

  private func marks(in labels: [Label]) -> [(String, String)] {
    labels.filter { facts.meshes.isMark($0.key) }.map { ($0.key, $0.value) }
  }
}

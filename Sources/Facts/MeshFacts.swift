internal import YAMLSource

/// A mesh that puts a container of its own into pods.
package struct Mesh: Sendable {
  package let title: String
  /// The namespace that its control plane is in by default; `nil` where nothing is known of the control plane.
  package let namespace: String?
  /// The ports of the control plane that proxies call, over TCP.
  package let ports: [UInt16]
  /// The port that proxies of the mesh call each other on, over TCP; `nil` where they use the pods' own ports.
  package let inbound: UInt16?
  fileprivate let marks: MeshMarks
}

/// The labels and annotations by which a mesh is switched on and off, for a pod or a namespace.
struct MeshMarks: Sendable {
  let inject: [String: Set<String>]
  let disable: [String: Set<String>]

  init(_ node: NodeRef?) {
    func pairs(_ key: StaticString) -> [String: Set<String>] {
      Dictionary((node?[key]?.pairs ?? []).map { ($0.key, Set($0.value.texts)) }) { $1 }
    }
    inject = pairs("inject")
    disable = pairs("disable")
  }

  /// What labels and annotations say; `nil` when they say nothing.
  func isOn(_ labels: [(String, String)]) -> Bool? {
    if labels.contains(where: { has(disable, $0) }) { return false }
    return labels.contains { has(inject, $0) } ? true : nil
  }

  /// The labels and annotations that it knows.
  var keys: [String] { Array(inject.keys) + disable.keys }

  private func has(_ marks: [String: Set<String>], _ label: (String, String)) -> Bool {
    marks[label.0].map { $0.contains("*") || $0.contains(label.1) } ?? false
  }
}

/// What rules know of service meshes (`rules/labels.yaml`).
package final class MeshFacts: Sendable {
  static let shared = MeshFacts()

  package let meshes: [Mesh]
  private let ambient: MeshMarks
  private let keys: Set<String>
  /// The port through which an ambient mesh brings traffic to its pods, over TCP.
  package let ambientPort: UInt16

  private init() {
    let root = FactFile.labels
    meshes = (root["meshes"].map { Array($0.items) } ?? []).map { node in
      Mesh(
        title: node["title"]?.text ?? "", namespace: node["namespace"]?.text,
        ports: node.texts("ports").compactMap { UInt16($0) }, inbound: node["inbound"].flatMap { UInt16($0.text) },
        marks: MeshMarks(node))
    }
    ambient = MeshMarks(root["ambient"])
    ambientPort = root["ambient"]?["port"].flatMap { UInt16($0.text) } ?? 0
    keys = Set((meshes.map(\.marks) + [ambient]).flatMap(\.keys))
  }

  /// Whether a label or annotation of this key says anything of meshes: few do, and rules ask for every workload.
  package func isMark(_ key: String) -> Bool { keys.contains(key) }

  /// The mesh that puts a sidecar into pods: what the pods say goes before what their namespace says.
  ///
  /// - Parameters:
  ///   - pods: the labels and annotations of the pods.
  ///   - namespace: those of their namespace.
  package func sidecar(pods: [(String, String)], namespace: [(String, String)]) -> Mesh? {
    // A revision label alone puts no sidecar into the pods of an ambient namespace.
    let isAmbient = isAmbient(pods: pods, namespace: namespace)
    return meshes.first { mesh in
      mesh.marks.isOn(pods) ?? (!isAmbient && mesh.marks.isOn(namespace) == true)
    }
  }

  /// Whether pods are part of an ambient mesh, which needs no sidecar.
  package func isAmbient(pods: [(String, String)], namespace: [(String, String)]) -> Bool {
    (ambient.isOn(pods) ?? ambient.isOn(namespace)) == true
  }
}

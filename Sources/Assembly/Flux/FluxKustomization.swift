internal import Diagnostics
internal import YAMLSource

/// A Kustomization of kustomize.toolkit.fluxcd.io: which folder Flux builds, and how.
struct FluxKustomization {
  static let group = "kustomize.toolkit.fluxcd.io"

  let name: String
  let namespace: String
  /// Where messages name it.
  let place: SourceSpan
  /// From the repository's root; "" for all of it.
  let path: String
  /// As it is written; `nil` where there is none.
  let pathNode: TreeNode?
  let source: FluxSources.Reference
  let targetNamespace: String?
  /// What it changes in the folder's kustomization.
  let edits: KustomizationEdits
  let labels: [TreeEntry]
  let annotations: [TreeEntry]
  /// `postBuild`, where it says that something is substituted.
  let substitution: FluxSubstitution?
  /// The cluster that it goes to, where that is not the one that holds it: what holds the way to it, as
  /// `namespace/name`.
  let otherCluster: String?
  let isSuspended: Bool
  /// Whether components that are not there are left out.
  let ignoresMissingComponents: Bool

  init(_ root: TreeNode) {
    let (metadata, spec) = (root["metadata"], root["spec"])
    name = metadata?["name"]?.text ?? ""
    namespace = metadata?["namespace"]?.text ?? "default"
    place = metadata?["name"]?.span ?? root.firstPlace
    pathNode = spec?["path"]
    path = Paths.normalize(pathNode?.text ?? "").trimmingRoot
    let reference = spec?["sourceRef"]
    source = FluxSources.Reference(
      kind: reference?["kind"]?.text ?? "", namespace: reference?["namespace"]?.text ?? namespace,
      name: reference?["name"]?.text ?? "")
    targetNamespace = spec?["targetNamespace"]?.text.flatMap { $0.isEmpty ? nil : $0 }
    edits = FluxKustomization.edits(spec)
    labels = spec?["commonMetadata"]?["labels"]?.textPairs ?? []
    annotations = spec?["commonMetadata"]?["annotations"]?.textPairs ?? []
    substitution = FluxSubstitution(spec?["postBuild"], namespace: namespace)
    otherCluster = spec?["kubeConfig"].flatMap { [namespace, name] kubeConfig in
      guard kubeConfig.isMapping else { return nil }
      let holder = kubeConfig["secretRef"]?["name"] ?? kubeConfig["configMapRef"]?["name"]
      return "\(namespace)/\(holder?.text ?? name)"
    }
    isSuspended = spec?["suspend"]?.bool ?? false
    ignoresMissingComponents = spec?["ignoreMissingComponents"]?.bool ?? false
  }

  /// How messages name it.
  var title: String { "Kustomization \(namespace)/\(name)" }

  private static func edits(_ spec: TreeNode?) -> KustomizationEdits {
    var edits = KustomizationEdits()
    for entry in spec?.entries ?? [] where !entry.value.isEmpty {
      switch entry.key {
      case "targetNamespace": edits.replaced.append(TreeEntry("namespace", at: entry.keySpan, entry.value))
      case "namePrefix", "nameSuffix": edits.replaced.append(entry)
      case "patches", "patchesStrategicMerge", "patchesJson6902", "components", "images": edits.appended.append(entry)
      default: break
      }
    }
    return edits
  }
}

extension String {
  /// A path from the repository's root, whether or not it begins with `/`.
  fileprivate var trimmingRoot: String { hasPrefix("/") ? String(dropFirst()) : self }
}

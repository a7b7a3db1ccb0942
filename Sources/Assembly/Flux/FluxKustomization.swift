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
  /// The source's kind, namespace and name.
  let source: String
  let targetNamespace: String?
  /// What it changes in the folder's kustomization.
  let edits: KustomizationEdits
  let labels: [TreeEntry]
  let annotations: [TreeEntry]
  /// `postBuild`, where it says that something is substituted.
  let substitution: FluxSubstitution?
  /// Whether it goes to another cluster than the one that holds it.
  let isElsewhere: Bool
  let isSuspended: Bool
  /// Whether components that are not there are left out.
  let ignoresMissingComponents: Bool

  init(_ root: TreeNode) {
    let (metadata, spec) = (root["metadata"], root["spec"])
    name = metadata?["name"]?.text ?? ""
    namespace = metadata?["namespace"]?.text ?? "default"
    place = metadata?["name"]?.span ?? root.firstPlace
    path = Paths.normalize(spec?["path"]?.text ?? "").trimmingRoot
    let reference = spec?["sourceRef"]
    source = [
      reference?["kind"]?.text ?? "", reference?["namespace"]?.text ?? namespace, reference?["name"]?.text ?? "",
    ].joined(separator: "/")
    targetNamespace = spec?["targetNamespace"]?.text.flatMap { $0.isEmpty ? nil : $0 }
    edits = FluxKustomization.edits(spec)
    labels = spec?["commonMetadata"]?["labels"]?.textPairs ?? []
    annotations = spec?["commonMetadata"]?["annotations"]?.textPairs ?? []
    substitution = FluxSubstitution(spec?["postBuild"], namespace: namespace)
    isElsewhere = spec?["kubeConfig"]?.isMapping ?? false
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

internal import Diagnostics
internal import Model
internal import YAMLSource

/// An Application of argoproj.io: which folders Argo CD applies, and where.
struct ArgoCDApplication {
  struct Source {
    let address: String
    /// As it is written; `nil` where there is none.
    let pathNode: TreeNode?
    var path: String? { pathNode?.text }
    let chart: String?
    /// Whether something else than Argo CD itself makes the manifests.
    let hasPlugin: Bool
    /// What it changes in a kustomization.
    let kustomize: TreeNode?
    /// Whether it says that the folder is a chart.
    let isChart: Bool
    /// Whether it takes the folder's files, whatever else is there.
    let isDirectory: Bool
    let isRecursive: Bool
    let include: String?
    let exclude: String?

    init(_ node: TreeNode) {
      func text(_ node: TreeNode?, _ key: String) -> String? { node?[key]?.text.flatMap { $0.isEmpty ? nil : $0 } }
      address = text(node, "repoURL") ?? ""
      pathNode = node["path"].flatMap { ($0.text ?? "").isEmpty ? nil : $0 }
      chart = text(node, "chart")
      hasPlugin = node["plugin"]?.isMapping ?? false
      isChart = node["helm"].map { !$0.isEmpty } ?? false
      kustomize = node["kustomize"].flatMap { $0.isEmpty ? nil : $0 }
      let directory = node["directory"]
      isRecursive = directory?["recurse"]?.bool ?? false
      include = text(directory, "include")
      exclude = text(directory, "exclude")
      isDirectory = isRecursive || include != nil || exclude != nil
    }
  }

  let name: String
  /// How messages name it.
  let title: String
  let place: SourceSpan
  let sources: [Source]
  /// The namespace of objects that have none; `nil` where nothing is said.
  let namespace: TreeNode?
  /// The cluster that it goes to; the one of Argo CD itself has many names.
  let cluster: String
  private let namespaceLabels: [TreeEntry]

  init(_ root: TreeNode) {
    let spec = root["spec"]
    name = root["metadata"]?["name"]?.text ?? ""
    title = "Application " + (root["metadata"]?["namespace"]?.text.map { $0 + "/" } ?? "") + name
    place = root["metadata"]?["name"]?.span ?? root.firstPlace
    // Several sources take the place of the one.
    let several = spec?["sources"]?.items ?? []
    sources = (several.isEmpty ? spec?["source"].map { [$0] } ?? [] : several).map(Source.init)
    let destination = spec?["destination"]
    namespace = destination?["namespace"].flatMap { $0.isEmpty ? nil : $0 }
    let server = destination?["server"]?.text ?? destination?["name"]?.text ?? ""
    cluster = ["", "in-cluster", "https://kubernetes.default.svc"].contains(server) ? "in-cluster" : server
    let policy = spec?["syncPolicy"]
    // Argo CD sets labels on namespaces only where it may make them.
    let makesNamespace = policy?["syncOptions"]?.items.contains { $0.text == "CreateNamespace=true" } ?? false
    namespaceLabels = makesNamespace ? policy?["managedNamespaceMetadata"]?["labels"]?.textPairs ?? [] : []
  }

  /// The namespace with the labels that Argo CD sets on it.
  func managedNamespace(_ assembler: Assembler) -> Unit? {
    guard let namespace, !namespaceLabels.isEmpty, let file = assembler.documents.file(at: place.file) else {
      return nil
    }
    var metadata = TreeNode(.mapping([TreeEntry("name", at: namespace.span, namespace)]), at: namespace.span)
    metadata["labels"] = TreeNode(.mapping(namespaceLabels), at: namespaceLabels[0].keySpan)
    let root = TreeNode(
      .mapping([
        TreeEntry("apiVersion", at: place, TreeNode(string: "v1", at: place)),
        TreeEntry("kind", at: place, TreeNode(string: "Namespace", at: place)),
        TreeEntry("metadata", at: place, metadata),
      ]), at: place)
    let contents = assembler.reader.read(
      YAMLTree(root, file: file), document: DocumentID(file: place.file, index: 0), prefix: "", written: nil)
    var unit = Unit(.argoCD, name: name, directory: "", place: place)
    unit.owner = title
    unit.objects = contents.manifests.map { UnitObject($0, root: root) }
    return unit
  }
}

internal import Diagnostics
internal import Model
internal import YAMLSource

/// An Application of argoproj.io: which folders Argo CD applies, and where.
struct ArgoCDApplication {
  struct Source {
    let address: String
    let path: String?
    let chart: String?
    let edits: KustomizationEdits
    let isRecursive: Bool
    let include: String?
    let exclude: String?

    init(_ node: TreeNode) {
      func text(_ node: TreeNode?, _ key: String) -> String? { node?[key]?.text.flatMap { $0.isEmpty ? nil : $0 } }
      address = text(node, "repoURL") ?? ""
      path = text(node, "path")
      chart = text(node, "chart")
      edits = Source.edits(node["kustomize"])
      let directory = node["directory"]
      isRecursive = directory?["recurse"]?.bool ?? false
      include = text(directory, "include")
      exclude = text(directory, "exclude")
    }

    private static func edits(_ node: TreeNode?) -> KustomizationEdits {
      var edits = KustomizationEdits()
      for entry in node?.entries ?? [] where !entry.value.isEmpty {
        switch entry.key {
        case "namespace", "namePrefix", "nameSuffix": edits.replaced.append(entry)
        case "patches", "components", "replicas": edits.appended.append(entry)
        case "commonAnnotations": edits.appended.append(entry)
        case "commonLabels":
          let isApart = node?["labelWithoutSelector"]?.bool ?? false
          if isApart {
            let inTemplates = node?["labelIncludeTemplates"] ?? TreeNode(string: "", at: entry.keySpan)
            var item = TreeNode(.mapping([TreeEntry("pairs", at: entry.keySpan, entry.value)]), at: entry.value.span)
            if inTemplates.bool ?? false { item["includeTemplates"] = inTemplates }
            edits.appended.append(
              TreeEntry("labels", at: entry.keySpan, TreeNode(.sequence([item]), at: entry.value.span)))
          } else {
            edits.appended.append(entry)
          }
        default: break
        }
      }
      return edits
    }
  }

  let name: String
  let place: SourceSpan
  let sources: [Source]
  /// The namespace of objects that have none; `nil` where nothing is said.
  let namespace: TreeNode?
  /// The cluster that it goes to; the one of Argo CD itself has many names.
  let cluster: String
  private let namespaceLabels: [TreeEntry]
  private let namespaceAnnotations: [TreeEntry]

  init(_ root: TreeNode) {
    let spec = root["spec"]
    name = root["metadata"]?["name"]?.text ?? ""
    place = root["metadata"]?["name"]?.span ?? root.firstPlace
    sources = ((spec?["source"].map { [$0] } ?? []) + (spec?["sources"]?.items ?? [])).map(Source.init)
    let destination = spec?["destination"]
    namespace = destination?["namespace"].flatMap { $0.isEmpty ? nil : $0 }
    let server = destination?["server"]?.text ?? destination?["name"]?.text ?? ""
    cluster = ["", "in-cluster", "https://kubernetes.default.svc"].contains(server) ? "in-cluster" : server
    let managed = spec?["syncPolicy"]?["managedNamespaceMetadata"]
    namespaceLabels = managed?["labels"]?.textPairs ?? []
    namespaceAnnotations = managed?["annotations"]?.textPairs ?? []
  }

  /// The Applications that an object stands for: itself, or what an ApplicationSet makes where all is written down.
  static func all(_ root: TreeNode, _ assembler: Assembler) -> [ArgoCDApplication] {
    root["kind"]?.text == "ApplicationSet"
      ? ArgoCDApplicationSet(root, assembler).applications : [ArgoCDApplication(root)]
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
    unit.objects = contents.manifests.map { UnitObject($0, root: root) }
    return unit
  }
}

/// An ApplicationSet with list and git-directory generators.
struct ArgoCDApplicationSet {
  private let root: TreeNode
  private let assembler: Assembler

  init(_ root: TreeNode, _ assembler: Assembler) {
    self.root = root
    self.assembler = assembler
  }

  /// Whether all that its Applications are made from is in the repository.
  var isWrittenDown: Bool {
    (root["spec"]?["generators"]?.items ?? []).allSatisfy {
      $0["list"]?["elements"] != nil || $0["git"]?["directories"] != nil
    }
  }

  /// None where something is made from what is not written down.
  var applications: [ArgoCDApplication] {
    guard let template = root["spec"]?["template"] else { return [] }
    return (root["spec"]?["generators"]?.items ?? []).flatMap(parameters).map { values in
      var application = template.substituting { ArgoCDApplicationSet.filled($0, values) }
      application["kind"] = TreeNode(string: "Application", at: template.span)
      return ArgoCDApplication(application)
    }
  }

  /// The values of each Application that a generator makes.
  private func parameters(_ generator: TreeNode) -> [[String: String]] {
    if let list = generator["list"]?["elements"] {
      return list.items.map { element in
        Dictionary(element.textPairs.map { ($0.key, $0.value.text ?? "") }) { $1 }
      }
    }
    guard let directories = generator["git"]?["directories"] else { return [] }
    let tree = assembler.tree
    let base = tree.repository ?? assembler.commonFolder
    var paths: [String] = []
    for item in directories.items where !(item["exclude"]?.bool ?? false) {
      if let pattern = item["path"]?.text { paths += folders(matching: pattern, in: base) }
    }
    let excluded = directories.items.filter { $0["exclude"]?.bool ?? false }.compactMap { $0["path"]?.text }
    paths.removeAll { path in excluded.contains { SimpleGlob.matches($0, path) } }
    return Set(paths).sorted().map { path in
      ["path": path, "path.path": path, "path.basename": Paths.name(of: path)]
    }
  }

  /// Folders that a pattern names, part by part.
  private func folders(matching pattern: String, in base: String) -> [String] {
    var found = [""]
    for part in pattern.split(separator: "/") {
      found = found.flatMap { folder -> [String] in
        let names = part.contains("*") ? assembler.tree.names(in: Paths.join(base, folder)) : [String(part)]
        return names.filter { SimpleGlob.matches(String(part), $0) && !$0.hasPrefix(".") }
          .map { folder.isEmpty ? $0 : folder + "/" + $0 }
          .filter { assembler.tree.kind(of: Paths.join(base, $0)) == .directory }
      }
    }
    return found.filter { !$0.isEmpty }
  }

  /// A text with `{{name}}` and `{{ .name }}` filled in; `nil` where there is nothing to fill.
  private static func filled(_ text: String, _ values: [String: String]) -> String? {
    guard text.contains("{{") else { return nil }
    var result = ""
    var rest = text[...]
    while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
      result += rest[..<open.lowerBound]
      let name = rest[open.upperBound..<close.lowerBound].filter { $0 != " " }.drop { $0 == "." }
      result += values[String(name)] ?? String(rest[open.lowerBound..<close.upperBound])
      rest = rest[close.upperBound...]
    }
    return result + rest
  }
}

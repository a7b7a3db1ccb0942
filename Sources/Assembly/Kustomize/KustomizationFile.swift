internal import Diagnostics
internal import Facts
internal import Model
internal import YAMLSource

/// A kustomization or component as it is written.
struct KustomizationFile {
  static let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

  /// Absolute, as is the folder.
  let path: String
  let directory: String
  var root: TreeNode

  /// - Throws: what makes kustomize refuse the file.
  init(_ root: TreeNode, path: String) throws(BuildRefusal) {
    self.path = path
    directory = Paths.directory(of: path)
    self.root = FieldShape.kustomization.spelled(root)
    if let refusal = FieldShape.kustomization.refusal(of: root, at: "") { throw refusal }
    let kind = self.kind
    guard ["Kustomization", "Component"].contains(kind) else {
      throw BuildRefusal(
        "kustomize refuses this kustomization: its kind is \(kind)", at: root["kind"]?.span ?? root.span,
        remedy: "write `kind: Kustomization`, or leave it out")
    }
    let wanted = "kustomize.config.k8s.io/" + (isComponent ? "v1alpha1" : "v1beta1")
    if let version = root["apiVersion"], let text = version.text, !text.isEmpty, text != wanted {
      throw BuildRefusal(
        "kustomize refuses this kustomization: apiVersion of a \(kind) must be \(wanted)", at: version.span,
        remedy: "write `apiVersion: \(wanted)`, or leave it out")
    }
    let meaningful = root.entries.contains {
      !["apiVersion", "kind", "metadata"].contains($0.key) && !$0.value.isEmpty
    }
    guard meaningful else {
      throw BuildRefusal(
        "kustomize refuses this kustomization: it is empty", at: root.firstPlace,
        remedy: "list what belongs to it under `resources`")
    }
  }

  private var kind: String { root["kind"]?.text.flatMap { $0.isEmpty ? nil : $0 } ?? "Kustomization" }
  var isComponent: Bool { kind == "Component" }

  func items(_ key: String) -> [TreeNode] { root[key]?.items ?? [] }

  /// Files, folders and remote places, in the order in which kustomize takes them.
  var resources: [TreeNode] { items("resources") + items("bases") }

  /// The value of a text field; `nil` when it is absent or empty.
  func text(_ key: String) -> TreeNode? { root[key].flatMap { $0.text?.isEmpty ?? true ? nil : $0 } }
}

extension TreeNode {
  /// Whether Go would leave it out: null, "", false, 0, or a collection without items.
  var isEmpty: Bool {
    switch content {
    case .scalar(let scalar):
      switch scalar.value {
      case .null, .bool(false), .integer(0): true
      case .string: scalar.text.isEmpty
      default: false
      }
    case .mapping(let entries): entries.isEmpty
    case .sequence(let items): items.isEmpty
    }
  }

  /// Where findings about a mapping point: its first key; the node itself when it is empty or no mapping.
  var firstPlace: SourceSpan { entries.first?.keySpan ?? span }

  /// A mapping's pairs with their values as strings, as a map of strings in Go has them.
  var textPairs: [TreeEntry] {
    entries.map { entry in
      TreeEntry(entry.key, at: entry.keySpan, TreeNode(string: entry.value.text ?? "", at: entry.value.span))
    }
  }
}

internal import Diagnostics
internal import Facts
internal import Model
internal import YAMLSource

/// What makes a unit: a folder, and what is done with it.
struct UnitEntry {
  let kind: Unit.Kind
  /// The folder, absolute.
  let directory: String
  /// What says that the folder is applied.
  let place: SourceSpan?
  /// The object that says it, as `Kind namespace/name`.
  var owner: String?
  var cluster: String?
  /// The kustomization of a folder that has none.
  var generated: TreeNode?
  /// What changes in the folder's kustomization before it is built.
  var edits: KustomizationEdits?
  /// Whether files must lie in or below their kustomization's folder.
  var isRestricted = true
  /// The namespace of objects that have none after the build.
  var defaultNamespace: TreeNode?
  /// Set on the objects' own metadata after the build.
  var labels: [TreeEntry] = []
  var annotations: [TreeEntry] = []
  var substitution: FluxSubstitution?
  var additions: [Addition] = []
  var isSuspended = false

  init(_ kind: Unit.Kind, _ directory: String, at place: SourceSpan?) {
    self.kind = kind
    self.directory = directory
    self.place = place
  }
}

/// What is done with objects behind their build.
struct BuildFinish {
  private let entry: UnitEntry
  private let variables: VariableValues?
  private let facts: KustomizeFacts

  init(_ entry: UnitEntry, _ variables: VariableValues?, _ facts: KustomizeFacts) {
    self.entry = entry
    self.variables = variables
    self.facts = facts
  }

  /// - Parameter hasVariables: whether the build has `vars`, which are not replaced.
  /// - Throws: where nothing is applied because of the object.
  func apply(to object: BuiltObject, hasVariables: Bool) throws(BuildRefusal) -> (BuiltObject, ObjectDoubt?) {
    var root = object.root
    var isChanged = false
    let kind = root["kind"]?.text ?? ""
    if let namespace = entry.defaultNamespace, root["metadata"]?["namespace"]?.text?.isEmpty ?? true,
      !facts.isClusterScoped(group: BuildFinish.group(root), kind: kind)
    {
      root.change("metadata") { $0["namespace"] = namespace }
      isChanged = true
    }
    var doubt: ObjectDoubt?
    if let variables, !BuildFinish.isExempt(root) {
      let substituted = try SubstitutedObject(root, variables)
      if substituted.root != root { (root, isChanged) = (substituted.root, true) }
      doubt = substituted.doubt
    }
    for (key, pairs) in [("labels", entry.labels), ("annotations", entry.annotations)] where !pairs.isEmpty {
      root.change("metadata") { metadata in
        var values = metadata[key] ?? TreeNode(.mapping([]), at: pairs[0].keySpan)
        values.set(pairs)
        metadata[key] = values
      }
      isChanged = true
    }
    if hasVariables, doubt == nil {
      doubt = ObjectDoubt(UnknownText.all(in: root) { $0.contains("$(") }) {
        "the vars in `\($0.text ?? "")` are not replaced"
      }
    }
    if !isChanged { return (object, doubt) }
    return (BuiltObject(changing: object, to: root), doubt)
  }

  private static func group(_ root: TreeNode) -> String {
    let version = root["apiVersion"]?.text ?? ""
    return version.firstIndex(of: "/").map { String(version[..<$0]) } ?? ""
  }

  private static func isExempt(_ root: TreeNode) -> Bool {
    ["labels", "annotations"].contains {
      root["metadata"]?[$0]?["kustomize.toolkit.fluxcd.io/substitute"]?.text == "disabled"
    }
  }
}

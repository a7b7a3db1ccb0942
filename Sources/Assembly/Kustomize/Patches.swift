internal import Diagnostics
internal import Facts
internal import Model
internal import YAMLSource

/// The patches of a kustomization: `patchesStrategicMerge`, `patches` and `patchesJson6902`.
struct Patches {
  private let builder: KustomizeBuilder
  private let file: KustomizationFile
  private let context: BuildContext
  private var facts: KustomizeFacts { builder.facts }

  init(_ builder: KustomizeBuilder, _ file: KustomizationFile, _ context: BuildContext) {
    self.builder = builder
    self.file = file
    self.context = context
  }

  /// What a patch is.
  private enum Content {
    /// Fragments of objects.
    case strategic([TreeNode])
    case json(JSONPatch)
  }

  // MARK: Steps

  func applyStrategicMerges(to result: inout Accumulation) throws(BuildRefusal) {
    for entry in file.items("patchesStrategicMerge") {
      guard let text = entry.text else { continue }
      let path = Paths.join(file.directory, text)
      let documents: [TreeNode]
      if !text.contains("\n"), builder.files.kind(of: path) != .missing {
        documents = try read(path, entry, &result)
      } else {
        documents = try read(inline: entry)
        guard documents.allSatisfy(\.isMapping), !documents.isEmpty else { throw missing(text, entry) }
      }
      for document in documents { try merge(document, entry, into: &result) }
    }
  }

  /// Applies what stands under `patches`.
  func applyPatches(to result: inout Accumulation) throws(BuildRefusal) {
    for entry in file.items("patches") { try apply(entry, to: &result) }
  }

  /// Applies what stands under `patchesJson6902`.
  func applyJSONPatches(to result: inout Accumulation) throws(BuildRefusal) {
    for entry in file.items("patchesJson6902") {
      guard entry["target"] != nil else {
        throw BuildRefusal(
          "kustomize refuses this build: this patch has no target", at: entry.firstPlace,
          remedy: "say under `target` which objects it is for")
      }
      try apply(entry, to: &result)
    }
  }

  private func apply(_ entry: TreeNode, to result: inout Accumulation) throws(BuildRefusal) {
    let content = try content(of: entry, &result)
    guard let target = entry["target"], !target.isNull else {
      guard case .strategic(let documents) = content else {
        throw BuildRefusal(
          "kustomize refuses this build: a JSON patch needs a target", at: entry.firstPlace,
          remedy: "say under `target` which objects it is for")
      }
      for document in documents { try merge(document, entry, into: &result) }
      return
    }
    let selector = try TargetSelector(target)
    let selected = result.resources.indices.filter { selector.selects(result.resources[$0], facts) }
    if selected.isEmpty { result.idleTargets.insert(target.firstPlace) }
    switch content {
    case .strategic(let documents):
      guard documents.count == 1, let document = documents.first else {
        throw BuildRefusal(
          "kustomize refuses this build: several patches in one entry cannot have a target", at: entry.firstPlace,
          remedy: "make an entry of each")
      }
      for index in selected.reversed() { merge(document, entry, at: index, in: &result) }
    case .json(let patch):
      for index in selected { try apply(patch, entry, to: &result.resources[index]) }
    }
  }

  private func apply(_ patch: JSONPatch, _ entry: TreeNode, to resource: inout Resource) throws(BuildRefusal) {
    let id = resource.id(facts)
    do throws(JSONPatch.Failure) {
      try patch.apply(to: &resource.root)
    } catch {
      throw BuildRefusal(
        "kustomize refuses this build: \(error.message) (\(id.text))", at: error.span,
        remedy: "mend the patch, or its target")
    }
  }

  // MARK: Strategic merges

  /// Merges a patch into the one object that it names.
  private func merge(_ patch: TreeNode, _ entry: TreeNode, into result: inout Accumulation) throws(BuildRefusal) {
    let id = Resource(patch, origin: nil).id(facts)
    let matching = result.resources.indices.filter { result.resources[$0].ids(facts).contains(id) }
    guard let index = matching.first, matching.count == 1 else {
      let what = matching.isEmpty ? "is no object of this build" : "is more than one object of this build"
      throw BuildRefusal(
        "kustomize refuses this build: \(id.text), which this patch is for, \(what)",
        at: patch["metadata"]?["name"]?.span ?? patch.firstPlace,
        remedy: matching.isEmpty ? "write the name, namespace and apiVersion of the object" : "give the patch a target",
        related: [RelatedPlace(entry.firstPlace, "named here")])
    }
    merge(patch, entry, at: index, in: &result)
  }

  /// Names, kinds and namespaces stay as they are, unless the entry says otherwise.
  private func merge(_ patch: TreeNode, _ entry: TreeNode, at index: Int, in result: inout Accumulation) {
    let old = result.resources[index].root
    let merge = StrategicMerge(facts, apiVersion: old["apiVersion"]?.text ?? "", kind: old["kind"]?.text ?? "")
    guard var new = merge.merge(patch, into: old), !new.isEmpty else {
      result.resources.remove(at: index)
      return
    }
    let options = entry["options"]
    let mayRename = options?["allowNameChange"]?.bool ?? false
    let mayChangeKind = options?["allowKindChange"]?.bool ?? false
    if mayRename || mayChangeKind { result.resources[index].storeID(facts) }
    if !mayChangeKind { new["kind"] = old["kind"] }
    if let metadata = old["metadata"] {
      if new["metadata"] == nil { new["metadata"] = TreeNode(.mapping([]), at: metadata.span) }
      new.change("metadata") { node in
        if !mayRename { node["name"] = metadata["name"] }
        node["namespace"] = metadata["namespace"]
      }
    }
    result.resources[index].root = new
  }

  // MARK: Reading

  private func content(of entry: TreeNode, _ result: inout Accumulation) throws(BuildRefusal) -> Content {
    let (path, patch) = (entry["path"], entry["patch"])
    let hasPath = !(path?.text ?? "").isEmpty
    let hasPatch = !(patch?.text ?? "").isEmpty
    guard hasPath != hasPatch, let source = hasPath ? path : patch else {
      throw BuildRefusal(
        "kustomize refuses this build: a patch needs either `path` or `patch`", at: entry.firstPlace,
        remedy: hasPath ? "delete one of the two" : "name a file, or write the patch")
    }
    let documents =
      try hasPath ? read(Paths.join(file.directory, source.text ?? ""), source, &result) : read(inline: source)
    if documents.count == 1, let patch = JSONPatch(documents[0]) { return .json(patch) }
    guard !documents.isEmpty, documents.allSatisfy({ Patches.isFragment($0) || entry["target"] != nil && $0.isMapping })
    else {
      throw BuildRefusal(
        "kustomize refuses this build: this is neither a strategic merge patch nor a JSON patch", at: source.span,
        remedy: "write a part of the object with its apiVersion, kind and name, or a list of operations")
    }
    return .strategic(documents)
  }

  private static func isFragment(_ node: TreeNode) -> Bool {
    !(node["kind"]?.text ?? "").isEmpty && !(node["metadata"]?["name"]?.text ?? "").isEmpty
  }

  private func read(
    _ path: String, _ entry: TreeNode, _ result: inout Accumulation
  ) throws(BuildRefusal) -> [TreeNode] {
    switch builder.files.kind(of: path) {
    case .file: break
    case .refused(let reason):
      throw BuildRefusal("\(entry.text ?? ""): \(reason)", at: entry.span, remedy: "move the patch into the repository")
    case .missing, .directory: throw missing(entry.text ?? "", entry)
    }
    try ResourceLoader(builder, file, context).checkRoot(path, entry)
    result.usedFiles.insert(UsedFile(path: path, role: .patch))
    do throws(YAMLProblem) {
      return try builder.documents.documents(of: path).map(\.root)
    } catch {
      throw unreadable(error, entry)
    }
  }

  private func read(inline entry: TreeNode) throws(BuildRefusal) -> [TreeNode] {
    do throws(YAMLProblem) {
      return try builder.documents.documents(inText: entry, of: builder.documents.file(at: entry.span.file))
    } catch {
      throw unreadable(error, entry)
    }
  }

  private func unreadable(_ problem: YAMLProblem, _ entry: TreeNode) -> BuildRefusal {
    BuildRefusal(
      "kustomize refuses this build: the patch cannot be read: \(YAMLProblemMessage.text(problem.kind))",
      at: problem.span, remedy: "mend the YAML")
  }

  private func missing(_ text: String, _ entry: TreeNode) -> BuildRefusal {
    BuildRefusal(
      "kustomize refuses this build: there is no `\(DisplayLine.first(of: text))`", at: entry.span,
      remedy: "add the file, or delete the entry")
  }
}

/// Texts in messages.
enum DisplayLine {
  /// The first line, cut where it is long.
  static func first(of text: String) -> String {
    let line = text.prefix { !$0.isNewline }
    return line.count == text.count && line.count <= 80 ? text : line.prefix(80) + "…"
  }
}

internal import Diagnostics
internal import Model
internal import YAMLSource

/// Reads the patches that entries of a kustomization name or hold.
struct PatchReader {
  private let builder: KustomizeBuilder
  private let file: KustomizationFile
  private let context: BuildContext

  init(_ builder: KustomizeBuilder, _ file: KustomizationFile, _ context: BuildContext) {
    self.builder = builder
    self.file = file
    self.context = context
  }

  /// What a patch is.
  enum Content {
    /// Fragments of objects.
    case strategic([TreeNode])
    case json(JSONPatch)
    /// One that was not read: it is not here.
    case remote(BuildGap)
  }

  /// The patch of an entry with either a `path` or a `patch`.
  func content(of entry: TreeNode, _ result: inout Accumulation) throws(BuildRefusal) -> Content {
    let (path, patch) = (entry["path"], entry["patch"])
    let hasPath = !(path?.text ?? "").isEmpty
    let hasPatch = (patch?.text ?? "").contains { !$0.isWhitespace }
    guard hasPath != hasPatch, let source = hasPath ? path : patch else {
      throw BuildRefusal(
        "kustomize refuses this build: a patch needs either `path` or `patch`", at: entry.firstPlace,
        remedy: hasPath ? "delete one of the two" : "name a file, or write the patch")
    }
    if hasPath, let gap = noteRemote(source, entry["target"]?.isMapping ?? false ? .targets : .fields, &result) {
      return .remote(gap)
    }
    let documents = try hasPath ? read(source, &result) : read(inline: source)
    if let patch = documents.first.flatMap(JSONPatch.init) { return .json(patch) }
    guard !documents.isJSON, !documents.resources.isEmpty else {
      throw BuildRefusal(
        "kustomize refuses this build: this is neither a strategic merge patch nor a JSON patch", at: source.span,
        remedy: documents.isJSON
          ? "write what begins with `[` as JSON" : "write a part of the object, or a list of operations")
    }
    return .strategic(try ObjectList.objects(documents.resources, writes: false, source).map(\.root))
  }

  /// The fragments of an entry of `patchesStrategicMerge`: a file, or a patch itself.
  func fragments(_ entry: TreeNode, _ result: inout Accumulation) throws(BuildRefusal) -> [TreeNode] {
    let isPath = !(entry.text ?? "").contains { $0.isNewline || $0 == "{" }
    if isPath, noteRemote(entry, .fields, &result) != nil { return [] }
    let documents = try isPath ? read(entry, &result) : read(inline: entry)
    return try ObjectList.objects(documents.resources, writes: false, entry).map(\.root)
  }

  /// What a patch leaves open that lies on a server, which kustomize asks for it; `nil` for any other one.
  private func noteRemote(_ name: TreeNode, _ scope: BuildGap.Scope, _ result: inout Accumulation) -> BuildGap? {
    let text = name.text ?? ""
    guard ["http://", "https://"].contains(where: { text.hasPrefix($0) }) else { return nil }
    let folder = builder.files.shown(file.directory)
    let gap = BuildGap(scope, "\(text), a remote patch of \(folder), was not read", at: name.span)
    result.gaps.insert(gap)
    return gap
  }

  private func read(
    _ name: TreeNode, _ result: inout Accumulation
  ) throws(BuildRefusal) -> DocumentReader.PatchDocuments {
    let path = Paths.join(file.directory, name.text ?? "")
    switch builder.files.kind(of: path) {
    case .file: break
    case .refused(let reason):
      throw BuildRefusal("\(name.text ?? ""): \(reason)", at: name.span, remedy: "move the patch into the repository")
    case .missing, .directory:
      throw BuildRefusal(
        "kustomize refuses this build: there is no `\(DisplayLine.first(of: name.text ?? ""))`", at: name.span,
        remedy: "add the file, or delete the entry")
    }
    try ResourceLoader(builder, file, context).checkRoot(path, name)
    result.usedFiles.insert(UsedFile(path: path, role: .idlePatch))
    do throws(YAMLProblem) {
      return try builder.documents.patch(at: path)
    } catch {
      throw unreadable(error)
    }
  }

  /// Notes that a patch changes an object.
  ///
  /// - Parameter name: the file that it is read from; `nil` for one that stands in the kustomization.
  func noteUse(of name: TreeNode?, _ result: inout Accumulation) {
    guard let name = name?.text, !name.isEmpty else { return }
    let path = Paths.join(file.directory, name)
    if builder.files.kind(of: path) == .file { result.usedFiles.insert(UsedFile(path: path, role: .patch)) }
  }

  private func read(inline entry: TreeNode) throws(BuildRefusal) -> DocumentReader.PatchDocuments {
    do throws(YAMLProblem) {
      return try builder.documents.patch(inText: entry)
    } catch {
      throw unreadable(error)
    }
  }

  private func unreadable(_ problem: YAMLProblem) -> BuildRefusal {
    BuildRefusal(
      "kustomize refuses this build: the patch cannot be read: \(YAMLProblemMessage.text(problem.kind))",
      at: problem.span, remedy: "mend the YAML")
  }
}

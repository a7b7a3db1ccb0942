internal import Diagnostics
internal import Facts
internal import Model
internal import YAMLSource

/// Finds what the entries of `resources` and `components` mean: files of objects, other kustomizations, or places that
/// are not here.
struct ResourceLoader {
  private let builder: KustomizeBuilder
  private let file: KustomizationFile
  private let context: BuildContext

  init(_ builder: KustomizeBuilder, _ file: KustomizationFile, _ context: BuildContext) {
    self.builder = builder
    self.file = file
    self.context = context
  }

  /// Adds what an entry of `resources` names.
  func add(_ entry: TreeNode, to result: inout Accumulation) throws(BuildRefusal) {
    guard let text = entry.text else { return }
    if RemotePlace.isRemote(text) {
      result.gaps.insert(
        BuildGap(
          .additions, "\(text), a remote resource of \(builder.files.shown(file.directory)), was not read",
          at: entry.span))
      return
    }
    let path = Paths.join(file.directory, text)
    switch builder.files.kind(of: path) {
    case .file:
      result.usedFiles.insert(UsedFile(path: path, role: .resource))
      for resource in try resources(at: path, entry) { try result.append(resource, at: entry.span, builder.facts) }
    case .directory:
      let base = try enter(path, entry)
      try result.merge(base, at: entry.span, builder.facts)
    case .missing: throw missing(text, entry)
    case .refused(let reason):
      result.gaps.insert(BuildGap(.additions, "\(text): \(reason)", at: entry.span))
    }
  }

  /// Lets a component work on what is there.
  func addComponent(_ entry: TreeNode, to result: inout Accumulation) throws(BuildRefusal) {
    guard let text = entry.text else { return }
    if RemotePlace.isRemote(text) {
      result.gaps.insert(
        BuildGap(
          .everything, "\(text), a remote component of \(builder.files.shown(file.directory)), was not read",
          at: entry.span))
      return
    }
    let path = Paths.join(file.directory, text)
    switch builder.files.kind(of: path) {
    case .directory: break
    case .missing: throw missing(text, entry)
    case .file:
      throw BuildRefusal(
        "kustomize refuses this build: \(text) is a file, and components are folders", at: entry.span,
        remedy: "name the component's folder")
    case .refused(let reason):
      result.gaps.insert(BuildGap(.everything, "\(text): \(reason)", at: entry.span))
      return
    }
    let inner = try checked(path, entry)
    let component = try builder.kustomization(in: path, inner)
    guard component.isComponent else {
      throw BuildRefusal(
        "kustomize refuses this build: \(text) is no component", at: entry.span,
        remedy: "list it under `resources`, or write `kind: Component` there")
    }
    try builder.accumulate(component, inner.entering(path, at: entry.span), into: &result)
  }

  private func enter(_ path: String, _ entry: TreeNode) throws(BuildRefusal) -> Accumulation {
    try builder.base(path, checked(path, entry))
  }

  /// - Throws: where the folder is one of those that lead here, or holds one of them.
  private func checked(_ path: String, _ entry: TreeNode) throws(BuildRefusal) -> BuildContext {
    if context.above.contains(where: { Paths.lies($0, in: path) }) {
      throw BuildRefusal(
        "kustomize refuses this build: \(entry.text ?? "") leads back to a folder that leads here", at: entry.span,
        remedy: "name a folder that does not hold this one")
    }
    guard context.above.count < ResourceLoader.deepest else {
      throw BuildRefusal(
        "more than \(ResourceLoader.deepest) kustomizations lead to one another", at: entry.span,
        remedy: "name fewer folders in one another")
    }
    var inner = context
    inner.entry = entry.span
    return inner
  }

  private static let deepest = 64

  private func missing(_ text: String, _ entry: TreeNode) -> BuildRefusal {
    BuildRefusal(
      "kustomize refuses this build: there is no `\(text)`", at: entry.span, remedy: "add the file, or delete the entry"
    )
  }

  // MARK: Files

  /// The objects of a file, Lists taken apart.
  private func resources(at path: String, _ entry: TreeNode) throws(BuildRefusal) -> [Resource] {
    try checkRoot(path, entry)
    let documents: [DocumentReader.Document]
    do throws(YAMLProblem) {
      documents = try builder.documents.documents(of: path)
    } catch {
      throw BuildRefusal(
        "kustomize refuses this build: \(entry.text ?? "") cannot be read: \(YAMLProblemMessage.text(error.kind))",
        at: entry.span, remedy: "mend the YAML", related: [RelatedPlace(error.span, "it breaks here")])
    }
    var resources: [Resource] = []
    for document in documents {
      try append(document.root, ObjectOrigin(document: document.id, pathPrefix: ""), entry, to: &resources)
    }
    return resources
  }

  private func append(
    _ root: TreeNode, _ origin: ObjectOrigin, _ entry: TreeNode, to resources: inout [Resource]
  ) throws(BuildRefusal) {
    if root["kind"]?.text?.hasSuffix("List") ?? false, let items = root["items"] {
      for (index, item) in items.items.enumerated() {
        let prefix = "\(origin.pathPrefix)items[\(index)]."
        try append(item, ObjectOrigin(document: origin.document, pathPrefix: prefix), entry, to: &resources)
      }
      return
    }
    for (key, value) in [("kind", root["kind"]?.text), ("metadata.name", root["metadata"]?["name"]?.text)] {
      guard value?.isEmpty ?? true else { continue }
      throw BuildRefusal(
        "kustomize refuses this build: an object of \(entry.text ?? "") has no \(key)", at: entry.span,
        remedy: "give it one", related: [RelatedPlace(root.firstPlace, "this object")])
    }
    resources.append(Resource(root, origin: origin))
  }

  /// - Throws: where a file lies outside of the kustomization's folder, which kustomize does not read.
  func checkRoot(_ path: String, _ entry: TreeNode) throws(BuildRefusal) {
    guard context.isRestricted, !Paths.lies(path, in: file.directory) else { return }
    throw BuildRefusal(
      "kustomize refuses this build: \(entry.text ?? "") lies outside of the kustomization's folder", at: entry.span,
      remedy: "move it into the folder, or give its folder a kustomization and name that")
  }
}

/// Whether an entry names something that is not in the file system.
enum RemotePlace {
  static func isRemote(_ text: String) -> Bool {
    if text.contains("://") || text.hasPrefix("git@") || text.hasPrefix("git::") { return true }
    let first = text.prefix { $0 != "/" }
    return ["github.com", "gitlab.com", "bitbucket.org"].contains(first.lowercased())
      || text.contains("?ref=") || first.contains(":")
  }
}

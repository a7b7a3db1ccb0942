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

  /// Adds what the entries of `resources` name.
  func add(_ entries: [TreeNode], to result: inout Accumulation) throws(BuildRefusal) {
    var found: [(resource: Resource, entry: SourceSpan)] = []
    for entry in entries {
      do throws(BuildRefusal) {
        try add(entry, behind: &found, to: &result)
      } catch {
        // What stands before it is refused first.
        try result.append(found)
        throw error
      }
    }
    try result.append(found)
  }

  /// Adds what an entry of `resources` names: a folder's objects to the result, and a file's to those that were found and
  /// wait to be added.
  private func add(
    _ entry: TreeNode, behind found: inout [(resource: Resource, entry: SourceSpan)], to result: inout Accumulation
  ) throws(BuildRefusal) {
    guard let text = entry.text else { return }
    if RemotePlace.isRemote(text, from: file.directory, builder.files) {
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
      found += try resources(at: path, entry).map { ($0, entry.span) }
    case .directory:
      let before = found
      found = []
      try result.append(before)
      try result.merge(try builder.base(path, try checked(path, entry)), at: entry.span)
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
    // Components are built as often as they are named, for they work on something else each time.
    try result.spend(ResourceLoader.componentCost, at: entry.span)
    try builder.accumulate(component, inner.entering(path, at: entry.span), into: &result)
    try result.checkTwins(at: entry.span)
  }

  private static let componentCost = 1000

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
    let written = builder.documents.kept?.written
    let source = written == nil ? nil : builder.files.file(at: path)
    if let source, let known = written?[source.id], known.file.isSame(as: source) {
      written?.keep(known, for: source.id)
      return known.resources
    }
    let documents: [DocumentReader.ResourceDocument]
    do throws(YAMLProblem) {
      documents = try builder.documents.resources(of: path)
    } catch {
      throw BuildRefusal(
        "kustomize refuses this build: \(entry.text ?? "") cannot be read: \(YAMLProblemMessage.text(error.kind))",
        at: entry.span, remedy: "mend the YAML", related: [RelatedPlace(error.span, "it breaks here")])
    }
    var resources: [Resource] = []
    for object in try ObjectList.objects(documents.map(\.tree), writes: true, entry) {
      let origin = ObjectOrigin(document: documents[object.document].id, pathPrefix: object.pathPrefix)
      var resource = Resource(
        object.root, origin: origin, isConverted: documents[object.document].tree.isConverted)
      resource.rememberID(builder.facts)
      resources.append(resource)
    }
    if let source { written?.keep(KeptObjects(file: source, resources: resources), for: source.id) }
    return resources
  }

  /// - Throws: where a file lies outside of the kustomization's folder, which kustomize does not read.
  func checkRoot(_ path: String, _ entry: TreeNode) throws(BuildRefusal) {
    guard context.isRestricted, !Paths.lies(path, in: file.directory) else { return }
    throw BuildRefusal(
      "kustomize refuses this build: \(entry.text ?? "") lies outside of the kustomization's folder", at: entry.span,
      remedy: "move it into the folder, or give its folder a kustomization and name that")
  }
}

/// The objects of documents, as files of resources and patches hold them.
struct ObjectList {
  /// One object.
  struct Object {
    let root: TreeNode
    /// The number of its document.
    let document: Int
    /// `items[2].` for the third item of a List, otherwise empty.
    let pathPrefix: String
  }

  /// The objects, those of Lists behind all others, as kustomize has them.
  ///
  /// - Parameters:
  ///   - writes: whether what stands there is written out again as it is.
  ///   - entry: what names the documents.
  static func objects(
    _ trees: [ResourceTree], writes: Bool, _ entry: TreeNode
  ) throws(BuildRefusal) -> [Object] {
    for tree in trees {
      guard writes, let span = tree.unwritable else { continue }
      throw refusal("this is neither a text as a key nor a value that JSON has", entry, span, "put quotes around it")
    }
    var waiting = trees.enumerated().map { Object(root: $1.root, document: $0, pathPrefix: "") }
    var objects: [Object] = []
    var next = 0
    while next < waiting.count {
      let object = waiting[next]
      next += 1
      guard let kind = object.root["kind"]?.text, !kind.isEmpty else {
        throw refusal("an object of \(shown(entry)) has no kind", entry, object.root.firstPlace, "give it one")
      }
      guard kind.hasSuffix("List") else {
        guard !(object.root["metadata"]?["name"]?.text ?? "").isEmpty else {
          throw refusal(
            "an object of \(shown(entry)) has no metadata.name", entry, object.root.firstPlace, "give it one")
        }
        objects.append(object)
        continue
      }
      guard let items = object.root["items"], !items.isNull else { continue }
      guard items.isSequence else {
        throw refusal("`items` of a \(kind) is no list", entry, items.span, "write a list")
      }
      for (index, item) in items.items.enumerated() where !item.isEmpty {
        let prefix = "\(object.pathPrefix)items[\(index)]."
        waiting.append(Object(root: item, document: object.document, pathPrefix: prefix))
      }
    }
    return objects
  }

  private static func shown(_ entry: TreeNode) -> String { DisplayLine.first(of: entry.text ?? "") }

  private static func refusal(
    _ message: String, _ entry: TreeNode, _ span: SourceSpan, _ remedy: String
  ) -> BuildRefusal {
    BuildRefusal(
      "kustomize refuses this build: \(message)", at: entry.span, remedy: remedy,
      related: [RelatedPlace(span, "it is here")])
  }
}

/// Whether an entry names something that is not in the file system.
enum RemotePlace {
  /// Whether an entry of `resources` is asked of a server: a file that is called like a repository is a file, and a folder
  /// that is called so is not looked at.
  static func isRemote(_ text: String, from directory: String, _ files: any FileTree) -> Bool {
    guard isRemote(text) else { return false }
    if ["http://", "https://"].contains(where: { text.lowercased().hasPrefix($0) }) { return true }
    return files.kind(of: Paths.join(directory, text)) != .file
  }

  /// Whether an entry is called like a place on a server.
  static func isRemote(_ text: String) -> Bool {
    let bytes = text.utf8
    // Nearly all entries are plain paths: what makes others of them has a colon, a question mark, or is a host.
    let mayBe = bytes.contains { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "?") }
    if mayBe, text.contains("://") || text.hasPrefix("git::") || text.contains("?ref=") { return true }
    if text.hasPrefix("git@") { return true }
    let first = text.prefix { $0 != "/" }
    if mayBe, first.contains(":") { return true }
    // Nearly no first part of a path has a dot in it.
    return first.utf8.dropFirst(6).contains(UInt8(ascii: "."))
      && ["github.com", "gitlab.com", "bitbucket.org"].contains(first.lowercased())
  }
}

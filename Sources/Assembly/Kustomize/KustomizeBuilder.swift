package import Diagnostics
package import Facts
package import Model
package import YAMLSource

/// What a build gave.
package struct KustomizeBuild: Sendable {
  /// The objects, in the order in which they were added.
  package fileprivate(set) var objects: [BuiltObject] = []
  /// Steps that are not modelled, in the order in which they were met.
  package fileprivate(set) var gaps: [BuildGap] = []
  /// Selectors of patches and replacements that select nothing: kustomize does not mind.
  package fileprivate(set) var idleTargets: [SourceSpan] = []
  /// Files that generators name, and that only those have who build.
  package fileprivate(set) var absent: [BuildRefusal] = []
  /// The folders of the kustomizations that took part, the build's own first.
  package fileprivate(set) var directories: [String] = []
  /// The files that were read, in the order in which they were met; one that was read in two roles stands there twice.
  package fileprivate(set) var usedFiles: [UsedFile] = []
  /// The files of the kustomizations that took part.
  package fileprivate(set) var kustomizationFiles: Set<FileID> = []
  /// The places of labels that are written into selectors.
  package fileprivate(set) var selectorLabels: Set<SourceSpan> = []
}

/// An object as a build leaves it.
package struct BuiltObject: Sendable {
  package let root: TreeNode
  /// `nil` for an object that a generator makes.
  package let origin: ObjectOrigin?
  /// Whether the build changed anything in it.
  package let isChanged: Bool
  /// A step that may have changed anything in it, and is not modelled.
  var gap: BuildGap?
  /// What the build left, where nothing was done behind it.
  let resource: Resource?

  init(_ resource: Resource) {
    (root, origin, isChanged, gap) = (resource.root, resource.origin, resource.isChanged, resource.gap)
    self.resource = resource
  }

  /// One that something behind its build changed.
  init(changing object: BuiltObject, to root: TreeNode) {
    (self.root, origin, isChanged, gap) = (root, object.origin, true, object.gap)
    resource = nil
  }
}

/// Builds kustomizations as kustomize does: from folders to objects, with every field's place.
///
/// What several builds have in common (a base) is built once. Not for several tasks at once.
package final class KustomizeBuilder {
  let files: any FileTree
  let documents: DocumentReader
  let facts: KustomizeFacts
  /// How many objects builds have given so far.
  private var given = 0
  private let mostObjects: Int
  /// How many builds have got as far as the names in them.
  private var named = 0
  private var bases: [String: Result<Accumulation, BuildRefusal>] = [:]

  /// - Parameter mostObjects: what all builds of the run may give: many overlays of a base with many objects are overlays
  ///   times objects, and no repository means more.
  package init(
    _ files: any FileTree, _ documents: DocumentReader, mostObjects: Int = 500_000,
    _ facts: KustomizeFacts = Facts.shared.kustomize
  ) {
    self.files = files
    self.documents = documents
    self.facts = facts
    self.mostObjects = mostObjects
  }

  /// Builds the kustomization of a folder.
  ///
  /// - Parameters:
  ///   - generated: the kustomization that counts in place of one in the folder.
  ///   - edits: what Flux or Argo CD change in the kustomization before it is built.
  ///   - isRestricted: whether files must lie in or below their kustomization's folder, as kustomize's own commands want.
  package func build(
    _ directory: String, generated: TreeNode? = nil, edits: KustomizationEdits? = nil, isRestricted: Bool = true
  ) throws(BuildRefusal) -> KustomizeBuild {
    var accumulation = Accumulation(facts, documents.kept)
    var context = BuildContext(above: [], isRestricted: isRestricted, entry: nil)
    if generated != nil || edits != nil {
      context.build = named + 1
      var file: KustomizationFile
      if let generated {
        file = try KustomizationFile(generated, path: Paths.join(directory, KustomizationFile.names[0]))
      } else {
        file = try kustomization(in: directory, context)
      }
      try edits?.apply(to: &file)
      try accumulate(file, context.entering(directory, at: file.root.firstPlace), into: &accumulation)
    } else {
      accumulation = try base(directory, context)
    }
    let place = documents.firstPlace(of: accumulation.usedFiles.elements[0].path) ?? documents.nowhere
    try count(accumulation.resources.count, at: place)
    try finish(&accumulation)
    try accumulation.checkTwins(at: place, isLast: true)
    var build = KustomizeBuild()
    build.objects = accumulation.resources.filter { !$0.isLocal }.map(BuiltObject.init)
    build.gaps = accumulation.gaps.elements
    build.idleTargets = accumulation.idleTargets.elements
    build.absent = accumulation.absent.elements
    build.directories = accumulation.directories.elements
    build.usedFiles = accumulation.usedFiles.elements
    build.selectorLabels = accumulation.selectorLabels
    build.kustomizationFiles = accumulation.kustomizationFiles
    return build
  }

  /// Counts the objects that all builds of the run give.
  private func count(_ objects: Int, at place: SourceSpan) throws(BuildRefusal) {
    given += objects
    guard given > mostObjects else { return }
    throw BuildRefusal(
      "the builds of this run give more than \(mostObjects) objects, and this one is given up",
      at: place, remedy: "lint the overlays in several runs")
  }

  /// What kustomize does once, when all kustomizations have done their part.
  private func finish(_ accumulation: inout Accumulation) throws(BuildRefusal) {
    for index in accumulation.resources.indices where accumulation.resources[index].isHashed {
      accumulation.change(index) { $0.storeID(facts) }
    }
    named += 1
    var place = StepPlace()
    place.build = named
    accumulation.enter(place)
    let names = try NameReferences(facts).fix(&accumulation, documents.kept?.names[named])
    documents.kept?.names.keep(names, for: named)
    try accumulation.changeEach(.end, [], renames: false) { (resource: inout Resource) throws(BuildRefusal) in
      try resource.finish()
    }
  }

  /// What a folder's kustomization gives to those that name it under `resources`.
  func base(_ directory: String, _ context: BuildContext) throws(BuildRefusal) -> Accumulation {
    let key = directory + (context.isRestricted ? "" : "\0")
    if let known = bases[key] { return try known.get() }
    let result: Result<Accumulation, BuildRefusal>
    do throws(BuildRefusal) {
      let file = try kustomization(in: directory, context)
      if file.isComponent, let entry = context.entry {
        throw BuildRefusal(
          "kustomize refuses this build: \(files.shown(directory)) is a component, not a resource", at: entry,
          remedy: "list it under `components`")
      }
      var accumulation = Accumulation(facts, documents.kept)
      var context = context.entering(directory, at: file.root.firstPlace)
      context.build = 0
      try accumulate(file, context, into: &accumulation)
      result = .success(accumulation)
    } catch {
      result = .failure(error)
    }
    bases[key] = result
    return try result.get()
  }

  /// The kustomization of a folder; exactly one of the names must be there.
  func kustomization(in directory: String, _ context: BuildContext) throws(BuildRefusal) -> KustomizationFile {
    let found = KustomizationFile.names.map { Paths.join(directory, $0) }.filter { files.kind(of: $0) == .file }
    let place = context.entry ?? found.first.flatMap { documents.firstPlace(of: $0) }
    guard let path = found.first, let place else {
      throw BuildRefusal(
        "kustomize refuses this build: \(files.shown(directory)) holds no kustomization",
        at: context.entry ?? documents.nowhere, remedy: "add a kustomization.yaml there, or name another folder")
    }
    guard found.count == 1 else {
      throw BuildRefusal(
        "kustomize refuses this build: \(files.shown(directory)) holds several kustomizations", at: place,
        remedy: "keep one of \(found.map(Paths.name).joined(separator: ", "))")
    }
    guard let root = try documents.kustomization(at: path) else {
      throw BuildRefusal(
        "kustomize refuses this kustomization: it is empty", at: documents.firstPlace(of: path) ?? place,
        remedy: "list what belongs to it under `resources`")
    }
    return try KustomizationFile(root, path: path)
  }

  /// Does all that a kustomization says, on top of what is there.
  func accumulate(
    _ file: KustomizationFile, _ context: BuildContext, into result: inout Accumulation
  ) throws(BuildRefusal) {
    result.directories.insert(file.directory)
    result.usedFiles.insert(UsedFile(path: file.path, role: file.isComponent ? .component : .kustomization))
    result.kustomizationFiles.insert(file.root.span.file)
    result.gaps.formUnion(BuildGap.all(in: file, files, documents))
    for key in ["transformers", "generators", "validators", "configurations", "crds"] {
      for path in file.items(key).compactMap(\.text).map({ Paths.join(file.directory, $0) })
      where files.kind(of: path) == .file {
        result.usedFiles.insert(UsedFile(path: path, role: .step))
      }
    }
    let loader = ResourceLoader(self, file, context)
    result.enter(StepPlace(context))
    try loader.add(file.resources, to: &result)
    try Generators(self, file, context).run(&result)
    for entry in file.items("components") { try loader.addComponent(entry, to: &result) }
    result.enter(StepPlace(context))
    try Transformers(self, file, context).run(&result)
  }
}

/// What is known while a kustomization is built.
struct BuildContext {
  /// The folders of the kustomizations that lead here, this one last.
  var above: [String]
  /// Whether files must lie in or below their kustomization's folder.
  let isRestricted: Bool
  /// What names this kustomization in another one; `nil` for the build's own.
  var entry: SourceSpan?
  /// The number of the build, where it is of something else than its folder's kustomization as it is; 0 elsewhere.
  var build = 0

  func entering(_ directory: String, at place: SourceSpan) -> BuildContext {
    BuildContext(above: above + [directory], isRestricted: isRestricted, entry: entry ?? place, build: build)
  }
}

extension Resource {
  /// Whether kustomize leaves the object out of what it gives.
  fileprivate var isLocal: Bool {
    root["metadata"]?["annotations"]?["config.kubernetes.io/local-config"].map { $0.text != "false" } ?? false
  }

  /// Whether kustomize puts one hash behind both names, or none.
  func hasSameHash(as other: Resource) -> Bool {
    guard isHashed || other.isHashed else { return true }
    return isHashed == other.isHashed
      && ["type", "data", "binaryData"].allSatisfy { (key: String) in root[key] == other.root[key] }
  }

  /// - Throws: where something is missing that kustomize wants of every object.
  fileprivate mutating func finish() throws(BuildRefusal) {
    for (key, text) in [("kind", kind), ("metadata.name", name)] where text.isEmpty || isBroken {
      throw BuildRefusal(
        "kustomize refuses this build: an object loses its \(key)", at: root.firstPlace,
        remedy: "leave the \(key) to it")
    }
    try finishAnnotations()
    try checkTypes()
  }
}

internal import Diagnostics
internal import Model
internal import Synchronization
internal import YAMLSource

/// What builds worked out for the runs before, for those who assemble again and again.
///
/// Each outcome is kept with all that it came from, and counts only where that is the same: nothing has to be forgotten by
/// hand, and what has not changed is the same object as before.
package final class KeptAssembly: Sendable {
  let documents = KeptResults<FileID, KeptDocuments<DocumentReader.Document>>()
  let resources = KeptResults<FileID, KeptDocuments<DocumentReader.ResourceDocument>>()
  let objects = KeptResults<BuiltObjectKey, ReadObject>()
  let written = KeptResults<FileID, KeptObjects>()
  let additions = KeptResults<StepKey, KeptAddition>()
  let steps = KeptResults<StepKey, KeptStep>()
  let withoutTwins = KeptResults<ObjectIdentifier, Calling.Version>()
  let names = KeptResults<Int, ResolvedNames>()

  package init() {}

  /// To be called before each run: what the last one did not ask for is forgotten.
  func turn() {
    documents.turn()
    resources.turn()
    objects.turn()
    written.turn()
    additions.turn()
    steps.turn()
    withoutTwins.turn()
    names.turn()
  }
}

/// Outcomes by what was asked; those stay that are asked for in every run.
final class KeptResults<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct State {
    var current: [Key: Value] = [:]
    var earlier: [Key: Value] = [:]
  }

  private let state = Mutex(State())

  func turn() {
    state.withLock { state in
      let count = state.current.count
      state.earlier = state.current
      state.current = Dictionary(minimumCapacity: count)
    }
  }

  /// What was made for a key before.
  subscript(key: Key) -> Value? { state.withLock { $0.current[key] ?? $0.earlier[key] } }

  func keep(_ value: Value, for key: Key) { state.withLock { $0.current[key] = value } }

  /// What was made for a key before, where it is the same still, else what is made now.
  func value<Failure: Error>(
    for key: Key, isStill: (Value) -> Bool, make: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let value = if let known = self[key], isStill(known) { known } else { try make() }
    keep(value, for: key)
    return value
  }
}

/// The documents of a file.
struct KeptDocuments<Document: Sendable>: Sendable {
  let file: SourceFile
  let result: Result<[Document], YAMLProblem>
}

/// What tells the objects of a run's builds apart, as far as anything does.
enum BuiltObjectKey: Hashable {
  /// One that no step has made another one of since the run before.
  case shared(unit: Int, ObjectIdentifier)
  /// The origin is `nil` for what a generator made.
  case named(unit: Int, origin: ObjectOrigin?, name: String)
}

/// What a built object was read to, with all that this hangs on besides the options.
struct ReadObject: Sendable {
  private let root: TreeNode
  /// The object before anything was done behind its build; `nil` where that changed it.
  private let resource: Resource?
  private let written: ObjectMeta?
  private let labels: Set<SourceSpan>
  /// All files that parts of it stand in.
  let files: [SourceFile]
  let contents: FileContents
  /// Whether a text of it may be a placeholder.
  let mayHoldPlaceholder: Bool

  init(
    _ object: BuiltObject, of file: SourceFile, _ written: Manifest?, _ labels: Set<SourceSpan>,
    _ contents: FileContents, file other: (FileID) -> SourceFile?
  ) {
    (root, resource) = (object.root, object.resource)
    self.written = written?.meta
    self.labels = labels
    self.contents = contents
    var files = [file.id: file]
    root.visitFiles { if files[$0] == nil { files[$0] = other($0) } }
    self.files = Array(files.values)
    mayHoldPlaceholder = root.mayHoldPlaceholder
  }

  /// Whether an object would be read to the same again, where its files are the same.
  func isOf(_ root: TreeNode, _ written: Manifest?, _ labels: Set<SourceSpan>) -> Bool {
    self.written === written?.meta && self.root.isSame(as: root) && self.labels == labels
  }

  /// The same for one that no step has made another one of: of the same files, it was the same before the build.
  func isOf(_ resource: Resource, _ labels: Set<SourceSpan>) -> Bool {
    self.resource?.isShared(with: resource) ?? false && self.labels == labels
  }
}

extension TreeNode {
  /// Calls `body` with the files that parts of it stand in, some of them several times.
  fileprivate func visitFiles(_ body: (FileID) -> Void) {
    body(span.file)
    for entry in entries {
      body(entry.keySpan.file)
      entry.value.visitFiles(body)
    }
    for item in items { item.visitFiles(body) }
  }

  /// Whether a text in it could be a `PlaceholderTexts.isPlaceholder`.
  fileprivate var mayHoldPlaceholder: Bool {
    switch content {
    case .scalar(let scalar): scalar.text.utf8.contains(UInt8(ascii: "$")) || PlaceholderTexts.isEncrypted(scalar.text)
    case .sequence(let items): items.contains(where: \.mayHoldPlaceholder)
    case .mapping(let entries):
      entries.contains { entry in
        entry.key.utf8.contains(UInt8(ascii: "$")) || PlaceholderTexts.isEncrypted(entry.key)
          || entry.value.mayHoldPlaceholder
      }
    }
  }
}

extension SourceFile {
  /// Whether two files are called the same and hold the same.
  func isSame(as other: SourceFile) -> Bool {
    id == other.id && isRecoded == other.isRecoded && bytes == other.bytes && path.isSame(as: other.path)
  }
}

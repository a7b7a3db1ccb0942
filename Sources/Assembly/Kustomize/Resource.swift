internal import Diagnostics
internal import Facts
internal import Model
internal import YAMLSource

/// What tells the objects of a build apart (kustomize: `ResId`). Two ids are equal when kustomize takes them for the
/// same object: an absent namespace is `default`, and kinds without namespaces have none.
struct ResourceID: Hashable {
  let group: String
  let version: String
  let kind: String
  let name: String
  /// `nil` for kinds without namespaces.
  let namespace: String?

  init(apiVersion: String, kind: String, namespace: String, name: String, _ facts: KustomizeFacts) {
    if let slash = apiVersion.firstIndex(of: "/") {
      group = String(apiVersion[..<slash])
      version = String(apiVersion[apiVersion.index(after: slash)...])
    } else {
      (group, version) = ("", apiVersion)
    }
    self.kind = kind
    self.name = name
    self.namespace =
      facts.isClusterScoped(group: group, kind: kind) ? nil : namespace.isEmpty ? "default" : namespace
  }

  /// How messages name it.
  var text: String { "\(kind) \(namespace.map { $0 + "/" } ?? "")\(name)" }
}

/// One object on its way through a build. Copies are one reference until one of them changes.
struct Resource: Sendable {
  /// What is known of it.
  private struct Parts: Sendable {
    var root: TreeNode
    /// The id, where it was worked out since the object changed.
    var knownID: ResourceID?
    let origin: ObjectOrigin?
    var isChanged: Bool
    var isHashed: Bool
    var previousIDs: [ResourceID] = []
    var prefixes: [String] = []
    var suffixes: [String] = []
    var identities: UInt32 = 0
    var gap: BuildGap?
    var isReplaced = false
    var isBroken = false
  }

  /// Changed only where one resource alone holds it; that one is what is guarded against overlapping changes.
  private final class Shared: @unchecked Sendable {
    @exclusivity(unchecked)
    var parts: Parts

    init(_ parts: Parts) { self.parts = parts }
  }

  private var shared: Shared

  private var parts: Parts {
    get { shared.parts }
    _modify {
      if !isKnownUniquelyReferenced(&shared) { shared = Shared(shared.parts) }
      yield &shared.parts
    }
  }

  /// Whether two are one object that nothing has changed since.
  func isShared(with other: Resource) -> Bool { shared === other.shared }

  /// The same for those that are shared, as long as one of them is there.
  var identity: ObjectIdentifier { ObjectIdentifier(shared) }

  var root: TreeNode {
    get { shared.parts.root }
    _modify {
      parts.isChanged = true
      shared.parts.knownID = nil
      yield &shared.parts.root
    }
  }
  /// `nil` for an object that a generator makes.
  var origin: ObjectOrigin? { shared.parts.origin }
  /// Whether a step wrote into it.
  var isChanged: Bool { shared.parts.isChanged }
  /// Whether kustomize puts a hash of the content behind its name at the end, which counts as another name.
  var isHashed: Bool {
    get { shared.parts.isHashed }
    set { parts.isHashed = newValue }
  }
  /// The ids that it had before, the written one first.
  private(set) var previousIDs: [ResourceID] {
    get { shared.parts.previousIDs }
    _modify { yield &parts.previousIDs }
  }
  private(set) var prefixes: [String] {
    get { shared.parts.prefixes }
    _modify { yield &parts.prefixes }
  }
  private(set) var suffixes: [String] {
    get { shared.parts.suffixes }
    _modify { yield &parts.suffixes }
  }
  /// A step that may have changed anything in it, and is not modelled.
  var gap: BuildGap? {
    get { shared.parts.gap }
    set { parts.gap = newValue }
  }
  /// Whether a replacement wrote into it, which may leave it with what cannot be written.
  var isReplaced: Bool {
    get { shared.parts.isReplaced }
    set { parts.isReplaced = newValue }
  }
  /// Whether it was without a name or kind for a while, which makes kustomize stop.
  var isBroken: Bool { shared.parts.isBroken }

  /// - Parameter isConverted: whether kustomize reads the object otherwise than Kubernetes does.
  init(_ root: TreeNode, origin: ObjectOrigin?, isConverted: Bool = false, isHashed: Bool = false) {
    shared = Shared(Parts(root: root, origin: origin, isChanged: isConverted, isHashed: isHashed))
  }

  var apiVersion: String { root["apiVersion"]?.text ?? "" }
  var group: String { apiVersion.firstIndex(of: "/").map { String(apiVersion[..<$0]) } ?? "" }
  var kind: String { root["kind"]?.text ?? "" }
  var name: String { root["metadata"]?["name"]?.text ?? "" }
  var namespace: String { root["metadata"]?["namespace"]?.text ?? "" }
  /// Whether a patch deleted it.
  var isDeleted: Bool { root.isMapping && root.entries.isEmpty }

  func id(_ facts: KustomizeFacts) -> ResourceID {
    if let known = shared.parts.knownID { return known }
    let metadata = root["metadata"]
    return ResourceID(
      apiVersion: apiVersion, kind: kind, namespace: metadata?["namespace"]?.text ?? "",
      name: metadata?["name"]?.text ?? "", facts)
  }

  /// Works the id out once for all who ask until the object changes.
  mutating func rememberID(_ facts: KustomizeFacts) {
    if shared.parts.knownID == nil { parts.knownID = id(facts) }
  }

  /// Whether another one is called the same, and was before.
  func hasSameIDs(as other: Resource, _ facts: KustomizeFacts) -> Bool {
    isShared(with: other)
      || id(facts) == other.id(facts) && previousIDs == other.previousIDs && isDeleted == other.isDeleted
  }

  /// The id as it is written.
  func originalID(_ facts: KustomizeFacts) -> ResourceID { previousIDs.first ?? id(facts) }

  /// All ids that it has or had.
  func ids(_ facts: KustomizeFacts) -> [ResourceID] { previousIDs + [id(facts)] }

  /// Remembers the present id; to be called before a step changes it.
  mutating func storeID(_ facts: KustomizeFacts) {
    let id = id(facts)
    if id.name.isEmpty || id.kind.isEmpty { parts.isBroken = true }
    previousIDs.append(id)
  }

  /// A number for scalars that are one to kustomize.
  mutating func makeIdentity() -> UInt32 {
    parts.identities += 1
    return shared.parts.identities
  }

  /// To be called when kustomize writes the object down and reads it again.
  ///
  /// - Throws: where it cannot.
  mutating func rewrite() throws(BuildRefusal) {
    try checkTypes()
    if shared.parts.identities > 0 { root = root.unshared }
  }

  /// - Throws: where a replacement put a text into the place of a number, boolean or null.
  func checkTypes() throws(BuildRefusal) {
    guard isReplaced, let node = root.unwritable else { return }
    throw BuildRefusal(
      "kustomize refuses this build: the text `\(node.rawText)` takes the place of a number, a boolean or null",
      at: node.span, remedy: "put quotes around what it takes the place of",
      related: [RelatedPlace(root.firstPlace, "in this object")])
  }

  mutating func addPrefix(_ prefix: String) { prefixes.append(prefix) }
  mutating func addSuffix(_ suffix: String) { suffixes.append(suffix) }

  /// Whether the same kustomizations renamed both, as far as one of them was renamed.
  ///
  /// - Parameter isLenient: whether one that was not renamed goes with any.
  func hasSameAffixes(as other: Resource, isLenient: Bool) -> Bool {
    func agree(_ a: [String], _ b: [String]) -> Bool {
      if a.isEmpty || b.isEmpty { return isLenient || a.count == b.count }
      return zip(a.reversed(), b.reversed()).allSatisfy { $0 == $1 }
    }
    return agree(prefixes, other.prefixes) && agree(suffixes, other.suffixes)
  }

  /// Changes `metadata`, which is made if it is missing.
  mutating func changeMetadata(_ body: (inout TreeNode) -> Void) {
    if root["metadata"]?.isNull ?? true { root["metadata"] = TreeNode(.mapping([]), at: root.span) }
    root.change("metadata", body)
  }
}

// MARK: Bookkeeping

extension Resource {
  /// Whether kustomize keeps notes of its own in the object's annotations, and so sees annotations where none are
  /// written.
  var isNoted: Bool { origin == nil || !previousIDs.isEmpty || !prefixes.isEmpty || !suffixes.isEmpty }

  private static let note = "internal.config.kubernetes.io/previousNames"

  /// Calls `body` with the annotations that kustomize sees; what a change of them takes away is forgotten.
  ///
  /// - Parameter keepsNotes: whether kustomize puts its notes back.
  mutating func changeWithNotes<Failure: Error>(
    keepsNotes: Bool, _ body: (inout TreeNode) throws(Failure) -> Void
  ) throws(Failure) {
    guard isNoted else { return try body(&root) }
    let note = TreeEntry(Resource.note, at: root.span, TreeNode(string: "", at: root.span))
    changeMetadata { metadata in
      let annotations = metadata["annotations"]
      metadata["annotations"] = TreeNode(
        .mapping((annotations?.entries ?? []) + [note]), at: annotations?.span ?? metadata.span)
    }
    try body(&root)
    let isThere = root["metadata"]?["annotations"]?[Resource.note] != nil
    if isThere { dropNote() } else if !keepsNotes { (previousIDs, prefixes, suffixes) = ([], [], []) }
  }

  private mutating func dropNote() {
    root.change("metadata") { metadata in
      metadata.change("annotations") { $0[Resource.note] = nil }
      if metadata["annotations"]?.isEmpty ?? false { metadata["annotations"] = nil }
    }
  }

  /// Brings the annotations into the form in which kustomize gives them: texts, and none where its notes stood alone.
  ///
  /// - Throws: where they are no mapping.
  mutating func finishAnnotations() throws(BuildRefusal) {
    guard let annotations = root["metadata"]?["annotations"] else { return }
    if annotations.isNull || annotations.isMapping && annotations.isEmpty {
      root.change("metadata") { $0["annotations"] = nil }
      return
    }
    guard annotations.isMapping else {
      throw BuildRefusal(
        "kustomize refuses this build: annotations must be a mapping", at: annotations.span,
        remedy: "write them as `key: value`")
    }
    if annotations.entries.allSatisfy({ $0.value.string != nil }) { return }
    root.change("metadata") { $0["annotations"]?.entries = annotations.textPairs }
  }
}

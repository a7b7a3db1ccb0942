internal import Diagnostics
internal import Facts
internal import YAMLSource

/// Renames what objects call others that prefixes, suffixes or namespaces renamed (kustomize: `nameref.Filter`).
struct NameReferences {
  private let facts: KustomizeFacts

  init(_ facts: KustomizeFacts) { self.facts = facts }

  /// - Parameter earlier: what was found for the same build before, which counts where nothing is called otherwise now.
  @discardableResult func fix(
    _ result: inout Accumulation, _ earlier: ResolvedNames? = nil
  ) throws(BuildRefusal) -> ResolvedNames {
    let before = result.resources
    let table = CandidateTable(before, facts)
    let earlier = earlier.flatMap { $0.areOf(before, facts) ? $0 : nil }
    for (number, resource) in before.enumerated() {
      if let earlier, resource.isShared(with: earlier.before[number]) {
        if !resource.isShared(with: earlier.after[number]) { result.change(number) { $0 = earlier.after[number] } }
      } else if let earlier, resource.root.isSame(as: earlier.before[number].root) {
        let root = earlier.changedRoot(number)
        if let root { result.change(number) { $0.root = root } }
      } else if let root = try root(number, table) {
        result.change(number) { $0.root = root }
      }
    }
    return ResolvedNames(before: before, after: result.resources)
  }

  /// What becomes of an object; `nil` where it stays as it is.
  private func root(_ number: Int, _ table: CandidateTable) throws(BuildRefusal) -> TreeNode? {
    let candidate = table.candidate(number)
    var resource = candidate.resource
    let original = resource.originalID(facts)
    let references = facts.nameReferences(ofKind: original.kind).filter {
      $0.field.concerns(group: original.group, version: original.version, kind: original.kind)
    }
    if references.isEmpty { return nil }
    let place = resource.root.firstPlace
    var isChanged = false
    let reachable = try NameReferences.reachable(candidate)
    for reference in references {
      let finder = Finder(table, candidate, reference, reachable, place)
      // The kind that counts was looked at above: a patch may have changed it since.
      let field = FieldSpec(path: reference.field.path)
      try FieldWriter(field, at: place, makes: .nothing).write(&resource) {
        (node: inout TreeNode) throws(BuildRefusal) in
        isChanged = try finder.set(&node) || isChanged
      }
    }
    guard isChanged else { return nil }
    return table.hasHashes ? HashMark.removed(from: resource.root) : resource.root
  }

  /// The places of the objects that an object may name; `nil` for anywhere. What has a namespace names what is in it or
  /// has none, and a RoleBinding also what is beside its accounts, where their namespace is written.
  ///
  /// - Throws: where its accounts cannot be read.
  private static func reachable(_ referrer: CandidateTable.Candidate) throws(BuildRefusal) -> Set<String?>? {
    guard let own = referrer.current.namespace else { return nil }
    var namespaces: Set<String?> = own == "default" ? [nil, own, ""] : [nil, own]
    guard referrer.current.kind == "RoleBinding" else { return namespaces }
    for subject in referrer.resource.root["subjects"]?.items ?? [] {
      guard subject.isMapping else { throw refusal("a subject must be a mapping", subject.span) }
      guard let namespace = subject["namespace"], let kind = subject["kind"] else { continue }
      guard let kind = kind.string else { throw refusal("a kind must be a text", kind.span) }
      guard kind == "ServiceAccount" else { continue }
      guard let text = namespace.string else { throw refusal("a namespace must be a text", namespace.span) }
      namespaces.insert(text)
    }
    return namespaces
  }

  private static func refusal(_ message: String, _ span: SourceSpan) -> BuildRefusal {
    BuildRefusal("kustomize refuses this build: \(message)", at: span, remedy: "write one")
  }
}

/// The objects of a build before and after their references were looked at.
struct ResolvedNames: Sendable {
  fileprivate let before: [Resource]
  fileprivate let after: [Resource]

  /// Whether the objects of a build are called as those were.
  fileprivate func areOf(_ others: [Resource], _ facts: KustomizeFacts) -> Bool {
    before.count == others.count && zip(before, others).allSatisfy { $0.isCalled(as: $1, facts) }
  }

  /// What became of an object; `nil` where it stayed as it was.
  fileprivate func changedRoot(_ number: Int) -> TreeNode? {
    before[number].isShared(with: after[number]) ? nil : after[number].root
  }
}

extension Resource {
  /// Whether references to it, and from it, mean what they would if it were the other one.
  fileprivate func isCalled(as other: Resource, _ facts: KustomizeFacts) -> Bool {
    isShared(with: other)
      || name.isSame(as: other.name) && isHashed == other.isHashed && namespace.isSame(as: other.namespace)
        && id(facts) == other.id(facts) && previousIDs == other.previousIDs && prefixes == other.prefixes
        && suffixes == other.suffixes
  }
}

/// Stands for the hash of the content in a name that kustomize gives one, as long as references are looked for: such a
/// name is none that another object had.
private enum HashMark {
  static func added(to name: String, _ number: Int) -> String { "\(name)\u{0}\(number)" }

  static func removed(from node: TreeNode) -> TreeNode {
    switch node.content {
    case .scalar(let scalar):
      guard let mark = scalar.text.unicodeScalars.firstIndex(of: "\u{0}") else { return node }
      return TreeNode(string: String(scalar.text.unicodeScalars[..<mark]), at: node.span)
    case .sequence(let items): return TreeNode(.sequence(items.map(removed)), at: node.span)
    case .mapping(let entries):
      return TreeNode(
        .mapping(entries.map { TreeEntry($0.key, at: $0.keySpan, removed(from: $0.value)) }), at: node.span)
    }
  }
}

/// The objects of a build as others may name them.
private final class CandidateTable {
  /// What is known of an object that may be named.
  struct Candidate {
    let previous: [ResourceID]
    let current: ResourceID
    let resource: Resource
    /// What references say from now on.
    let newName: String

    var original: ResourceID { previous.first ?? current }
    /// Its namespace as it is written, empty where it is not; `nil` for kinds without namespaces.
    var place: String? { current.namespace == nil ? nil : resource.namespace }
  }

  /// Where objects were first, and their places now.
  private struct Move: Hashable {
    let original: String?
    let place: String?
  }

  let hasHashes: Bool
  private let resources: [Resource]
  private let facts: KustomizeFacts
  /// Made when something is looked for: most objects name no other one.
  private lazy var index = Index(self)

  init(_ resources: [Resource], _ facts: KustomizeFacts) {
    hasHashes = resources.contains(where: \.isHashed)
    self.resources = resources
    self.facts = facts
  }

  func candidate(_ number: Int) -> Candidate {
    let resource = resources[number]
    let id = resource.id(facts)
    return Candidate(
      previous: resource.previousIDs, current: id, resource: resource,
      newName: resource.isHashed ? HashMark.added(to: id.name, number) : id.name)
  }

  /// Who was called what, and where it was.
  private struct Index {
    private(set) var byName: [String: [String?: [Int]]] = [:]
    private(set) var moves: Set<Move> = []

    init(_ table: CandidateTable) {
      for number in table.resources.indices {
        let candidate = table.candidate(number)
        moves.insert(Move(original: candidate.original.namespace, place: candidate.place))
        for name in Set(candidate.previous.map(\.name)) {
          byName[name, default: [:]][candidate.place, default: []].append(number)
        }
      }
    }
  }

  /// The objects that were called so, in order.
  ///
  /// - Parameter places: where they are now; `nil` for anywhere.
  func called(_ name: String, in places: Set<String?>?) -> [Candidate] {
    guard let found = index.byName[name] else { return [] }
    guard let places else { return found.values.joined().sorted().map(candidate) }
    return places.flatMap { found[$0] ?? [] }.sorted().map(candidate)
  }

  /// Whether an object that is in one of some places now was in `original` first.
  func hasObject(from original: String, in places: Set<String?>?) -> Bool {
    guard let places else { return index.moves.contains { $0.original == original } }
    return places.contains { index.moves.contains(Move(original: original, place: $0)) }
  }
}

/// Finds what one field of an object names.
private struct Finder {
  /// What a roleRef says of the kind; each part counts where it is not empty.
  private struct Role {
    let group: String
    let kind: String

    func selects(_ id: ResourceID) -> Bool {
      (group.isEmpty || group == id.group) && (kind.isEmpty || kind == id.kind)
    }
  }

  private let table: CandidateTable
  private let referrer: CandidateTable.Candidate
  private let reference: NameReference
  private let place: SourceSpan
  /// The places of the objects that may be named at all; `nil` for anywhere.
  private let reachable: Set<String?>?

  init(
    _ table: CandidateTable, _ referrer: CandidateTable.Candidate, _ reference: NameReference,
    _ reachable: Set<String?>?, _ place: SourceSpan
  ) {
    self.table = table
    self.referrer = referrer
    self.reference = reference
    self.place = place
    self.reachable = reachable
  }

  /// Whether anything changed.
  func set(_ node: inout TreeNode) throws(BuildRefusal) -> Bool {
    switch node.content {
    case .scalar: return node.isNull ? false : try setName(&node)
    case .mapping: return try setMapping(&node)
    case .sequence:
      var isChanged = false
      try node.changeItems { (item: inout TreeNode) throws(BuildRefusal) in
        let isItemChanged = item.isMapping ? try setMapping(&item) : try setName(&item)
        isChanged = isItemChanged || isChanged
      }
      return isChanged
    }
  }

  private func setName(_ node: inout TreeNode) throws(BuildRefusal) -> Bool {
    guard let name = node.text, let found = try referral(to: name, inNamespace: nil, isMapping: false, node.span),
      found.newName != name
    else { return false }
    node = TreeNode(string: found.newName, at: node.span)
    return true
  }

  /// A mapping with a name and a namespace, of which both come from the object that is named.
  private func setMapping(_ node: inout TreeNode) throws(BuildRefusal) -> Bool {
    guard let nameNode = node["name"] else {
      throw refusal("what is to name an object has no name", node.firstPlace)
    }
    let name = nameNode.text ?? ""
    let namespace = node["namespace"].map { $0.text ?? "" }
    guard let found = try referral(to: name, inNamespace: namespace, isMapping: true, nameNode.span) else {
      return false
    }
    var isChanged = false
    if found.newName != name {
      node["name"] = TreeNode(string: found.newName, at: nameNode.span)
      isChanged = true
    }
    let new = found.resource.namespace
    if !new.isEmpty, new != namespace {
      node["namespace"] = TreeNode(string: new, at: node["namespace"]?.span ?? nameNode.span)
      isChanged = true
    }
    return isChanged
  }

  private func referral(
    to name: String, inNamespace namespace: String?, isMapping: Bool, _ span: SourceSpan
  ) throws(BuildRefusal) -> CandidateTable.Candidate? {
    var found = table.called(name, in: reachable)
    if let namespace {
      // The namespace as it was written decides, and only where nothing was there as it is now.
      let isOriginal = table.hasObject(from: namespace, in: reachable)
      found = found.filter { (isOriginal ? $0.original.namespace : $0.current.namespace) == namespace }
    }
    found = found.filter { candidate in
      candidate.previous.contains { $0.name == name }
        && candidate.previous.contains {
          reference.target.matches(group: $0.group, version: $0.version, kind: $0.kind)
        }
        && (roleReference.map { role in
          candidate.previous.contains { role.selects($0) }
        } ?? true) && isInNamespaceOfReferrer(candidate)
    }
    for isLenient in [true, false] where found.count > 1 {
      found = found.filter { $0.resource.hasSameAffixes(as: referrer.resource, isLenient: isLenient) }
    }
    guard let first = found.first else { return nil }
    let isClear = found.dropFirst().allSatisfy { other in
      other.newName == first.newName
        && (!isMapping || other.resource.namespace == first.resource.namespace)
    }
    guard isClear else { throw refusal("`\(name)` may mean several objects, which have other names now", span) }
    return first
  }

  private func isInNamespaceOfReferrer(_ candidate: CandidateTable.Candidate) -> Bool {
    guard let own = referrer.current.namespace, let other = candidate.current.namespace else { return true }
    return candidate.current.kind == "ServiceAccount" || own == other
  }

  private var roleReference: Role? {
    guard reference.field.path.suffix(2).map(\.key) == ["roleRef", "name"] else { return nil }
    let role = referrer.resource.root["roleRef"]
    guard let group = role?["apiGroup"]?.rawText, let kind = role?["kind"]?.rawText else { return nil }
    return Role(group: group, kind: kind)
  }

  private func refusal(_ message: String, _ span: SourceSpan) -> BuildRefusal {
    BuildRefusal(
      "kustomize refuses this build: \(message)", at: span, remedy: "name the object by its kind and name of now",
      related: [RelatedPlace(place, "in this object")])
  }
}

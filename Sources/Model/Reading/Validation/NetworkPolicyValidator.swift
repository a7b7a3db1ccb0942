internal import Diagnostics
internal import YAMLSource

/// Finds what the API server or kubectl would refuse, drop or change in a NetworkPolicy (NP002 to NP006), by walking
/// over the object along `APISchema`.
///
/// A value of a wrong type is one problem, and nothing below it is looked at. Nothing is allocated for an object
/// without problems.
struct NetworkPolicyValidator {
  static let apiVersion = "networking.k8s.io/v1"

  enum PathPart {
    case field(StaticString)
    case key(String)
    case index(Int)
  }

  let options: ReadingOptions
  private(set) var problems: [ManifestProblem] = []
  private var path: [PathPart] = []
  private let meta: ObjectMeta

  init(_ options: ReadingOptions, _ meta: ObjectMeta) {
    self.options = options
    self.meta = meta
  }

  /// Whether an object of kind NetworkPolicy is Kubernetes' own; other APIs have kinds of the same name.
  static func isInScope(_ apiVersion: String) -> Bool {
    !apiVersion.contains("/") || apiVersion.hasPrefix("networking.k8s.io/") || apiVersion.hasPrefix("extensions/")
  }

  /// All problems of an object, in the order of the text.
  ///
  /// - Parameter inheritsType: whether the object is an item of a NetworkPolicyList, which gives version and kind.
  mutating func validate(_ object: NodeRef, inheritsType: Bool) -> [ManifestProblem] {
    path.reserveCapacity(8)
    guard checkVersion(object, inheritsType) else { return problems }
    if checkTwoObjects(object) { return problems }
    check(object, .object(APISchema.networkPolicy))
    if object["metadata"].map(\.isNull) ?? true { failName(object.firstKeySpan) }
    problems.sort { $0.span < $1.span }
    return problems
  }

  // MARK: Problems

  mutating func fail(
    _ kind: ManifestProblem.Kind, _ message: String, at span: SourceSpan, _ parts: PathPart..., remedy: String? = nil,
    related: [RelatedPlace] = [], fix: Fix? = nil
  ) {
    problems.append(
      ManifestProblem(
        kind, message, at: span, path: meta.pathPrefix + NetworkPolicyValidator.text(path + parts),
        object: meta.reference, remedy: remedy, related: related, fix: fix))
  }

  private static func text(_ path: [PathPart]) -> String {
    var text = ""
    for part in path {
      switch part {
      case .field(let name): text += text.isEmpty ? name.description : ".\(name)"
      case .key(let key): text += text.isEmpty ? key : ".\(key)"
      case .index(let index): text += "[\(index)]"
      }
    }
    return text
  }

  /// The last field of the path: what messages call the value.
  private var fieldName: String {
    for part in path.reversed() {
      switch part {
      case .field(let name): return name.description
      case .key(let key): return key
      case .index: continue
      }
    }
    return "the object"
  }

  private mutating func failName(_ span: SourceSpan) {
    fail(
      .invalidValue, "the policy has no name", at: span, .field("metadata"), .field("name"),
      remedy: "write `metadata.name`")
  }

  // MARK: Walking

  mutating func check(_ node: NodeRef, _ type: FieldType) {
    switch type {
    case .object(let schema): checkObject(node, schema)
    case .list(let item): checkList(node, item)
    case .string(let check): checkString(node.isNull ? "" : node.string, node, check)
    case .optionalString(let check): if !node.isNull { checkString(node.string, node, check) }
    case .integer:
      if node.isNull { return }
      guard case .integer = node.scalar else { return failType(node, "a whole number") }
    case .boolean:
      if node.isNull { return }
      guard case .bool = node.scalar else { return failType(node, "true or false") }
    case .time: checkTime(node)
    case .map(let check): checkMap(node, check)
    case .port: checkPort(node)
    case .any: checkKeys(node)
    }
  }

  private mutating func checkObject(_ node: NodeRef, _ schema: ObjectSchema) {
    if node.isNull {
      finish(node, schema.check)
      return
    }
    guard node.kind == .mapping else { return failType(node, "a mapping") }
    var seen = SeenKeys()
    if node.tree.hasMergeKeys {
      for entry in node.entries { checkField(entry, of: node, schema, &seen) }
    } else {
      for entry in node.writtenEntries { checkField(entry, of: node, schema, &seen) }
    }
    finish(node, schema.check)
  }

  /// The keys of one object that were met so far: a bit for each known field, and the names of the others.
  private struct SeenKeys {
    var fields: UInt32 = 0
    var unknown: [String] = []
  }

  private mutating func checkField(
    _ entry: MappingEntry, of node: NodeRef, _ schema: ObjectSchema, _ seen: inout SeenKeys
  ) {
    guard let index = schema.fields.firstIndex(where: { entry.key.hasText($0.name) }) else {
      let name = entry.key.keyText
      if seen.unknown.contains(name) { failDuplicate(entry.key, in: node) }
      seen.unknown.append(name)
      failUnknown(entry, schema)
      return
    }
    let isDuplicate = seen.fields & (1 << UInt32(index)) != 0
    seen.fields |= 1 << UInt32(index)
    if isDuplicate, node.isWrittenTwice(entry.key) {
      failDuplicate(entry.key, in: node)
      return
    }
    path.append(.field(schema.fields[index].name))
    check(entry.value, schema.fields[index].type)
    path.removeLast()
  }

  private mutating func checkList(_ node: NodeRef, _ item: FieldType) {
    if node.isNull { return }
    guard node.kind == .sequence else { return failType(node, "a list") }
    if case .string(.policyType) = item, node.count > 2 {
      fail(.invalidValue, "policyTypes takes at most two values", at: node.firstItemSpan)
      return
    }
    var index = 0
    for value in node.items {
      path.append(.index(index))
      check(value, item)
      path.removeLast()
      index += 1
    }
  }

  private mutating func checkMap(_ node: NodeRef, _ check: MapCheck) {
    if node.isNull { return }
    guard node.kind == .mapping else { return failType(node, "a mapping") }
    var keys: [String] = []
    var size = 0
    for entry in node.entries {
      let key = entry.key.keyText
      if keys.contains(key), node.isWrittenTwice(entry.key) { failDuplicate(entry.key, in: node) }
      keys.append(key)
      guard let value = entry.value.isNull ? "" : entry.value.string else {
        fail(
          .wrongType, "the value of `\(key)` must be text, not \(entry.value.typeName)", at: entry.key.span,
          remedy: "put it in quotes: \"\(entry.value.text)\"", fix: entry.value.quotingFix)
        continue
      }
      size += key.utf8.count + value.utf8.count
      if let fault = NameSyntax.labelKey(check == .annotations ? key.lowercased() : key) {
        fail(.invalidValue, "the key `\(key)` \(fault)", at: entry.key.span)
      } else if check == .labels, let fault = NameSyntax.labelValue(value) {
        fail(.invalidValue, "the value of `\(key)` \(fault)", at: entry.key.span)
      }
    }
    if check == .annotations, size > 262_144 {
      fail(.invalidValue, "the annotations have \(size) bytes, more than 262144", at: node.firstKeySpan)
    }
  }

  /// Only duplicate keys, at any depth: the reader has bounded it.
  private mutating func checkKeys(_ node: NodeRef) {
    for item in node.items { checkKeys(item) }
    guard node.kind == .mapping else { return }
    var keys: Set<String> = []
    for entry in node.writtenEntries {
      if !keys.insert(entry.key.keyText).inserted { failDuplicate(entry.key, in: node) }
      checkKeys(entry.value)
    }
  }

  // MARK: Faults of keys and types

  mutating func failType(_ node: NodeRef, _ wanted: String) {
    let isText = wanted == "text"
    fail(
      .wrongType, "\(fieldName) must be \(wanted), not \(node.typeName)", at: node.span,
      remedy: isText && node.kind == .scalar ? "put it in quotes: \"\(node.text)\"" : nil,
      fix: isText ? node.quotingFix : nil)
  }

  private mutating func failDuplicate(_ key: NodeRef, in node: NodeRef) {
    let text = key.keyText
    let first = node.writtenEntries.first { $0.key.keyText == text }?.key.span
    fail(
      .duplicateKey, "`\(text)` stands twice in this mapping: kubectl keeps the last one and drops the other",
      at: key.span, .key(text), related: first.map { [RelatedPlace($0, "the first one")] } ?? [])
  }

  private mutating func failUnknown(_ entry: MappingEntry, _ schema: ObjectSchema) {
    let name = entry.key.keyText
    let near = Suggestion.nearest(to: name, among: schema.fields.map(\.name.description))
    let place = path.isEmpty ? "a NetworkPolicy" : "`\(NetworkPolicyValidator.text(path))`"
    fail(
      .unknownField, "\(place) has no field `\(name)`" + (near.map { "; did you mean `\($0)`?" } ?? ""),
      at: entry.key.span, .key(name), remedy: near.map { "write `\($0)`" } ?? misplaced(name),
      fix: near.map { Fix(.safe, "write `\($0)`", edits: [Fix.Edit(entry.key.span, $0)]) })
  }

  /// Where a field belongs that stands at a wrong place.
  private func misplaced(_ name: String) -> String? {
    switch name {
    case "ports": "put `ports` beside `from` or `to`, at the level of the rule"
    case "from": "`from` belongs to ingress rules; egress rules have `to`"
    case "to": "`to` belongs to egress rules; ingress rules have `from`"
    case "podSelector", "namespaceSelector", "ipBlock": "put it into an item of `from` or `to`"
    case "status": "delete it: NetworkPolicy has no status since Kubernetes 1.28"
    default: "delete it, or move it to where it belongs"
    }
  }

  // MARK: Version and kind

  private mutating func checkVersion(_ object: NodeRef, _ inheritsType: Bool) -> Bool {
    guard let node = object["apiVersion"], !node.isNull else {
      if inheritsType { return true }
      fail(
        .invalidValue, "apiVersion is missing", at: object.firstKeySpan, .field("apiVersion"),
        remedy: "write `apiVersion: \(NetworkPolicyValidator.apiVersion)`")
      return false
    }
    guard let version = node.string else {
      fail(.wrongType, "apiVersion must be text, not \(node.typeName)", at: node.span, .field("apiVersion"))
      return false
    }
    if version == NetworkPolicyValidator.apiVersion { return true }
    fail(
      .unsupportedVersion, "NetworkPolicy is not served as \(version)", at: node.span, .field("apiVersion"),
      remedy: "write `\(NetworkPolicyValidator.apiVersion)`",
      fix: version.hasPrefix("extensions/")
        ? Fix(
          .safe, "write \(NetworkPolicyValidator.apiVersion)",
          edits: [Fix.Edit(node.span, NetworkPolicyValidator.apiVersion)]) : nil)
    return false
  }

  /// Whether the document holds a second object, with no `---` before it.
  private mutating func checkTwoObjects(_ object: NodeRef) -> Bool {
    var versions: [SourceSpan] = []
    var kinds = 0
    for entry in object.writtenEntries {
      if entry.key.hasText("apiVersion") { versions.append(entry.key.span) }
      if entry.key.hasText("kind") { kinds += 1 }
    }
    guard versions.count > 1, kinds > 1 else { return false }
    fail(
      .duplicateKey, "a second object starts here with no `---` before it: kubectl keeps parts of both",
      at: versions[1], .field("apiVersion"), remedy: "put a line `---` between the two objects",
      related: [RelatedPlace(versions[0], "the first one")])
    return true
  }
}

extension NodeRef {
  /// What the value is, for messages.
  var typeName: String {
    switch kind {
    case .mapping: return "a mapping"
    case .sequence: return "a list"
    case .scalar: break
    }
    switch scalar {
    case .null, nil: return "null"
    case .bool: return "the boolean \(text)"
    case .integer, .float: return "the number \(text)"
    case .string: return "text"
    }
  }

  /// Puts a plain scalar in quotes: then it is the text that is written there.
  var quotingFix: Fix? {
    guard kind == .scalar, !isQuoted else { return nil }
    return Fix(.safe, "put it in quotes", edits: [Fix.Edit(span, "\"\(text)\"")])
  }

  /// Where a finding about a list as a whole points.
  var firstItemSpan: SourceSpan { items.first { _ in true }?.span ?? span }

  /// Whether a key is written in this mapping itself, and not for the first time.
  func isWrittenTwice(_ key: NodeRef) -> Bool {
    let text = key.keyText
    guard let first = writtenEntries.first(where: { $0.key.keyText == text }) else { return false }
    return first.key.span != key.span && writtenEntries.contains { $0.key.span == key.span }
  }
}

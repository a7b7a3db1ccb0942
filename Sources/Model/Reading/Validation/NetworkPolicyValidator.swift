internal import Diagnostics
internal import YAMLSource

/// Finds what the API server or kubectl would refuse, drop or change in a NetworkPolicy (NP002 to NP006), by walking
/// over the object along `APISchema`.
///
/// A value of a wrong type is one problem, and nothing below it is looked at. Nothing is allocated for an object
/// without problems.
struct NetworkPolicyValidator {
  enum PathPart {
    case field(StaticString)
    case key(String)
    case index(Int)
  }

  let options: ReadingOptions
  private(set) var problems: [ManifestProblem] = []
  var path: [PathPart] = []
  let meta: ObjectMeta

  init(_ options: ReadingOptions, _ meta: ObjectMeta) {
    self.options = options
    self.meta = meta
  }

  /// All problems of an object, in the order of the text.
  mutating func validate(_ object: NodeRef, _ type: ObjectType) -> [ManifestProblem] {
    path.reserveCapacity(8)
    if checkTwoObjects(object) { return problems }
    guard checkVersion(object, type) else { return problems }
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

  static func text(_ path: [PathPart]) -> String {
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

  /// The last field of the path, or an item of it: what messages call the value.
  var fieldName: String {
    var isItem = false
    for part in path.reversed() {
      switch part {
      case .field(let name): return (isItem ? "an item of " : "") + name.description
      case .key(let key): return key
      case .index: isItem = true
      }
    }
    return "the object"
  }

  private mutating func failName(_ span: SourceSpan) {
    fail(
      .invalidValue, "the policy has no name", at: span, .field("metadata"), .field("name"),
      remedy: "write `metadata.name`")
  }

  mutating func sortProblems() { problems.sort { $0.span < $1.span } }

  // MARK: Walking

  mutating func check(_ node: NodeRef, _ type: FieldType) {
    switch type {
    case .object(let schema): checkObject(node, schema)
    case .list(let item): checkList(node, item)
    case .items(let item, let count): checkItems(node, item, count)
    case .number(let range): checkNumber(node, range)
    case .string(let check): checkString(node.isNull ? "" : node.string, node, check)
    case .optionalString(let check): if !node.isNull { checkString(node.string, node, check) }
    case .int32: checkInteger(node, Int64(Int32.min)...Int64(Int32.max))
    case .int64: checkInteger(node, Int64.min...Int64.max)
    case .boolean:
      if node.isNull { return }
      guard case .bool = node.scalar else { return failType(node, "true or false") }
    case .time: checkTime(node)
    case .map(let check): checkMap(node, check)
    case .port: checkPort(node)
    case .any: checkKeys(node)
    }
  }

  private mutating func checkInteger(_ node: NodeRef, _ range: ClosedRange<Int64>) {
    if node.isNull { return }
    guard case .integer(let number) = node.scalar else { return failType(node, "a whole number") }
    if !range.contains(number) { failType(node, "a number of \(range.upperBound == .max ? 64 : 32) bits") }
  }

  private mutating func checkObject(_ node: NodeRef, _ schema: ObjectSchema) {
    if node.isNull {
      finish(node, schema)
      return
    }
    guard node.kind == .mapping else { return failType(node, "a mapping") }
    var seen = SeenKeys(node)
    if node.tree.hasMergeKeys {
      for entry in node.entriesLostToMerge { failLostToMerge(entry) }
      for entry in node.entries { checkField(entry, of: node, schema, &seen) }
    } else {
      for entry in node.writtenEntries { checkField(entry, of: node, schema, &seen) }
    }
    finish(node, schema)
    finish(node, required: schema.required)
  }

  /// The keys of one object that were met so far: a bit for each known field, and the names of the others.
  private struct SeenKeys {
    var fields: UInt32 = 0
    var unknown: Set<String> = []
    var keys: KeysOfMapping

    init(_ node: NodeRef) { keys = KeysOfMapping(node) }
  }

  private mutating func checkField(
    _ entry: MappingEntry, of node: NodeRef, _ schema: ObjectSchema, _ seen: inout SeenKeys
  ) {
    guard let index = schema.fields.firstIndex(where: { entry.key.hasText($0.name) }) else {
      let name = entry.key.keyText
      // A dump of a List from an older server.
      if path.isEmpty, name == "status", !meta.pathPrefix.isEmpty { return }
      if !seen.unknown.insert(name).inserted { failDuplicate(entry.key, &seen.keys) }
      failUnknown(entry, schema, &seen.keys)
      return
    }
    let isDuplicate = seen.fields & (1 << UInt32(index)) != 0
    seen.fields |= 1 << UInt32(index)
    if isDuplicate, seen.keys.isWrittenTwice(entry.key) {
      failDuplicate(entry.key, &seen.keys)
      return
    }
    if node.tree.hasMergeKeys, !seen.keys.isEffective(entry.key) { return }
    path.append(.field(schema.fields[index].name))
    check(entry.value, schema.fields[index].type)
    path.removeLast()
  }

  private mutating func checkList(_ node: NodeRef, _ item: FieldType) {
    if node.isNull { return }
    guard node.kind == .sequence else { return failType(node, "a list") }
    var item = item
    if case .string(.policyType) = item, node.count > 2 {
      if node.items.allSatisfy({ $0.string != nil || $0.isNull }) {
        fail(.invalidValue, "policyTypes takes at most two values", at: node.firstItemSpan)
      }
      item = .string(.none)
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
    var seen: Set<String> = []
    var keys = KeysOfMapping(node)
    var size = 0
    for entry in node.entriesLostToMerge { failLostToMerge(entry) }
    for entry in node.entries {
      let key = entry.key.keyText
      if !seen.insert(key).inserted, keys.isWrittenTwice(entry.key) {
        failDuplicate(entry.key, &keys)
        continue
      }
      if node.tree.hasMergeKeys, !keys.isEffective(entry.key) { continue }
      guard let value = entry.value.isNull ? "" : entry.value.string else {
        fail(
          .wrongType, "the value of `\(key)` must be text, not \(entry.value.typeName)", at: entry.key.span,
          remedy: entry.value.kind == .scalar ? "put it in quotes: \"\(entry.value.text)\"" : "write text",
          fix: entry.value.quotingFix)
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
    var seen: Set<String> = []
    var keys = KeysOfMapping(node)
    for entry in node.writtenEntries {
      if !seen.insert(entry.key.keyText).inserted { failDuplicate(entry.key, &keys) }
      checkKeys(entry.value)
    }
  }
}

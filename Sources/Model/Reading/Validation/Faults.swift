internal import Diagnostics
internal import YAMLSource

/// Faults of keys, of types, and of what an object says that it is, each with its remedy.
extension NetworkPolicyValidator {
  // MARK: Faults of keys and types

  mutating func failType(_ node: NodeRef, _ wanted: String) {
    let isText = wanted == "text"
    fail(
      .wrongType, "\(fieldName) must be \(wanted), not \(node.typeName)", at: node.span,
      remedy: isText && node.kind == .scalar ? "put it in quotes: \"\(node.text)\"" : nil,
      fix: isText ? node.quotingFix : nil)
  }

  mutating func failDuplicate(_ key: NodeRef, _ keys: inout KeysOfMapping) {
    let text = key.keyText
    let first = keys.firstWritten(text)
    fail(
      .duplicateKey, "`\(text)` stands twice in this mapping: kubectl keeps the last one and drops the other",
      at: key.span, .key(text), related: first.map { [RelatedPlace($0, "the first one")] } ?? [])
  }

  /// A key that stands in front of a `<<` which brings the same key.
  mutating func failLostToMerge(_ entry: MappingEntry) {
    let key = entry.key.keyText
    fail(
      .duplicateKey, "`\(key)` is overwritten by the `<<` after it: kubectl keeps what comes last", at: entry.key.span,
      .key(key), remedy: "write `<<` first")
  }

  mutating func failUnknown(_ entry: MappingEntry, _ schema: ObjectSchema, _ keys: inout KeysOfMapping) {
    let name = entry.key.keyText
    let near = Suggestion.nearest(to: name, among: schema.fields.map(\.name.description))
    let place = path.isEmpty ? NetworkPolicyValidator.withArticle(meta.kind) : "`\(NetworkPolicyValidator.text(path))`"
    fail(
      .unknownField, "\(place) has no field `\(name)`" + (near.map { "; did you mean `\($0)`?" } ?? ""),
      at: entry.key.span, .key(name), remedy: near.map { "write `\($0)`" } ?? misplaced(name),
      fix: near.flatMap { near in
        // Beside the right key it would become a duplicate.
        keys.holds(near) ? nil : Fix(.safe, "write `\(near)`", edits: [entry.key.edit(to: near)])
      })
  }

  private static func withArticle(_ kind: String) -> String { "a\(kind.hasPrefix("A") ? "n" : "") \(kind)" }

  /// Where a field belongs that stands at a wrong place.
  private func misplaced(_ name: String) -> String? {
    if let kind = ClusterPolicyKind(rawValue: meta.kind) { return misplaced(name, in: kind) }
    return switch name {
    case "ports": "put `ports` beside `from` or `to`, at the level of the rule"
    case "from": "`from` belongs to ingress rules; egress rules have `to`"
    case "to": "`to` belongs to egress rules; ingress rules have `from`"
    case "podSelector", "namespaceSelector", "ipBlock": "put it into an item of `from` or `to`"
    case "status": "delete it: NetworkPolicy has no status since Kubernetes 1.28"
    default: "delete it, or move it to where it belongs"
    }
  }

  /// What other kinds of policies call something else.
  private func misplaced(_ name: String, in kind: ClusterPolicyKind) -> String? {
    switch name {
    case "ports" where kind == .cluster: "this version calls it `protocols`: `tcp: {destinationPort: {number: 80}}`"
    case "protocols" where kind != .cluster: "this version calls it `ports`: `portNumber: {protocol: TCP, port: 80}`"
    case "from": "`from` belongs to ingress rules; egress rules have `to`"
    case "to": "`to` belongs to egress rules; ingress rules have `from`"
    case "podSelector", "namespaceSelector": "put it under `pods`; for whole namespaces write `namespaces`"
    case "ipBlock": "write `networks`, a list of CIDRs, in an egress rule"
    case "networks", "nodes", "domainNames": "peers of ingress rules are pods; only egress rules name anything else"
    case "policyTypes": "delete it: a direction without rules is left alone"
    case "tier" where kind != .cluster: "delete it: the kind says the tier"
    case "priority" where kind == .baselineAdmin: "delete it: there is only one BaselineAdminNetworkPolicy"
    default: "delete it, or move it to where it belongs"
    }
  }

  // MARK: Version and kind

  mutating func checkVersion(_ object: NodeRef, _ type: ObjectType) -> Bool {
    guard type.isNetworkPolicy else { return false }
    if type.isInherited {
      if type.apiVersion == ObjectType.networkPolicyVersion { return true }
      failVersion(type.apiVersion, at: object.firstKeySpan, nil)
      return false
    }
    guard let node = object["apiVersion"], !node.isNull, !node.hasText("") || node.kind != .scalar else {
      fail(
        .invalidValue, "apiVersion is missing", at: object.firstKeySpan, .field("apiVersion"),
        remedy: "write `apiVersion: \(ObjectType.networkPolicyVersion)`")
      return false
    }
    guard let version = node.string else {
      fail(.wrongType, "apiVersion must be text, not \(node.typeName)", at: node.span, .field("apiVersion"))
      return false
    }
    if version == ObjectType.networkPolicyVersion { return true }
    failVersion(version, at: node.span, node)
    return false
  }

  /// - Parameter node: where the version is written; `nil` for one that a list gave.
  private mutating func failVersion(_ version: String, at span: SourceSpan, _ node: NodeRef?) {
    let served = ObjectType.networkPolicyVersion
    let edit = version.hasPrefix("extensions/") ? node?.edit(to: served) : nil
    fail(
      .unsupportedVersion, "NetworkPolicy is not served as \(version)", at: span, .field("apiVersion"),
      remedy: "write `\(served)`",
      fix: edit.map { Fix(.safe, "write \(served)", edits: [$0]) })
  }

  /// Refuses a document that holds a second object, with no `---` before it, or a second kind.
  mutating func checkTwoObjects(_ object: NodeRef) -> Bool {
    let types = object.writtenEntries.filter { $0.key.hasText("apiVersion") || $0.key.hasText("kind") }.map(\.key)
    let kinds = types.filter { $0.hasText("kind") }
    guard kinds.count > 1 else { return false }
    guard types.count > kinds.count + 1, let first = types.first,
      let second = types.dropFirst().first(where: { $0.keyText == first.keyText })
    else {
      // The walk along the schema finds it, unless the object that counts is of another kind.
      guard ObjectType.losesNetworkPolicy(object) else { return false }
      var keys = KeysOfMapping(object)
      failDuplicate(kinds[1], &keys)
      return true
    }
    fail(
      .duplicateKey, "a second object starts here with no `---` before it: kubectl keeps parts of both",
      at: second.span, .key(second.keyText), remedy: "put a line `---` between the two objects",
      related: [RelatedPlace(first.span, "the first one")])
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

  /// Writes another word in place of a scalar, in the same quotes: JSON cannot do without them.
  func edit(to text: String) -> Fix.Edit {
    let quote = style == .doubleQuoted ? "\"" : style == .singleQuoted ? "'" : ""
    return Fix.Edit(span, quote + text + quote)
  }

  /// Where a finding about a list as a whole points.
  var firstItemSpan: SourceSpan { items.first { _ in true }?.span ?? span }

  /// Whether a required field is there under a name that is nearly right: then that is the fault to tell.
  func hasMisspelling(of field: StaticString) -> Bool {
    entries.contains { entry in
      !entry.key.hasText(field)
        && Suggestion.editDistance(entry.key.keyText.lowercased(), field.description.lowercased(), atMost: 1) != nil
    }
  }
}

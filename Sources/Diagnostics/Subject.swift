/// What a finding speaks of, for telling which findings belong together: a field of an object, or something that may
/// come of what an object says.
package struct Subject: Hashable, Sendable {
  package let object: ObjectReference
  /// The API server's field path, or another word that the rules agree on.
  package let part: String

  /// The part that stands for all of an object.
  package static let wholeObject: Substring = ""

  package init(_ object: ObjectReference, _ part: String) {
    self.object = object
    self.part = part
  }

  /// A part and all that it is a part of: of `spec.egress[0].to[1]` also `spec.egress[0]` and `spec`.
  package static func withOuter(_ part: Substring) -> [Substring] {
    var result = [part]
    var rest = part
    while let end = rest.utf8.lastIndex(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "[") }) {
      // A list as such is no subject of its own.
      rest = rest[..<end]
      if !rest.isEmpty, part.utf8[end] == UInt8(ascii: ".") { result.append(rest) }
    }
    return result
  }
}

/// What tells a finding from all others of a run.
package struct FindingID: Hashable, Sendable {
  package let rule: RuleID
  package let span: SourceSpan
  package let path: String
  package let key: String

  /// What tells most findings apart: few of one place and one key differ in their paths alone.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(UInt64(span.file.index) << 32 | UInt64(span.start))
    hasher.combine(UInt64(rule.number) << 32 | UInt64(span.end))
    if !key.isEmpty { hasher.combine(key) }
  }
}

extension Finding {
  package var id: FindingID { FindingID(rule: self.rule, span: self.span, path: self.path, key: self.key) }
}

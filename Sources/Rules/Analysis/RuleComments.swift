internal import Diagnostics
package import Model
package import YAMLSource

extension Analysis {
  /// The comments that speak of a rule: on the lines above it (for the first rule also above its direction's key),
  /// inside it, and at the end of its last line.
  package func comments(on rule: PolicyRule, of policy: NetworkPolicy) -> ArraySlice<Comment> {
    let all = comments(of: policy.meta)
    guard !all.isEmpty else { return [] }
    let bytes = sources[rule.span.file].bytes
    var first = all.partitioningIndex { $0.span.start >= rule.span.start }
    var end = first
    let lineEnd = bytes[min(Int(rule.span.end), bytes.count)...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
    while end < all.count, all[end].span.start < UInt32(lineEnd) { end += 1 }
    var next = Int(rule.span.start)
    while first > 0, all[first - 1].isAlone,
      isGap(bytes[Int(all[first - 1].span.end)..<next], key: rule.index == 0 ? rule.type.field : nil)
    {
      first -= 1
      next = Int(all[first].span.start)
    }
    return all[first..<end]
  }

  /// Whether only blanks, dashes and, for a first rule, its direction's key stand between a comment and what it is
  /// about.
  private func isGap(_ gap: ArraySlice<UInt8>, key: String?) -> Bool {
    let rest = gap.filter { $0 > 0x20 && $0 != UInt8(ascii: "-") }
    return rest.isEmpty || (key.map { rest.elementsEqual(($0 + ":").utf8) } ?? false)
  }
}

extension Comment {
  /// Whether it has words for a reader: not a rule of dashes, nor a mark of a tool.
  var explains: Bool {
    text.contains(where: \.isLetter) && !text.hasPrefix("Source:") && !text.hasPrefix("expect")
      && !text.hasPrefix("netpol-lint:")
  }
}

/// Looks for words in comments and names.
enum Words {
  /// The words of a text: letters and numbers that stand together.
  static func all(of text: String) -> [Substring] {
    // Names are: their bytes need no look at what they come to as characters.
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      return text.utf8.split { !isASCIIWordByte($0) }.map { Substring($0) }
    }
    return text.split { !$0.isLetter && !$0.isNumber }
  }

  private static func isASCIIWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  /// Whether a text holds one of the words as a whole word, in any case; a plural `s` does not matter.
  static func mention(_ words: Set<String>, in text: String) -> Bool {
    all(of: text).contains { part in
      let word = part.lowercased()
      return words.contains(word) || (word.hasSuffix("s") && words.contains(String(word.dropLast())))
    }
  }

  /// Whether a text speaks of Kubernetes' own API.
  static func speakOfAPIServer(_ text: String) -> Bool {
    let words = Set(all(of: text).map { $0.lowercased() })
    return words.contains("apiserver")
      || words.contains("api") && !words.isDisjoint(with: ["kubernetes", "k8s", "kube"])
  }
}

/// A part of a manifest that a fix writes: in flow style on one line, or in block style over several.
package indirect enum TextNode {
  /// Written as it is: plain text that needs no quotes in any style, or a number.
  case word(String)
  /// Text that JSON wants in quotes.
  case text(String)
  case mapping([(key: String, value: TextNode)])
  case list([TextNode])
  /// An item of a list with a comment on the line before it, which there is in block style alone.
  case remarked(String, TextNode)

  var remark: String? { if case .remarked(let remark, _) = self { remark } else { nil } }

  /// On one line, as `{a: b}`; as `{"a": "b"}` where everything is in quotes.
  func flow(quoted: Bool) -> String {
    func quote(_ text: String) -> String { quoted ? "\"\(text)\"" : text }
    switch self {
    case .word(let text): return text
    case .text(let text): return quote(text)
    case .mapping(let pairs):
      return "{" + pairs.map { "\(quote($0.key)): \($0.value.flow(quoted: quoted))" }.joined(separator: ", ") + "}"
    case .list(let items): return "[" + items.map { $0.flow(quoted: quoted) }.joined(separator: ", ") + "]"
    case .remarked(_, let node): return node.flow(quoted: quoted)
    }
  }

  /// Over several lines, of which the first one is not indented; what is empty stays in flow style.
  ///
  /// - Parameters:
  ///   - indent: of the further lines, in columns.
  ///   - newline: the file's line end.
  package func block(indent: Int, newline: String) -> String { lines().joined(separator: newline + blanks(indent)) }

  private func lines() -> [String] {
    switch self {
    case .mapping(let pairs) where !pairs.isEmpty:
      return pairs.flatMap { key, value in
        value.isBlock ? ["\(key):"] + value.lines().map { "  " + $0 } : ["\(key): \(value.flow(quoted: false))"]
      }
    case .list(let items) where !items.isEmpty:
      return items.flatMap { item in
        (item.remark.map { ["# " + $0] } ?? []) + item.lines().enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
      }
    case .remarked(_, let node): return node.lines()
    default: return [flow(quoted: false)]
    }
  }

  private var isMapping: Bool {
    switch self {
    case .mapping: true
    case .remarked(_, let node): node.isMapping
    case .list, .word, .text: false
    }
  }

  private var isBlock: Bool {
    switch self {
    case .mapping(let pairs): !pairs.isEmpty
    case .list(let items):
      items.contains(where: \.isMapping)
    case .remarked(_, let node): node.isBlock
    case .word, .text: false
    }
  }
}

private func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }

/// Where something is being written, found by the lines above it: while somebody types, the text is rarely YAML.
struct CompletionContext {
  /// The keys of the mappings around it, from the outermost.
  let path: [String]
  /// The key whose value is being written; `nil` while a key is.
  let key: String?
  /// What is there already of the word.
  let word: String

  /// - Parameters:
  ///   - lines: gives the text of a line, from 0.
  ///   - number: the line of the place.
  ///   - before: what stands in the line in front of the place.
  init(_ lines: (Int) -> String, _ number: Int, before: String) {
    var path = KeyPath.enclosing(lines, number, before: before)
    var rest = before.drop { $0 == " " || $0 == "-" }
    // `matchLabels: {app: api, tier: `: what stands in braces is a mapping like any other.
    while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "[" }), let colon = rest[..<brace].lastIndex(of: ":")
    {
      let name = rest[..<colon].reversed().prefix { $0 != "," && $0 != "{" && $0 != " " }.reversed()
      path.append(String(name).unquoted)
      rest = rest[rest.index(after: brace)...]
    }
    if let comma = rest.lastIndex(of: ",") { rest = rest[rest.index(after: comma)...] }
    rest = rest.drop { $0 == " " || $0 == "{" }
    // A colon ends a key only in front of a blank: `app:` is being written still.
    if let colon = rest.indices.first(where: { rest[$0] == ":" && [" ", nil].contains(rest[$0...].dropFirst().first) })
    {
      key = String(rest[..<colon]).unquoted
      rest = rest[rest.index(after: colon)...].drop { $0 == " " }
    } else {
      key = nil
    }
    self.path = path
    word = String(rest.drop { $0 == "\"" || $0 == "'" })
  }
}

/// The keys of the mappings that a line lies in, by their indentation.
enum KeyPath {
  /// More lines than this are not looked at.
  private static let mostLines = 2000

  /// From the outermost; `before` is what stands in the line in front of the place.
  static func enclosing(_ lines: (Int) -> String, _ number: Int, before: String) -> [String] {
    var path: [String] = []
    var child = Start(before)
    var line = number - 1
    while line >= max(0, number - mostLines), child.indent > 0 || child.isItem {
      let text = lines(line)
      line -= 1
      if text.hasPrefix("---") { break }
      let start = Start(text)
      let content = text.dropFirst(start.content)
      // A list may stand at the column of its key.
      let isAbove = start.content < child.indent || (start.content == child.indent && child.isItem)
      guard let first = content.first, first != "#", isAbove, let colon = content.firstIndex(of: ":") else { continue }
      path.append(String(content[..<colon]).unquoted)
      child = start
    }
    return path.reversed()
  }

  /// Where a line begins.
  private struct Start {
    /// The column of the first character.
    let indent: Int
    /// Whether that is the dash of a list's item.
    let isItem: Bool
    /// The column behind the dashes.
    let content: Int

    init(_ text: String) {
      indent = text.prefix { $0 == " " }.count
      content = text.prefix { $0 == " " || $0 == "-" }.count
      isItem = content > indent && text.dropFirst(indent).first == "-"
    }
  }
}

extension String {
  /// A key without the quotes that JSON has around it.
  fileprivate var unquoted: String {
    guard let quote = first, quote == "\"" || quote == "'", last == quote, count > 1 else { return self }
    return String(dropFirst().dropLast())
  }
}

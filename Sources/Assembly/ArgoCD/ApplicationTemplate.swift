internal import Diagnostics
internal import YAMLSource

/// What a generator gives to one Application of an ApplicationSet.
struct ApplicationParameters {
  /// As Go templates see them.
  var tree: TreeNode
  /// By name, as `{{name}}` sees them where `goTemplate` is not set.
  var texts: [String: String]

  init(at place: SourceSpan) {
    tree = TreeNode(.mapping([]), at: place)
    texts = [:]
  }
}

/// The texts of an ApplicationSet's template, with what a generator gives.
struct ApplicationTemplate {
  private let isGo: Bool
  private let parameters: ApplicationParameters

  /// - Parameter isGo: `goTemplate: true`.
  init(isGo: Bool, _ parameters: ApplicationParameters) {
    self.isGo = isGo
    self.parameters = parameters
  }

  /// A text with everything filled in that is modelled; what is not stays in its braces.
  func filled(_ text: String) -> String {
    guard text.contains("{{") else { return text }
    var result = ""
    var rest = text[...]
    while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
      let whole = rest[open.lowerBound..<close.upperBound]
      var action = rest[open.upperBound..<close.lowerBound]
      result += rest[..<open.lowerBound]
      rest = rest[close.upperBound...]
      if isGo, action.hasPrefix("- ") {
        action = action.dropFirst()
        while result.last?.isWhitespace ?? false { result.removeLast() }
      }
      if isGo, action.hasSuffix(" -") {
        action = action.dropLast()
        rest = rest.drop { $0.isWhitespace }
      }
      let words = ApplicationTemplate.words(action)
      result += (isGo ? value(of: words) : parameters.texts[words.joined(separator: " ")]) ?? String(whole)
    }
    return result + rest
  }

  private static func words(_ text: Substring) -> [String] {
    text.split { $0 == " " || $0 == "\t" || $0 == "\n" }.map(String.init)
  }

  /// `.a.b`, `index .a.b 1`, and `normalize` of either; `nil` for what is not modelled, and for what is not there.
  private func value(of words: [String]) -> String? {
    if words.first == "normalize" { return value(of: Array(words.dropFirst())).map(ApplicationTemplate.normalized) }
    if words.suffix(2) == ["|", "normalize"] {
      return value(of: words.dropLast(2)).map(ApplicationTemplate.normalized)
    }
    if words.count == 3, words[0] == "index", let node = node(words[1]) {
      let key = words[2]
      if let index = Int(key) { return node.items.indices.contains(index) ? text(of: node.items[index]) : nil }
      guard key.count > 1, key.first == "\"", key.last == "\"" else { return nil }
      return node[String(key.dropFirst().dropLast())].flatMap(text)
    }
    return words.count == 1 ? node(words[0]).flatMap(text) : nil
  }

  private func node(_ path: String) -> TreeNode? {
    guard path.first == ".", path.count > 1 else { return nil }
    return path.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
      .reduce(parameters.tree as TreeNode?) { $0?[String($1)] }
  }

  /// A scalar as Go writes it; large numbers and fractions are written otherwise.
  private func text(of node: TreeNode) -> String? {
    guard case .scalar(let scalar) = node.content else { return nil }
    switch scalar.value {
    case .string: return scalar.text
    case .bool(let value): return String(value)
    case .integer: return scalar.text.count < 7 && Int(scalar.text) != nil ? scalar.text : nil
    case .null, .float: return nil
    }
  }

  /// A name as Kubernetes takes it.
  static func normalized(_ name: String) -> String {
    let scalars = name.lowercased().unicodeScalars.map { scalar -> Unicode.Scalar in
      ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "." ? scalar : "-"
    }
    var text = Substring(String(String.UnicodeScalarView(scalars.prefix(253))))
    while let first = text.first, first == "-" || first == "." { text.removeFirst() }
    while let last = text.last, last == "-" || last == "." { text.removeLast() }
    return String(text)
  }
}

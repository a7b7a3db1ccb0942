/// What a suppression says, without its place: `ignore[NP402, split-peer] until=2027-01-31: reason`.
struct SuppressionText: Hashable, Sendable {
  /// What every comment that speaks to the tool begins with.
  static let marker = "netpol-lint:"
  /// What the key of an annotation that suppresses begins with: a domain, a slash, then the rule.
  static let annotationDomain: StaticString = "ignore.netpol-lint.io"
  static let annotationPrefix = "\(annotationDomain)/"

  /// Whether the whole file is meant.
  var isForFile = false
  /// Ids, names, or starts of ids, as written.
  var words: [String] = []
  /// The last day on which it counts, as written.
  var until: String?
  /// Who answers for it, as written.
  var owner: String?
  /// Empty where none is given.
  var reason = ""

  /// Words that other tools have for the same.
  private static let otherWords: Set<String> = ["disable", "suppress", "skip", "noqa", "nolint", "allow", "ignored"]

  /// What reading a comment gives.
  enum Reading {
    /// The comment is for people.
    case none
    /// It is meant to suppress something, and nobody can tell what.
    case malformed
    case suppression(SuppressionText)
  }

  /// - Parameter comment: the text behind the `#`.
  static func read(comment: String) -> Reading {
    guard comment.hasPrefix(marker) else { return .none }
    let rest = trimmed(comment.dropFirst(marker.count))
    let word = rest.prefix { $0.isLetter || $0 == "-" }
    guard word == "ignore" || word == "ignore-file" else {
      let isMeant =
        word.hasPrefix("ignor") || otherWords.contains(String(word)) || rest.dropFirst(word.count).first == "["
      return isMeant ? .malformed : .none
    }
    let list = rest.dropFirst(word.count)
    guard list.first == "[", let end = list.firstIndex(of: "]") else { return .malformed }
    var text = SuppressionText(tail: list[list.index(after: end)...])
    text.isForFile = word == "ignore-file"
    text.words = list[..<end].dropFirst().split(separator: ",").map { trimmed($0) }.filter { !$0.isEmpty }.map(
      String.init)
    return text.words.isEmpty ? .malformed : .suppression(text)
  }

  /// - Parameters:
  ///   - annotation: the key behind the prefix.
  ///   - value: the reason, perhaps with `until=DATE:` in front.
  init(annotation: Substring, value: String) {
    self.init(tail: value[...])
    words = annotation.isEmpty ? [] : [String(annotation)]
  }

  /// Reads what follows the rules: `until=DATE` and `owner=NAME`, a colon, the reason. A further comment behind ` #` is no
  /// part of it.
  private init(tail: Substring) {
    var rest = SuppressionText.trimmed(tail)
    if let comment = rest.firstRange(of: " #") { rest = rest[..<comment.lowerBound] }
    if rest.hasPrefix("#") { rest = "" }
    while let key = ["until=", "owner="].first(where: rest.hasPrefix) {
      let value = rest.dropFirst(key.count).prefix { $0 != ":" && $0 != " " }
      if key == "until=" { until = String(value) } else if !value.isEmpty { owner = String(value) }
      rest = SuppressionText.trimmed(rest[value.endIndex...])
    }
    if rest.hasPrefix(":") { rest = rest.dropFirst() }
    reason = String(SuppressionText.trimmed(rest))
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}

package import Diagnostics

/// A document as kustomize reads objects: by YAML 1.2, where `yes` and `on` are texts, and with dates.
package struct ResourceTree: Sendable {
  package private(set) var root: TreeNode
  /// Whether kustomize reads something in it otherwise than Kubernetes does.
  package private(set) var isConverted = false
  /// The first thing that kustomize cannot write: a key that is no text, or a number that JSON does not have.
  package private(set) var unwritable: SourceSpan?

  /// O(nodes).
  package init(_ node: NodeRef) {
    var reader = ResourceReader()
    root = reader.tree(node)
    isConverted = reader.isConverted
    unwritable = reader.unwritable
  }

  /// The same with each place moved to where `move` says.
  package func movingPlaces(_ move: (SourceSpan) -> SourceSpan) -> ResourceTree {
    var copy = self
    copy.root = root.movingPlaces(move)
    copy.unwritable = unwritable.map(move)
    return copy
  }
}

extension TreeNode {
  /// A plain scalar as kustomize reads it in an object.
  package init(plainResource text: String, at span: SourceSpan) {
    self.init(.scalar(ResourceReader.scalar(TreeScalar(text: text, style: .plain)).scalar), at: span)
  }
}

/// Builds trees as kustomize reads them.
private struct ResourceReader {
  var isConverted = false
  var unwritable: SourceSpan?

  mutating func tree(_ node: NodeRef) -> TreeNode {
    switch node.kind {
    case .scalar: return scalar(node)
    case .sequence:
      var items: [TreeNode] = []
      for item in node.items { items.append(tree(item)) }
      return TreeNode(.sequence(items), at: node.span)
    case .mapping:
      var entries: [TreeEntry] = []
      entries.reserveCapacity(node.count)
      for entry in node.entries { entries.append(TreeEntry(key(entry.key), at: entry.key.span, tree(entry.value))) }
      return TreeNode(.mapping(TreeNode.withoutTwins(entries)), at: node.span)
    }
  }

  private mutating func note(_ span: SourceSpan) {
    if unwritable == nil { unwritable = span }
  }

  private mutating func key(_ node: NodeRef) -> String {
    guard let scalar = node.scalar, scalar != .string else { return node.text }
    if !node.tree.isJSON, ResourceReader.isWord(node.text) {
      isConverted = true
    } else {
      note(node.span)
    }
    return node.text
  }

  private mutating func scalar(_ node: NodeRef) -> TreeNode {
    var scalar = TreeScalar(node)
    if node.tree.isJSON {
      // A number's fraction is gone as soon as it has been a float.
      scalar.isJSON = false
    } else if node.tag == .none, node.style == .plain {
      let converted = ResourceReader.scalar(scalar)
      isConverted = isConverted || converted.isConverted
      scalar = converted.scalar
    }
    if case .float(let value) = scalar.value, !value.isFinite { note(node.span) }
    return TreeNode(.scalar(scalar), at: node.span)
  }

  /// A plain scalar by YAML 1.2.
  static func scalar(_ scalar: TreeScalar) -> (scalar: TreeScalar, isConverted: Bool) {
    switch scalar.value {
    case .bool where isWord(scalar.text):
      var text = scalar
      text.tag = .string
      return (text, true)
    case .string:
      guard let date = DateScalar.json(scalar.text) else { return (scalar, false) }
      return (TreeScalar(text: date, style: .doubleQuoted), true)
    default: return (scalar, false)
    }
  }

  /// Whether YAML 1.1 has a boolean where 1.2 has a text.
  private static func isWord(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return false }
    switch first | 0x20 {
    case UInt8(ascii: "y"), UInt8(ascii: "n"): return !["null", "Null", "NULL"].contains(text)
    case UInt8(ascii: "o"): return true
    default: return false
    }
  }
}

/// Plain scalars that are dates to Go's YAML (`yaml.parseTimestamp`), as its JSON writes them.
enum DateScalar {
  /// `nil` for what is no date.
  static func json(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 8, bytes.count <= 40, bytes[4] == UInt8(ascii: "-") else { return nil }
    var rest = bytes[...]
    guard let year = number(&rest, 4...4), skip(&rest, "-"), let month = number(&rest, 1...2), skip(&rest, "-"),
      let day = number(&rest, 1...2), (1...12).contains(month), (1...days(month, year)).contains(day)
    else { return nil }
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    guard !rest.isEmpty else { return date + "T00:00:00Z" }
    let hasZone = skip(&rest, "T") || skip(&rest, "t")
    guard hasZone || skip(&rest, " "), let hour = number(&rest, 1...2), skip(&rest, ":"),
      let minute = number(&rest, 1...2), skip(&rest, ":"), let second = number(&rest, 1...2), hour < 24, minute < 60,
      second < 60, let fraction = fraction(&rest), let zone = hasZone ? zone(&rest) : "Z", rest.isEmpty
    else { return nil }
    return "\(date)T\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))\(fraction)\(zone)"
  }

  private static func number(_ rest: inout ArraySlice<UInt8>, _ length: ClosedRange<Int>) -> Int? {
    let digits = rest.prefix(length.upperBound).prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    guard length.contains(digits.count) else { return nil }
    rest = rest.dropFirst(digits.count)
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  private static func skip(_ rest: inout ArraySlice<UInt8>, _ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// A fraction of a second without zeros at its end; `nil` where a point has no digits.
  private static func fraction(_ rest: inout ArraySlice<UInt8>) -> String? {
    guard skip(&rest, ".") else { return "" }
    let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    guard !digits.isEmpty, digits.count <= 9 else { return nil }
    rest = rest.dropFirst(digits.count)
    let text = String(decoding: digits, as: UTF8.self)
    let end = text.lastIndex { $0 != "0" }
    return end.map { "." + text[...$0] } ?? ""
  }

  private static func zone(_ rest: inout ArraySlice<UInt8>) -> String? {
    if skip(&rest, "Z") { return "Z" }
    let isNegative = skip(&rest, "-")
    guard isNegative || skip(&rest, "+"), let hours = number(&rest, 2...2), skip(&rest, ":"),
      let minutes = number(&rest, 2...2), hours < 24, minutes < 60
    else { return nil }
    if hours == 0, minutes == 0 { return "Z" }
    return "\(isNegative ? "-" : "+")\(padded(hours, 2)):\(padded(minutes, 2))"
  }

  private static func days(_ month: Int, _ year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  private static func padded(_ number: Int, _ length: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, length - text.count)) + text
  }
}

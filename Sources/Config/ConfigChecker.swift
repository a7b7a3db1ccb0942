internal import Diagnostics
internal import Model
internal import YAMLSource

/// Compares a config file with the table of keys.
///
/// Scalars are taken as they are written (`NP402: off` is the word off), not by the rules of YAML 1.1.
struct ConfigChecker {
  private(set) var problems: [ConfigProblem] = []

  mutating func check(_ node: NodeRef, _ type: ConfigType, at path: String) {
    switch type {
    case .text: _ = scalar(node, path)
    case .number: require(node, path, "a whole number of at least 1") { (Int($0) ?? 0) >= 1 }
    case .date: require(node, path, "a date such as 2027-01-31", DateText.isValid)
    case .cidr: require(node, path, "a CIDR such as 10.244.0.0/16") { CIDR.parse($0) != nil }
    case .port: require(node, path, "a port such as 8000/TCP", ConfigChecker.isPort)
    case .choice(let words): choose(node, words, path)
    case .list(let item): checkList(node, item, path)
    case .oneOrMore(let item):
      if node.kind == .sequence { checkList(node, item, path) } else { check(node, item, at: path) }
    case .map(let value):
      guard mapping(node, path) else { return }
      for entry in node.entries { check(entry.value, value, at: path + "." + entry.key.text) }
    case .object(let keys): checkObject(node, keys, path)
    case .either(let first, let second): check(node, node.kind == .scalar ? first : second, at: path)
    }
  }

  /// Checks a mapping with known keys; at the top `path` is empty.
  mutating func checkObject(_ node: NodeRef, _ keys: [ConfigKey], _ path: String) {
    guard mapping(node, path) else { return }
    var seen: Set<String> = []
    for entry in node.entries {
      let name = entry.key.text
      if !seen.insert(name).inserted { fail("\(name) stands here twice", entry.key) }
      guard let key = keys.first(where: { $0.name == name }) else {
        let place = path.isEmpty ? "" : " in \(path)"
        fail("there is no key `\(name)`\(place)" + Suggestion.hint(for: name, among: keys.map(\.name)), entry.key)
        continue
      }
      if entry.value.isNull { continue }
      check(entry.value, key.type, at: path.isEmpty ? name : path + "." + name)
    }
    for key in keys where key.isRequired && !seen.contains(key.name) {
      problems.append(ConfigProblem("\(path) lacks the key `\(key.name)`", at: node.firstKeySpan))
    }
  }

  private mutating func checkList(_ node: NodeRef, _ item: ConfigType, _ path: String) {
    guard node.kind == .sequence else {
      fail("\(path) must be a list", node)
      return
    }
    for (index, value) in node.items.enumerated() { check(value, item, at: "\(path)[\(index)]") }
  }

  private mutating func mapping(_ node: NodeRef, _ path: String) -> Bool {
    if node.kind == .mapping { return true }
    fail(path.isEmpty ? "the config must be a mapping" : "\(path) must be a mapping", node)
    return false
  }

  private mutating func scalar(_ node: NodeRef, _ path: String) -> String? {
    if node.kind == .scalar { return node.text }
    fail("\(path) must be a single value", node)
    return nil
  }

  private mutating func require(_ node: NodeRef, _ path: String, _ what: String, _ isValid: (String) -> Bool) {
    guard let text = scalar(node, path), !isValid(text) else { return }
    fail("\(path) must be \(what), not `\(text)`", node)
  }

  private mutating func choose(_ node: NodeRef, _ words: [String], _ path: String) {
    guard let text = scalar(node, path), !words.contains(text) else { return }
    fail(
      "\(path) must be one of \(words.joined(separator: ", ")), not `\(text)`"
        + Suggestion.hint(for: text, among: words), node)
  }

  private mutating func fail(_ message: String, _ node: NodeRef) {
    problems.append(ConfigProblem(message, at: node.span))
  }

  static func isPort(_ text: String) -> Bool { ConfigPort(text) != nil }
}

/// A port as the config writes it: `8000`, `8000/TCP`, `1-10/UDP`, `http/TCP`.
struct ConfigPort {
  /// `nil` for a name.
  let range: ClosedRange<UInt16>?
  let transport: TransportProtocol

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let number = parts.first, !number.isEmpty, parts.count <= 2,
      let transport = parts.count == 1 ? .tcp : TransportProtocol(rawValue: String(parts[1]))
    else { return nil }
    self.transport = transport
    let bounds = number.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = bounds.compactMap { UInt16($0) }
    if numbers.count == bounds.count, numbers.count <= 2 {
      guard let first = numbers.first, let last = numbers.last, first >= 1, first <= last else { return nil }
      range = first...last
    } else {
      guard number.utf8.contains(where: { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }),
        !number.contains(where: { !$0.isLetter && !$0.isNumber && $0 != "-" })
      else { return nil }
      range = nil
    }
  }
}

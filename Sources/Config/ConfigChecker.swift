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
    case .flag: require(node, path, "true or false") { $0 == "true" || $0 == "false" }
    case .date: require(node, path, "a date such as 2027-01-31", DateText.isValid)
    case .cidr: require(node, path, "a CIDR such as 10.244.0.0/16") { CIDR.parse($0) != nil }
    case .port: require(node, path, "a port such as 8000/TCP") { ConfigPort($0) != nil }
    case .address: require(node, path, "an IP address such as 169.254.20.10") { IPAddress.parse($0) != nil }
    case .version: require(node, path, "a version such as 1.34") { VersionNumber($0) != nil }
    case .glob: require(node, path, "a glob such as **/charts/**") { Glob($0) != nil }
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
  }

  /// Finds keys that a value must have and does not, once all files are laid over one another.
  static func findMissingKeys(
    _ node: ConfigNode, _ type: ConfigType, _ path: String, _ problems: inout [ConfigProblem]
  ) {
    switch type {
    case .object(let keys):
      for key in keys {
        let place = path.isEmpty ? key.name : path + "." + key.name
        if let value = node[key.name] {
          if key.isRequired, value.isScalar, !value.text.contains(where: { !$0.isWhitespace }) {
            problems.append(ConfigProblem("\(place) must not be empty", at: value.span))
          }
          findMissingKeys(value, key.type, place, &problems)
        } else if key.isRequired, isMissed(key, of: keys, in: node) {
          problems.append(
            ConfigProblem("\(path) lacks the key `\(key.name)`", at: node.entries.first?.keySpan ?? node.span))
        }
      }
    case .map(let type):
      for entry in node.entries { findMissingKeys(entry.value, type, path + "." + entry.key, &problems) }
    case .list(let type):
      for (index, item) in node.items.enumerated() { findMissingKeys(item, type, "\(path)[\(index)]", &problems) }
    case .either(_, let type): findMissingKeys(node, type, path, &problems)
    case .text, .number, .flag, .date, .cidr, .port, .address, .version, .glob, .choice, .oneOrMore: break
    }
  }

  /// Whether nothing takes the place of a key: its substitute does, unless others that it would stand for are there.
  private static func isMissed(_ key: ConfigKey, of keys: [ConfigKey], in node: ConfigNode) -> Bool {
    guard let substitute = key.substitute, node[substitute] != nil else { return true }
    return keys.contains { $0.substitute == substitute && node[$0.name] != nil }
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
}

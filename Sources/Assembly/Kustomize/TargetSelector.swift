internal import Diagnostics
internal import Facts
internal import YAMLSource

/// Which objects a patch is for: `target` (kustomize: `types.Selector`, `SelectorRegex`).
struct TargetSelector {
  private let group: AnchoredPattern?
  private let version: AnchoredPattern?
  private let kind: AnchoredPattern?
  private let name: AnchoredPattern?
  private let namespace: AnchoredPattern?
  private let labels: [LabelTerm]
  private let annotations: [LabelTerm]

  /// - Throws: where a pattern or a selector cannot be read.
  init(_ node: TreeNode) throws(BuildRefusal) {
    func pattern(_ key: String) throws(BuildRefusal) -> AnchoredPattern? {
      guard let value = node[key], let text = value.text, !text.isEmpty else { return nil }
      guard let pattern = AnchoredPattern(text) else {
        throw BuildRefusal(
          "kustomize refuses this build, or uses more of regular expressions than netpol-lint reads: \(key) `\(text)`",
          at: value.span, remedy: "write a simpler pattern")
      }
      return pattern
    }
    group = try pattern("group")
    version = try pattern("version")
    kind = try pattern("kind")
    name = try pattern("name")
    namespace = try pattern("namespace")
    labels = try LabelTerm.all(node["labelSelector"])
    annotations = try LabelTerm.all(node["annotationSelector"])
  }

  /// The name, or kind, that all objects have which are meant; `nil` where it is a pattern, or not asked for.
  var onlyName: String? { name?.literal }
  var onlyKind: String? { kind?.literal }

  /// Names and namespaces count as they are written, and as they are now.
  func selects(_ resource: Resource, _ facts: KustomizeFacts) -> Bool {
    let (old, new) = (resource.originalID(facts), resource.id(facts))
    func matches(_ pattern: AnchoredPattern?, _ texts: String...) -> Bool {
      pattern.map { pattern in texts.contains { pattern.matches($0) } } ?? true
    }
    guard matches(namespace, TargetSelector.text(old.namespace), TargetSelector.text(new.namespace)),
      matches(name, old.name, new.name), matches(group, new.group), matches(version, new.version),
      matches(kind, new.kind)
    else { return false }
    return hasLabels(resource)
  }

  /// Whether any of the ids counts, that the object has or had.
  func selectsAny(_ resource: Resource, _ facts: KustomizeFacts) -> Bool {
    matchesAny(resource, facts) && hasLabels(resource)
  }

  /// Whether an object is left out: by its labels, or by any of its ids.
  func rejects(_ resource: Resource, _ facts: KustomizeFacts) -> Bool {
    if !labels.isEmpty || !annotations.isEmpty, hasLabels(resource) { return true }
    guard [group, version, kind, name, namespace].contains(where: { $0 != nil }) else { return false }
    return matchesAny(resource, facts)
  }

  private func matchesAny(_ resource: Resource, _ facts: KustomizeFacts) -> Bool {
    func matches(_ pattern: AnchoredPattern?, _ text: String) -> Bool { pattern.map { $0.matches(text) } ?? true }
    func matches(_ id: ResourceID, in namespace: String) -> Bool {
      matches(group, id.group) && matches(version, id.version) && matches(kind, id.kind) && matches(name, id.name)
        && matches(self.namespace, namespace)
    }
    return matches(resource.id(facts), in: resource.namespace)
      || resource.previousIDs.contains { matches($0, in: TargetSelector.text($0.namespace)) }
  }

  private func hasLabels(_ resource: Resource) -> Bool {
    let metadata = resource.root["metadata"]
    return labels.allSatisfy { $0.holds(for: metadata?["labels"]) }
      && annotations.allSatisfy { $0.holds(for: metadata?["annotations"]) }
  }

  /// Kinds without namespaces match by this word.
  private static func text(_ namespace: String?) -> String { namespace ?? "_non_namespaceable_" }
}

/// One term of a label selector written as text: `a=b`, `a!=b`, `a in (b, c)`, `a notin (b)`, `a`, `!a`.
struct LabelTerm {
  private enum Operation { case exists, absent, isOneOf, isNoneOf }

  private let key: String
  private let operation: Operation
  private let values: [String]

  static func all(_ node: TreeNode?) throws(BuildRefusal) -> [LabelTerm] {
    guard let node, let text = node.text, !text.isEmpty else { return [] }
    var terms: [LabelTerm] = []
    for part in parts(of: text) {
      guard let term = LabelTerm(part), !term.key.isEmpty else {
        throw BuildRefusal(
          "kustomize refuses this build: `\(text)` is no label selector", at: node.span,
          remedy: "write it as `key=value`")
      }
      terms.append(term)
    }
    return terms
  }

  /// The terms, cut at the commas that stand in no parentheses.
  private static func parts(of text: String) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts
  }

  private init?(_ text: String) {
    let text = trimmed(text[...])
    guard !text.isEmpty else { return nil }
    if text.hasPrefix("!") {
      (key, operation, values) = (trimmed(text.dropFirst()), .absent, [])
      return
    }
    for (mark, isOneOf) in [("!=", false), ("==", true), ("=", true)] {
      guard let range = text.firstRange(of: mark) else { continue }
      key = trimmed(text[..<range.lowerBound])
      operation = isOneOf ? .isOneOf : .isNoneOf
      values = [trimmed(text[range.upperBound...])]
      return
    }
    guard let open = text.firstIndex(of: "(") else {
      guard !text.contains(" ") else { return nil }
      (key, operation, values) = (text, .exists, [])
      return
    }
    let words = text[..<open].split(separator: " ")
    guard words.count == 2, text.hasSuffix(")"), words[1] == "in" || words[1] == "notin" else { return nil }
    key = String(words[0])
    operation = words[1] == "in" ? .isOneOf : .isNoneOf
    values = text[text.index(after: open)...].dropLast().split(separator: ",").map { trimmed($0) }
  }

  func holds(for labels: TreeNode?) -> Bool {
    let value = labels?[key]?.text
    switch operation {
    case .exists: return value != nil
    case .absent: return value == nil
    case .isOneOf: return value.map { values.contains($0) } ?? false
    case .isNoneOf: return value.map { !values.contains($0) } ?? true
    }
  }
}

/// The text without blanks at its ends.
private func trimmed(_ text: Substring) -> String {
  var text = text
  while text.first?.isWhitespace ?? false { text.removeFirst() }
  while text.last?.isWhitespace ?? false { text.removeLast() }
  return String(text)
}

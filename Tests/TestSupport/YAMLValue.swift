/// A value that can be written as YAML, and made smaller step by step.
package indirect enum YAMLValue: Hashable, Sendable {
  case null
  /// Text that is a plain scalar of the wanted type: `80`, `true`.
  case plain(String)
  /// A string, written in quotes.
  case string(String)
  case list([YAMLValue])
  /// In this order; the keys are written plain.
  case map([Entry])

  package struct Entry: Hashable, Sendable {
    package let key: String
    package var value: YAMLValue
  }

  /// A map of strings.
  package static func strings(_ pairs: KeyValuePairs<String, String>) -> YAMLValue {
    .map(pairs.map { Entry(key: $0.key, value: .string($0.value)) })
  }

  package static func number(_ number: some BinaryInteger) -> YAMLValue { .plain(String(number)) }

  /// The value under a key of a map.
  package subscript(_ key: String) -> YAMLValue? {
    get {
      guard case .map(let entries) = self else { return nil }
      return entries.first { $0.key == key }?.value
    }
    set {
      guard case .map(var entries) = self else { return }
      let index = entries.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append(Entry(key: key, value: value))
      case (nil, nil): break
      }
      self = .map(entries)
    }
  }

  /// The items of a list; none for anything else.
  package var items: [YAMLValue] { if case .list(let items) = self { items } else { [] } }

  package var text: String? {
    switch self {
    case .string(let text), .plain(let text): text
    default: nil
    }
  }
}

extension YAMLValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral {
  package init(dictionaryLiteral elements: (String, YAMLValue)...) {
    self = .map(elements.map { Entry(key: $0.0, value: $0.1) })
  }

  package init(arrayLiteral elements: YAMLValue...) { self = .list(elements) }

  package init(stringLiteral value: String) { self = .string(value) }
}

extension YAMLValue {
  /// The text of a document: the outer levels in block style, one line for each rule of a policy.
  package var yaml: String { lines(depth: 0).joined(separator: "\n") + "\n" }

  private func lines(depth: Int) -> [String] {
    switch self {
    case .map(let entries) where isBlock(depth: depth):
      entries.flatMap { entry in
        let lines = entry.value.lines(depth: depth + 1)
        let isBlock = entry.value.isBlock(depth: depth + 1)
        return isBlock ? ["\(entry.key):"] + lines.map { "  " + $0 } : ["\(entry.key): \(lines[0])"]
      }
    case .list(let items) where isBlock(depth: depth): items.map { "- " + $0.flow }
    default: [flow]
    }
  }

  private func isBlock(depth: Int) -> Bool {
    switch self {
    case .map(let entries): depth < 2 && !entries.isEmpty
    case .list(let items): depth < 3 && !items.isEmpty
    default: false
    }
  }

  private var flow: String {
    switch self {
    case .null: "null"
    case .plain(let text): text
    case .string(let text): "\"\(text)\""
    case .list(let items): "[" + items.map(\.flow).joined(separator: ", ") + "]"
    case .map(let entries): "{" + entries.map { "\($0.key): \($0.value.flow)" }.joined(separator: ", ") + "}"
    }
  }
}

extension YAMLValue {
  /// The values that are left when one list item or one map entry is taken out, anywhere inside; larger parts first.
  ///
  /// - Parameter isNeeded: keys whose entries stay, and do not become empty.
  package func reductions(_ isNeeded: (String) -> Bool) -> [YAMLValue] {
    switch self {
    case .null, .plain, .string: return []
    case .list(let items):
      let shorter = items.indices.map { index in
        YAMLValue.list(Array(items[..<index] + items[(index + 1)...]))
      }
      return shorter
        + items.indices.flatMap { index in
          items[index].reductions(isNeeded).map { item in
            var items = items
            items[index] = item
            return .list(items)
          }
        }
    case .map(let entries):
      let shorter = entries.indices.filter { !isNeeded(entries[$0].key) }.map { index in
        YAMLValue.map(Array(entries[..<index] + entries[(index + 1)...]))
      }
      return shorter
        + entries.indices.flatMap { index in
          let entry = entries[index]
          let values = entry.value.reductions(isNeeded).filter { !isNeeded(entry.key) || ($0 != [] && $0 != [:]) }
          return values.map { (value: YAMLValue) -> YAMLValue in
            var entries = entries
            entries[index].value = value
            return .map(entries)
          }
        }
    }
  }
}

extension YAMLValue {
  /// The value with the lists under some keys in another order, anywhere inside.
  package func shuffled(_ keys: Set<String>, using random: inout SeededGenerator) -> YAMLValue {
    switch self {
    case .null, .plain, .string: return self
    case .list(let items): return .list(items.map { $0.shuffled(keys, using: &random) })
    case .map(let entries):
      return .map(
        entries.map { entry in
          var value = entry.value.shuffled(keys, using: &random)
          if case .list(let items) = value, keys.contains(entry.key) { value = .list(items.shuffled(using: &random)) }
          return Entry(key: entry.key, value: value)
        })
    }
  }
}

extension YAMLValue {
  /// The ways to all that stands in it, keys and numbers of items, behind `path`.
  func paths(_ path: [String]) -> [[String]] {
    let parts =
      switch self {
      case .null, .plain, .string: [(String, YAMLValue)]()
      case .list(let items): items.enumerated().map { (String($0), $1) }
      case .map(let entries): entries.map { ($0.key, $0.value) }
      }
    return parts.flatMap { key, value in [path + [key]] + value.paths(path + [key]) }
  }
}

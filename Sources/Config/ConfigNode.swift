internal import Diagnostics
internal import YAMLSource

/// A value of the config, cut loose from its file, so that files can be laid over one another.
///
/// Scalars are the text as it is written (`NP402: off` is the word off), not what YAML 1.1 makes of it.
struct ConfigNode: Sendable {
  indirect enum Value: Sendable {
    case scalar(String)
    case list([ConfigNode])
    case map([ConfigEntry])
  }

  var value: Value
  let span: SourceSpan

  init(_ node: NodeRef) {
    span = node.span
    switch node.kind {
    case .scalar: value = .scalar(node.text)
    case .sequence: value = .list(node.items.map(ConfigNode.init))
    case .mapping:
      // A key without a value says nothing.
      value = .map(node.entries.filter { !$0.value.isNull }.map(ConfigEntry.init))
    }
  }

  init(_ value: Value, at span: SourceSpan) {
    self.value = value
    self.span = span
  }

  /// A scalar's text; empty for anything else.
  var text: String { if case .scalar(let text) = value { text } else { "" } }
  var isScalar: Bool { if case .scalar = value { true } else { false } }
  var items: [ConfigNode] { if case .list(let items) = value { items } else { [] } }
  var entries: [ConfigEntry] { if case .map(let entries) = value { entries } else { [] } }
  /// The texts of a list, or of the one value that stands in its place.
  var texts: [String] { itemsOrSelf.map(\.text) }
  var itemsOrSelf: [ConfigNode] { if case .list(let items) = value { items } else { [self] } }

  subscript(_ key: String) -> ConfigNode? { entries.last { $0.key == key }?.value }

  /// This value with another one laid over it: maps merge key by key, lists and scalars are replaced.
  func overlaid(with other: ConfigNode) -> ConfigNode {
    guard case .map(var entries) = value, case .map(let others) = other.value else { return other }
    for entry in others {
      if let place = entries.firstIndex(where: { $0.key == entry.key }) {
        entries[place] = ConfigEntry(entry.key, at: entry.keySpan, entries[place].value.overlaid(with: entry.value))
      } else {
        entries.append(entry)
      }
    }
    return ConfigNode(.map(entries), at: other.span)
  }
}

/// A key of a map with its value.
struct ConfigEntry: Sendable {
  let key: String
  let keySpan: SourceSpan
  let value: ConfigNode

  init(_ entry: MappingEntry) {
    self.init(entry.key.text, at: entry.key.span, ConfigNode(entry.value))
  }

  init(_ key: String, at span: SourceSpan, _ value: ConfigNode) {
    self.key = key
    keySpan = span
    self.value = value
  }
}

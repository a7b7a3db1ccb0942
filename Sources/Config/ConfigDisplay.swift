internal import Diagnostics
internal import Model
internal import Writing

/// The effective config as text: a config file with the origin of each value behind it.
package enum ConfigDisplay {
  /// - Parameters:
  ///   - layers: in rising precedence.
  ///   - flags: the keys that the command line sets, with their values and the flags' names.
  package static func text(_ layers: [ConfigLayer], flags: [(key: String, value: String, flag: String)] = []) -> String
  {
    var indexes: [FileID: (path: String, lines: LineIndex)] = [:]
    for layer in layers { indexes[layer.file.id] = (layer.file.path, LineIndex(layer.file.bytes)) }
    var printer = Printer { span in
      indexes[span.file].map { "\(DisplayText.escaped($0.path)):\($0.lines.position(of: span.start).line)" } ?? ""
    }
    for flag in flags { printer.flags[flag.key] = (flag.value, flag.flag) }
    printer.add(ConfigKeys.all, ConfigReader.merged(layers), indent: "")
    return printer.text
  }

  static func labels(_ labels: LabelSet) -> String {
    "{" + labels.pairs.map { "\(scalar($0.key)): \(scalar($0.value))" }.joined(separator: ", ") + "}"
  }

  static func ports(_ ports: PortSet) -> String {
    let texts = TransportProtocol.allCases.flatMap { transport in
      ports[transport].ranges.map { range in
        (range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)")
          + "/\(transport.rawValue)"
      }
    }
    return "[" + texts.joined(separator: ", ") + "]"
  }

  /// A scalar as YAML that reads back as the same text.
  fileprivate static func scalar(_ text: String) -> String {
    let isPlain =
      text.utf8.allSatisfy { isLetterOrDigit($0) || "_./+-".utf8.contains($0) }
      && (text.utf8.first.map { isLetterOrDigit($0) || $0 == UInt8(ascii: "/") } ?? false)
    if isPlain { return text }

    return YAMLText.quoted(text)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
  }

  fileprivate static func inline(_ node: ConfigNode) -> String {
    switch node.value {
    case .scalar(let text): scalar(text)
    case .list(let items): "[" + items.map(inline).joined(separator: ", ") + "]"
    case .map(let entries):
      "{" + entries.map { "\(scalar($0.key)): \(inline($0.value))" }.joined(separator: ", ") + "}"
    }
  }
}

/// Collects the lines of `ConfigDisplay`.
private struct Printer {
  var flags: [String: (value: String, flag: String)] = [:]
  private(set) var text = ""
  private let origin: (SourceSpan) -> String

  init(origin: @escaping (SourceSpan) -> String) { self.origin = origin }

  /// Adds the keys of an object, those that are set and those that have a default.
  mutating func add(_ keys: [ConfigKey], _ node: ConfigNode?, indent: String) {
    for key in keys {
      if indent.isEmpty, let flag = flags[key.name] {
        text += "\(key.name): \(flag.value)  # \(flag.flag)\n"
      } else if let value = node?[key.name] {
        add(key.name, value, key.type, indent: indent)
      } else if let standard = key.standard {
        text += "\(indent)\(key.name): \(standard)  # default\n"
      } else if case .object(let keys) = key.type, Printer.hasDefaults(keys) {
        text += "\(indent)\(key.name):\n"
        add(keys, nil, indent: indent + "  ")
      }
    }
  }

  private mutating func add(_ name: String, _ node: ConfigNode, _ type: ConfigType, indent: String) {
    let head = indent + ConfigDisplay.scalar(name) + ":"
    switch (type, node.value) {
    case (.object(let keys), .map), (.either(_, .object(let keys)), .map):
      text += head + "\n"
      add(keys, node, indent: indent + "  ")
    case (.map(let type), .map(let entries)) where !entries.isEmpty:
      text += head + "\n"
      for entry in entries { add(entry.key, entry.value, type, indent: indent + "  ") }
    case (.list(.object), .list(let items)) where !items.isEmpty:
      text += head + "\n"
      for item in items { text += "\(indent)  - \(ConfigDisplay.inline(item))  # \(origin(item.span))\n" }
    default:
      text += "\(head) \(ConfigDisplay.inline(node))  # \(origin(node.span))\n"
    }
  }

  private static func hasDefaults(_ keys: [ConfigKey]) -> Bool {
    keys.contains { key in
      if case .object(let keys) = key.type { return hasDefaults(keys) }
      return key.standard != nil
    }
  }
}

import TestSupport

/// A pair of a mapping.
struct SketchField {
  let key: String
  let value: Sketch
}

/// A YAML node as a generated file writes it.
enum Sketch {
  /// A scalar, spelled as it stands in the file.
  case scalar(String)
  case sequence([Sketch])
  case fields([SketchField])
  /// What an anchor names: one node.
  case anchored(String, [Sketch])
  case alias(String)
  /// A literal block.
  case block(String)

  static func mapping(_ pairs: [(String, Sketch)]) -> Sketch { .fields(pairs.map { SketchField(key: $0, value: $1) }) }

  var pairs: [(String, Sketch)] { if case .fields(let fields) = self { fields.map { ($0.key, $0.value) } } else { [] } }
  var items: [Sketch] { if case .sequence(let items) = self { items } else { [] } }
  var text: String {
    guard case .scalar(let text) = self else { return "" }
    return text.first == "\"" || text.first == "'" ? String(text.dropFirst().dropLast()) : text
  }

  subscript(_ key: String) -> Sketch? {
    get { pairs.last { $0.0 == key }?.1 }
    set {
      var pairs = pairs.filter { $0.0 != key }
      if let newValue { pairs.append((key, newValue)) }
      self = .mapping(pairs)
    }
  }
}

extension Sketch: ExpressibleByStringLiteral {
  typealias StringLiteralType = String
  typealias ExtendedGraphemeClusterLiteralType = String
  typealias UnicodeScalarLiteralType = String
  init(stringLiteral value: String) { self = .scalar(value) }
}

extension Sketch: ExpressibleByIntegerLiteral {
  typealias IntegerLiteralType = Int
  init(integerLiteral value: Int) { self = .scalar(String(value)) }
}

extension Sketch: ExpressibleByArrayLiteral {
  typealias ArrayLiteralElement = Sketch
  init(arrayLiteral elements: Sketch...) { self = .sequence(elements) }
}

extension Sketch: ExpressibleByDictionaryLiteral {
  typealias Key = String
  typealias Value = Sketch
  init(dictionaryLiteral elements: (String, Sketch)...) { self = .mapping(elements) }
}

/// Writes sketches down: as blocks or inline, indented or not, as the dice fall.
struct SketchWriter {
  private(set) var text = ""

  static func document(_ sketch: Sketch, _ dice: inout Dice) -> String {
    var writer = SketchWriter()
    if dice.chance(8) {
      writer.text = writer.inline(sketch) + "\n"
    } else {
      writer.block(sketch, indent: 0, &dice)
    }
    return writer.text
  }

  private mutating func block(_ sketch: Sketch, indent: Int, _ dice: inout Dice) {
    let blanks = String(repeating: " ", count: indent)
    switch sketch {
    case .fields(let fields) where !fields.isEmpty:
      for (key, value) in sketch.pairs {
        text += blanks + key + ":"
        self.value(value, indent: indent, &dice)
      }
    case .sequence(let items) where !items.isEmpty:
      for item in items {
        text += blanks + "-"
        if case .fields(let fields) = item, !fields.isEmpty, !dice.chance(25) {
          var inner = SketchWriter()
          inner.block(item, indent: indent + 2, &dice)
          text += " " + inner.text.dropFirst(indent + 2)
        } else {
          value(item, indent: indent, &dice)
        }
      }
    default: text += blanks + inline(sketch) + "\n"
    }
  }

  private mutating func value(_ value: Sketch, indent: Int, _ dice: inout Dice) {
    switch value {
    case .anchored(let name, let inner):
      text += " &" + name
      self.value(inner[0], indent: indent, &dice)
    case .block(let content):
      text += " |-\n"
      let blanks = String(repeating: " ", count: indent + 2)
      for line in content.split(separator: "\n", omittingEmptySubsequences: false) {
        text += line.isEmpty ? "\n" : blanks + line + "\n"
      }
    case .fields(let fields) where !fields.isEmpty && !dice.chance(15):
      text += "\n"
      block(value, indent: indent + 2, &dice)
    case .sequence(let items) where !items.isEmpty && !dice.chance(15):
      text += "\n"
      block(value, indent: indent + (dice.chance(50) ? 2 : 0), &dice)
    default: text += " " + inline(value) + "\n"
    }
  }

  private func inline(_ sketch: Sketch) -> String {
    switch sketch {
    case .scalar(let text): text
    case .sequence(let items): "[" + items.map(inline).joined(separator: ", ") + "]"
    case .fields: "{" + sketch.pairs.map { $0 + ": " + inline($1) }.joined(separator: ", ") + "}"
    case .anchored(let name, let inner): "&" + name + " " + inline(inner[0])
    case .alias(let name): "*" + name + " "
    case .block(let text): SketchWriter.quoted(text)
    }
  }

  /// A JSON document; anchors are written out, and what JSON cannot spell becomes a string.
  static func json(_ sketch: Sketch) -> String {
    switch sketch {
    case .scalar(let text):
      if ["null", "true", "false"].contains(text) || Int(text) != nil || text.first == "\"" { return text }
      return quoted(sketch.text)
    case .sequence(let items): return "[" + items.map(json).joined(separator: ", ") + "]"
    case .fields:
      return "{"
        + sketch.pairs.filter { $0.0 != "<<" }.map { quoted(Sketch.scalar($0).text) + ": " + json($1) }.joined(
          separator: ", ") + "}"
    case .anchored(_, let inner): return json(inner[0])
    case .alias: return "{}"
    case .block(let text): return quoted(text)
    }
  }

  static func quoted(_ text: String) -> String {
    "\""
      + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
  }
}

/// Random choices with a seed.
struct Dice {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Whether a thing happens that does so in `percent` of a hundred cases.
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }
  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: elements.indices, using: &generator)]
  }
  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] { elements.shuffled(using: &generator) }
  /// As many elements as the range says, no one twice.
  mutating func some<Element>(_ elements: [Element], _ range: ClosedRange<Int>) -> [Element] {
    Array(elements.shuffled(using: &generator).prefix(number(range)))
  }
}

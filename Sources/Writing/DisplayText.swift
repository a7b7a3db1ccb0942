/// Text as a terminal shows it: characters that would not show, or would move the cursor, are written as escapes, and
/// the width is counted in cells.
package struct DisplayText {
  package private(set) var text = ""
  package private(set) var cells = 0

  /// A line of source text: tabs become spaces up to the next multiple of four.
  ///
  /// Bytes that are not UTF-8 are shown as U+FFFD.
  package init(line: ArraySlice<UInt8>) {
    append(LogCommands.broken(String(decoding: line, as: UTF8.self), startsLine: false), expandingTabs: true)
  }

  /// A line of source text, or a part of one, without what is hidden: a sign stands for each of the ranges.
  ///
  /// - Parameter hidden: in order, without overlaps.
  package init(line: ArraySlice<UInt8>, hiding hidden: [Range<Int>]) {
    var start = line.startIndex
    for range in hidden where range.lowerBound < line.endIndex && range.upperBound > start {
      add(DisplayText(line: line[start..<max(start, range.lowerBound)]))
      add(DisplayText(line: Array(SecretText.mark.utf8)[...]))
      start = min(range.upperBound, line.endIndex)
    }
    add(DisplayText(line: line[start...]))
  }

  private mutating func add(_ other: DisplayText) {
    text += other.text
    cells += other.cells
  }

  /// A message, a path, a name or another text of the input in one line, which can only be seen: line ends, tabs,
  /// control characters and characters that change the direction of text are shown as escapes, and what a CI system
  /// takes for a command in its log is broken up.
  ///
  /// Idempotent. All text of the input goes through here on its way to a terminal or a log; the escapes of the formats
  /// build on it, but for JSON, which has escapes of its own.
  package static func escaped(_ text: String) -> String {
    var result = DisplayText()
    result.append(LogCommands.broken(text, startsLine: true), expandingTabs: false)
    return result.text
  }

  /// The text in one line and no more cells than these: what is too much is left out of its middle, for names that begin
  /// alike end differently.
  package static func shortened(_ text: String, to cells: Int) -> String {
    let whole = escaped(text)
    if DisplayText.cells(of: whole) <= cells { return whole }
    let room = max(cells - 1, 2)
    func taken(_ characters: some Sequence<Character>, _ most: Int) -> [Character] {
      var left = most
      return characters.prefix {
        left -= width(of: $0)
        return left >= 0
      }
    }
    let start = taken(whole, room / 2)
    return String(start) + "…" + String(taken(whole.reversed(), room - room / 2).reversed())
  }

  private init() {}

  private mutating func append(_ source: String, expandingTabs: Bool) {
    if source.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
      text += source
      cells += source.utf8.count
      return
    }
    for character in source {
      if character == "\t", expandingTabs {
        let spaces = 4 - cells % 4
        text += String(repeating: " ", count: spaces)
        cells += spaces
      } else {
        append(character)
      }
    }
  }

  private mutating func append(_ character: Character) {
    let scalars = character.unicodeScalars
    if scalars.contains(where: { mustEscape($0, alone: scalars.count == 1) }) {
      for scalar in scalars {
        let escape = Self.escape(scalar)
        text += escape
        cells += escape.utf8.count
      }
    } else {
      text.append(character)
      cells += Self.width(of: character)
    }
  }

  /// Control characters always; characters of format (bidirectional controls, zero-width space) unless they belong to
  /// a cluster, as joiners between emoji do.
  private func mustEscape(_ scalar: Unicode.Scalar, alone: Bool) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    // Tags would follow any letter unseen.
    case .format: (alone && scalar.value != 0xAD) || (0xE0000...0xE007F).contains(scalar.value)
    default: false
    }
  }

  /// `\\n`, `\\u{1b}`.
  static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{\(String(scalar.value, radix: 16))}"
    }
  }

  /// The cells of a text that is safe for a terminal.
  package static func cells(of text: some StringProtocol) -> Int { text.reduce(0) { $0 + width(of: $1) } }

  /// The cells of a character: those of its widest scalar, two when an emoji presentation is asked for.
  private static func width(of character: Character) -> Int {
    if character.isASCII { return 1 }
    var widest = 0
    for scalar in character.unicodeScalars {
      if scalar.value == 0xFE0F { return 2 }
      widest = max(widest, width(of: scalar))
    }
    return widest
  }

  private static func width(of scalar: Unicode.Scalar) -> Int {
    let properties = scalar.properties
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    case .format: return scalar.value == 0xAD ? 1 : 0
    default: break
    }
    // Vowels and final consonants of conjoining Hangul are drawn into the syllable before them.
    if (0x1160...0x11FF).contains(scalar.value) { return 0 }
    return properties.isEmojiPresentation || wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// The blocks whose characters are East Asian Wide or Fullwidth (Unicode Standard Annex 11), emoji apart.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF,
    0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD,
  ]
}

extension String {
  /// Replaces single Unicode scalars; `nil` keeps one.
  ///
  /// Markup is made of scalars, and a combining mark behind one of its characters makes another `Character` of it, which
  /// a comparison of characters would miss.
  ///
  /// - Parameter replacement: gets a scalar and the one before it.
  package func replacingScalars(_ replacement: (_ scalar: Unicode.Scalar, _ previous: Unicode.Scalar?) -> String?)
    -> String
  {
    var result = ""
    var previous: Unicode.Scalar?
    for scalar in unicodeScalars {
      if let text = replacement(scalar, previous) {
        result.unicodeScalars.append(contentsOf: text.unicodeScalars)
      } else {
        result.unicodeScalars.append(scalar)
      }
      previous = scalar
    }
    return result
  }
}

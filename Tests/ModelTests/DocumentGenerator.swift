import TestSupport

/// Makes documents at random that say what they are in every way that YAML 1.1 and JSON have: keys and values in all
/// styles, escaped, tagged, anchored and merged, lists, texts over lines that look like keys, line breaks, encodings.
struct DocumentGenerator {
  private var random: SeededGenerator
  /// What ends the lines of the document.
  private var lineBreak = "\n"
  private var indentation = ""

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private mutating func pick<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }
  private mutating func isOnce(in count: UInt64) -> Bool { random.next() % count == 0 }

  /// The bytes of a file, of one document nearly always.
  mutating func document() -> [UInt8] {
    lineBreak = isOnce(in: 3) ? pick(["\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]) : "\n"
    indentation = isOnce(in: 6) ? "  " : ""
    var text = ""
    if isOnce(in: 12) { text = "# \u{E4}" + lineBreak + "%TAG ! tag:yaml.org,2002:" + lineBreak + "---" + lineBreak }
    if isOnce(in: 8) {
      text += json(depth: 0)
    } else if isOnce(in: 10) {
      text += "{" + entries(isFlow: true).joined(separator: "," + lineBreak) + "}" + lineBreak
    } else {
      for entry in entries(isFlow: false) {
        text += indentation + entry + (isOnce(in: 30) ? pick(["\r", "\u{85}"]) : lineBreak)
      }
    }
    return encoded(text)
  }

  private mutating func encoded(_ text: String) -> [UInt8] {
    guard isOnce(in: 12) else { return Array(text.utf8) }
    let marked = "\u{FEFF}" + text
    switch random.next() % 5 {
    case 0: return Array(marked.utf8)
    case 1: return marked.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    case 2: return marked.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    case 3: return marked.unicodeScalars.flatMap { scalar in (0..<4).map { UInt8(scalar.value >> (8 * $0) & 0xFF) } }
    default:
      return marked.unicodeScalars.flatMap { scalar in (0..<4).map { UInt8(scalar.value >> (24 - 8 * $0) & 0xFF) } }
    }
  }

  // MARK: YAML

  private mutating func entries(isFlow: Bool) -> [String] {
    var entries: [String] = []
    // One that is passed by, and with luck another one that must not be.
    if !isOnce(in: 4) { entries.append("kind: " + pick(["Secret", "Secret", "Role", "Secret # x", "Secret\t"])) }
    for _ in 0..<random.next() % 3 { entries.append(entry(isFlow: isFlow)) }
    if isOnce(in: 3) { entries.append(pick(["data: {a: b}", "# Secret", "a: [1, 2]", "metadata: {name: a}"])) }
    if isOnce(in: 4) { entries.reverse() }
    return entries
  }

  private mutating func entry(isFlow: Bool) -> String {
    switch random.next() % 8 {
    case 0: return pair(key("kind"), value("Role", isFlow: isFlow))
    case 1, 2: return pair(key("kind"), value(kind(), isFlow: isFlow))
    case 3: return pair(key("items"), isOnce(in: 4) ? pick(["null", "~", "[]", ""]) : items(isFlow: isFlow))
    case 4: return "a: \(decoy())"
    case 5: return pair(isOnce(in: 4) ? key("<<") : "<<", "{" + pair(key("kind"), value(kind(), isFlow: true)) + "}")
    case 6:
      return "x: &k kind" + (isFlow ? "," : "") + lineBreak + indentation + pair("*k ", value(kind(), isFlow: isFlow))
    default:
      let merged = "y: &m {" + pair(key("kind"), value(kind(), isFlow: true)) + "}"
      return merged + (isFlow ? "," : "") + lineBreak + indentation + "<<: *m"
    }
  }

  private mutating func kind() -> String {
    pick(["NetworkPolicy", "NetworkPolicy", "Deployment", "List", "NetworkPolicyList"])
  }

  private mutating func pair(_ key: String, _ value: String) -> String {
    // A key over two lines can stand nowhere else.
    isOnce(in: 6) || key.contains("\\" + lineBreak)
      ? "? \(key)\(lineBreak)\(indentation): \(value)" : "\(key): \(value)"
  }

  private mutating func items(isFlow: Bool) -> String {
    let kind = isOnce(in: 3) ? "" : pair(key("kind"), value(kind(), isFlow: true))
    return isFlow || isOnce(in: 2) ? "[{\(kind)}]" : "\(lineBreak)\(indentation)- {\(kind)}"
  }

  /// A text over lines that has the looks of a key at the first level.
  private mutating func decoy() -> String {
    let line = lineBreak + pick(["kind: Secret", "kind: Role", "items: []"]) + pick(["", lineBreak])
    return pick(["\"x\(line)\"", "'x\(line)'", "{b: \"\(line)\"}", "[\(line)]", "|\(lineBreak)  x\(line)", "x\(line)"])
  }

  private mutating func key(_ word: String) -> String { isOnce(in: 3) ? word : scalar(word) }

  private mutating func value(_ word: String, isFlow: Bool) -> String {
    if isOnce(in: 3) { return word }
    if !isFlow, isOnce(in: 6) { return pick(["|-", ">-", "|", "!!str |-"]) + lineBreak + indentation + "  " + word }
    return scalar(word)
  }

  private mutating func scalar(_ word: String) -> String {
    switch random.next() % 9 {
    case 0: return "'\(word)'"
    case 1: return "\"\(word)\""
    case 2: return pick(["!!str ", "! ", "!own ", "&a ", "!<tag:yaml.org,2002:str> "]) + word
    case 3: return pick(["!!binary ", "!binary ", "!!b%69nary ", "!<tag:yaml.org,2002:binary> "]) + base64(word)
    case 4: return "\"" + broken(word) + "\""
    default: return "\"" + escaped(word, ["\\x", "\\u00", "\\U000000"]) + "\""
    }
  }

  /// The word over two lines.
  private mutating func broken(_ word: String) -> String {
    let place = word.index(word.startIndex, offsetBy: Int(random.next() % UInt64(word.count)))
    return word[..<place] + "\\" + lineBreak + "  " + word[place...]
  }

  private mutating func escaped(_ word: String, _ escapes: [String]) -> String {
    let chosen = random.next() % UInt64(word.utf8.count)
    return word.utf8.enumerated().map { index, byte in
      let character = String(UnicodeScalar(byte))
      return UInt64(index) == chosen || isOnce(in: 8) ? pick(escapes) + String(byte, radix: 16) : character
    }.joined()
  }

  private func base64(_ word: String) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var bytes = Array(word.utf8)
    let padding = (3 - bytes.count % 3) % 3
    bytes += [UInt8](repeating: 0, count: padding)
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<start + 3].reduce(0) { $0 << 8 | Int($1) }
      for shift in [18, 12, 6, 0] { text.append(digits[group >> shift & 63]) }
    }
    return text.dropLast(padding) + String(repeating: "=", count: padding)
  }

  // MARK: JSON

  private mutating func json(depth: Int) -> String {
    var pairs: [String] = []
    for _ in 0...random.next() % 2 { pairs.append(string("kind") + ":" + string(isOnce(in: 2) ? "Secret" : kind())) }
    if depth == 0, isOnce(in: 3) { pairs.append(string("items") + ": [" + json(depth: 1) + "]") }
    return "{" + pairs.joined(separator: ", ") + "}"
  }

  private mutating func string(_ word: String) -> String {
    "\"" + (isOnce(in: 3) ? escaped(word, ["\\u00"]) : word) + "\""
  }
}

import Diagnostics
import Writing
import YAMLSource

/// Finds what must not be shown of source lines: values of environment variables, arguments, ConfigMaps and Secrets, of
/// keys that are called after passwords, and credentials in URLs wherever they stand. Of a value with an address, host
/// and port are shown.
struct Secrets {
  private let sources: SourceTable
  private var trees: DocumentTrees
  /// What is hidden in the last document that was asked about, in order, without overlaps.
  private var last: (file: FileID, range: Range<Int>, hidden: [Range<Int>])?

  init(_ sources: SourceTable) {
    self.sources = sources
    trees = DocumentTrees(sources)
  }

  /// What is hidden in a line, in order, without overlaps.
  mutating func hidden(in line: ArraySlice<UInt8>, of file: FileID) -> [Range<Int>] {
    let range = line.startIndex..<line.endIndex
    let all = hidden(around: range.lowerBound, of: file)
    let first = all.partitioningIndex { $0.upperBound > range.lowerBound }
    let values = all[first...].prefix { $0.lowerBound < range.upperBound }.map { $0.clamped(to: range) }
    return Secrets.joined(values + SecretText.credentials(in: line))
  }

  private mutating func hidden(around offset: Int, of file: FileID) -> [Range<Int>] {
    if let last, last.file == file, last.range.contains(offset) { return last.hidden }
    guard let document = trees.document(at: offset, of: file) else { return [] }
    let bytes = sources[file].bytes
    var hidden: [Range<Int>] = []
    if let root = document.root {
      var search = SecretSearch(bytes: bytes)
      search.visit(root)
      hidden = Secrets.joined(search.hidden)
    } else {
      hidden = SecretLines.hidden(in: bytes[document.range.clamped(to: bytes.indices)])
    }
    last = (file, document.range, hidden)
    return hidden
  }

  /// The union, in order.
  private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      if let last = result.last, range.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }
}

/// Collects the secret values of a document.
private struct SecretSearch {
  let bytes: [UInt8]
  private(set) var hidden: [Range<Int>] = []

  /// Below these keys words are names, whatever they are called.
  private static let names: [StaticString] = ["labels", "matchLabels", "selector", "nodeSelector", "podSelector"]
  /// What these keys hold is hidden as a whole.
  private static let values: [StaticString] = [
    "args", "command", "literals", "stringData", "binaryData", "kubectl.kubernetes.io/last-applied-configuration",
  ]

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func visit(_ node: NodeRef) {
    for item in node.items { visit(item) }
    guard node.kind == .mapping else { return }
    let holdsData = node["kind"].map { $0.hasText("ConfigMap") || $0.hasText("Secret") } ?? false
    for (key, value) in node.writtenEntries.lazy.map({ ($0.key, $0.value) }) {
      if SecretSearch.names.contains(where: key.hasText) { continue }
      if SecretSearch.values.contains(where: key.hasText) || (holdsData && key.hasText("data")) {
        hide(value)
      } else if key.hasText("env") {
        for item in value.items { if let value = item["value"] { hide(value) } }
      } else if value.kind != .mapping, !key.hasText("secretGenerator"), SecretWord.isPart(of: key.text.utf8) {
        hide(value)
      } else {
        visit(value)
      }
    }
  }

  /// Hides all scalars of a node.
  private mutating func hide(_ node: NodeRef) {
    for item in node.items { hide(item) }
    for entry in node.writtenEntries { hide(entry.value) }
    guard node.kind == .scalar else { return }
    hide(node.span)
    if let anchor = node.anchorSpan { hide(anchor) }
  }

  private mutating func hide(_ span: SourceSpan) {
    let range = Int(span.start)..<max(Int(span.start), min(Int(span.end), bytes.count))
    guard let address = SecretText.address(in: bytes[range]) else { return hidden.append(range) }
    hidden += [range.lowerBound..<address.lowerBound, address.upperBound..<range.upperBound].filter { !$0.isEmpty }
  }
}

/// Words in keys after which a secret follows.
private enum SecretWord {
  private static let words = [
    "password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "privatekey", "credential",
    "connectionstring",
  ].map { Array($0.utf8) }

  /// By bytes: every key of a document with findings is asked.
  static func isPart(of key: some Collection<UInt8>) -> Bool {
    var letters: [UInt8] = []
    letters.reserveCapacity(key.count)
    for byte in key where byte != UInt8(ascii: "_") && byte != UInt8(ascii: "-") && byte != UInt8(ascii: ".") {
      letters.append((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte)
    }
    return letters.elementsEqual("dsn".utf8) || words.contains { letters.holds($0) }
  }
}

/// Finds secrets in text that cannot be read as YAML, line by line: what follows a key that may have one is hidden up to
/// the line's end, and in a ConfigMap or a Secret what follows any key.
private enum SecretLines {
  private static let kinds = ["kind:Secret", "kind:ConfigMap"].map { Array($0.utf8) }

  static func hidden(in text: ArraySlice<UInt8>) -> [Range<Int>] {
    let lines = text.split(separator: UInt8(ascii: "\n"))
    let holdsData = lines.contains { line in
      let words = line.filter { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: ",") }
      return kinds.contains { words.holds($0) }
    }
    return lines.compactMap { line in
      var start = line.startIndex
      while let colon = line[start...].firstIndex(of: UInt8(ascii: ":")) {
        let isSecret =
          holdsData || key(in: line[start..<colon], is: "value") || key(in: line[start..<colon], is: "args")
          || key(in: line[start..<colon], is: "command") || SecretWord.isPart(of: line[start..<colon])
        start = colon + 1
        if isSecret, start < line.endIndex { return start..<line.endIndex }
      }
      return nil
    }
  }

  /// Whether the last word of a text is `word`, quoted or not.
  private static func key(in text: ArraySlice<UInt8>, is word: String) -> Bool {
    let isOther = { (byte: UInt8) in byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }
    let end = text.lastIndex { !isOther($0) }.map { $0 + 1 } ?? text.startIndex
    return text[..<end].reversed().starts(with: word.utf8.reversed())
  }
}

extension [UInt8] {
  /// Whether other bytes, of which there is one at least, stand somewhere in these. O(bytes × text).
  fileprivate func holds(_ text: [UInt8]) -> Bool {
    guard count >= text.count else { return false }
    return (0...count - text.count).contains { start in
      self[start] == text[0] && self[start..<start + text.count].elementsEqual(text)
    }
  }
}

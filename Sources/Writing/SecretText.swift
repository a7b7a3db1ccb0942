/// What may be shown of text that may hold a password: of `postgres://user:password@db.shop:5432/app`, the host and the
/// port.
package enum SecretText {
  /// What stands for all that is not shown.
  package static let mark = "…"

  /// A value of an environment variable, an argument, a ConfigMap or the like with no more than its host and port:
  /// `…db.shop:5432…`. All of it is hidden where it is not certain what the host is.
  package static func shown(_ value: String) -> String {
    let bytes = Array(value.utf8)
    guard !bytes.isEmpty else { return "" }
    guard let address = address(in: bytes[...]) else { return mark }
    return (address.lowerBound > 0 ? mark : "") + String(decoding: bytes[address], as: UTF8.self)
      + (address.upperBound < bytes.count ? mark : "")
  }

  /// Where the host and the port stand in a value, as it is written in a file: in its one URL, or the whole of
  /// `db.shop:5432`.
  package static func address(in value: ArraySlice<UInt8>) -> Range<Int>? {
    let urls = words(in: value).filter { scheme(in: $0) != nil }
    let signs = value.count { $0 == UInt8(ascii: "@") }
    if let url = urls.first {
      // A password may hold blanks and slashes; then other signs stand somewhere, and nothing is certain.
      guard urls.count == 1, value[url.range].count(where: { $0 == UInt8(ascii: "@") }) == signs else { return nil }
      return host(of: url)
    }
    guard let only = words(in: value).first, words(in: value).count == 1, signs == 0 else { return nil }
    return isAddress(only, needsPort: true) ? only.range : nil
  }

  /// What is hidden in a line of any text: URLs with a user or a password, but for their host and port.
  package static func credentials(in line: ArraySlice<UInt8>) -> [Range<Int>] {
    words(in: line).flatMap { word -> [Range<Int>] in
      guard let scheme = scheme(in: word), word[scheme.upperBound...].contains(UInt8(ascii: "@")) else { return [] }
      let url = word[scheme.lowerBound...]
      guard let host = host(of: url) else { return [url.range] }
      return [url.startIndex..<host.lowerBound, host.upperBound..<url.endIndex].filter { !$0.isEmpty }
    }
  }

  // MARK: Parts of a URL

  /// What stands between blanks and quotes.
  private static func words(in text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    text.split { $0 <= 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "`") }
  }

  /// `postgres://`, where a word has one.
  private static func scheme(in word: ArraySlice<UInt8>) -> Range<Int>? {
    let sign = Array("://".utf8)
    guard let place = word.indices.first(where: { word[$0...].starts(with: sign) }) else { return nil }
    var start = place
    while start > word.startIndex, isLetterOrDigit(word[start - 1]) || "+-.:".utf8.contains(word[start - 1]) {
      start -= 1
    }
    return start..<place + sign.count
  }

  /// The host and the port of a URL; `nil` where more than one reading is possible.
  private static func host(of url: ArraySlice<UInt8>) -> Range<Int>? {
    guard let scheme = scheme(in: url) else { return nil }
    let rest = url[scheme.upperBound...]
    guard self.scheme(in: rest) == nil else { return nil }
    let path = rest.firstIndex { "/?#\\".utf8.contains($0) } ?? rest.endIndex
    let signs = rest.indices.filter { rest[$0] == UInt8(ascii: "@") }
    guard signs.count <= 1, signs.allSatisfy({ $0 < path }) else { return nil }
    let start = signs.first.map { $0 + 1 } ?? rest.startIndex
    let end = rest[start..<path].firstIndex { ",;)}]".utf8.contains($0) && !isBracketed(rest[start..<path]) } ?? path
    return isAddress(rest[start..<end], needsPort: false) ? start..<end : nil
  }

  private static func isBracketed(_ host: ArraySlice<UInt8>) -> Bool { host.first == UInt8(ascii: "[") }

  /// Whether a text is `db.shop`, `db.shop:5432` or `[::1]:5432`.
  private static func isAddress(_ text: ArraySlice<UInt8>, needsPort: Bool) -> Bool {
    var end = text.endIndex
    var host = text
    if isBracketed(text) {
      guard let close = text.firstIndex(of: UInt8(ascii: "]")) else { return false }
      (host, end) = (text[(text.startIndex + 1)..<close], close + 1)
      guard host.allSatisfy({ isLetterOrDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }) else {
        return false
      }
    } else {
      end = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
      host = text[..<end]
      guard host.allSatisfy({ isLetterOrDigit($0) || "-._".utf8.contains($0) }) else { return false }
    }
    let port = text[end...]
    guard !host.isEmpty, port.isEmpty || port.first == UInt8(ascii: ":") else { return false }
    let digits = port.dropFirst()
    guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return false }
    return port.isEmpty ? !needsPort : (1...5).contains(digits.count)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

extension ArraySlice {
  fileprivate var range: Range<Int> { startIndex..<endIndex }
}

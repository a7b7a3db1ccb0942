/// The syntax of names, labels and ports (apimachinery/pkg/util/validation/validation.go). Each function says what is
/// wrong with a text, `nil` when nothing is.
package enum NameSyntax {
  /// `[prefix/]name`: the key of a label or an annotation.
  package static func labelKey(_ text: String) -> String? {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count <= 2 else { return "has more than one `/`" }
    if parts.count == 2 {
      if parts[0].isEmpty { return "has an empty prefix" }
      if let fault = subdomain(String(parts[0]) ?? "") { return "has a prefix that \(fault)" }
    }
    let name = parts[parts.count - 1]
    if name.isEmpty { return "has an empty name" }
    if name.count > 63 { return "has a name of more than 63 characters" }
    return isLabelName(name) ? nil : "must be letters, digits, `-`, `_` and `.`, with a letter or digit at both ends"
  }

  package static func labelValue(_ text: String) -> String? {
    if text.isEmpty { return nil }
    if text.utf8.count > 63 { return "has more than 63 characters" }
    return isLabelName(text.utf8[...])
      ? nil : "must be letters, digits, `-`, `_` and `.`, with a letter or digit at both ends"
  }

  /// The name of most objects: DNS labels joined by dots.
  package static func subdomain(_ text: String) -> String? {
    if text.utf8.count > 253 { return "has more than 253 characters" }
    let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return labels.allSatisfy(isDNSLabel)
      ? nil : "must be lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part"
  }

  /// What a name is generated from: a trailing `-` may stand for what follows (`NameIsDNSSubdomain`, which puts an `a` in
  /// place of the last two characters).
  static func generatedNameStem(_ text: String) -> String? {
    subdomain(text.count > 1 && text.hasSuffix("-") ? text.dropLast(2) + "a" : text)
  }

  /// The name of a namespace.
  package static func dnsLabel(_ text: String) -> String? {
    if text.utf8.count > 63 { return "has more than 63 characters" }
    return isDNSLabel(text.utf8[...])
      ? nil : "must be lower-case letters, digits and `-`, with a letter or digit at both ends"
  }

  /// The name of a container port.
  static func portName(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    let dash = UInt8(ascii: "-")
    guard (1...15).contains(bytes.count) else { return "must have 1 to 15 characters" }
    guard bytes.allSatisfy({ isLower($0) || isDigit($0) || $0 == dash }) else {
      return "may hold lower-case letters, digits and `-` only"
    }
    guard bytes.contains(where: isLower) else { return "needs a letter" }
    guard bytes.first != dash, bytes.last != dash, !text.contains("--") else {
      return "must not start or end with `-`, nor hold two in a row"
    }
    return nil
  }

  private static func isLower(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool { isLower(byte | 0x20) || isDigit(byte) }

  private static func isDNSLabel(_ bytes: Substring.UTF8View) -> Bool {
    guard let first = bytes.first, let last = bytes.last, isLower(first) || isDigit(first),
      isLower(last) || isDigit(last)
    else { return false }
    return bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
  }

  private static func isLabelName(_ bytes: Substring.UTF8View) -> Bool {
    guard let first = bytes.first, let last = bytes.last, isAlphanumeric(first), isAlphanumeric(last) else {
      return false
    }
    return bytes.allSatisfy {
      isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
    }
  }
}

/// A domain name of a policy for the whole cluster, or of a question: `kubernetes.io`, `*.kubernetes.io`.
package struct DomainName: Hashable, Sendable {
  /// In lower case, without a dot at the end and without the wildcard.
  private let name: String
  /// Whether it stands for all names below the name, and not for itself.
  package let isWildcard: Bool

  /// `nil` where the text is none: labels of letters, digits, hyphens and underscores, two at least. A `*` stands for whole
  /// labels, and only at the start.
  package init?(_ text: String) {
    var rest = text[...]
    isWildcard = rest.hasPrefix("*.")
    if isWildcard { rest = rest.dropFirst(2) }
    if rest.hasSuffix(".") { rest = rest.dropLast() }
    let labels = rest.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count > 1, labels.allSatisfy(DomainName.isLabel) else { return nil }
    name = rest.lowercased()
  }

  private static func isLabel(_ label: Substring) -> Bool {
    func isAlphanumeric(_ byte: UInt8) -> Bool {
      (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
    }
    guard let first = label.utf8.first, let last = label.utf8.last else { return false }
    return isAlphanumeric(first) && isAlphanumeric(last)
      && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
  }

  /// Whether everything that the other one stands for is among what this one stands for.
  package func covers(_ other: DomainName) -> Bool {
    if !isWildcard { return self == other }
    return other.name.hasSuffix(".\(name)") || other.isWildcard && other.name == name
  }
}

extension DomainName: Comparable, CustomStringConvertible {
  package var description: String { (isWildcard ? "*." : "") + name }

  package static func < (a: DomainName, b: DomainName) -> Bool { a.description < b.description }
}

package import Model

/// A port as the config writes it: `8000`, `8000/TCP`, `1-10/UDP`, `http/TCP`. The protocol is TCP where none is said.
package struct ConfigPort: Hashable, Sendable {
  package enum Number: Hashable, Sendable {
    case range(ClosedRange<UInt16>)
    case named(String)
  }

  package let number: Number
  package let transport: TransportProtocol

  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let number = parts.first, !number.isEmpty, parts.count <= 2,
      let transport = parts.count == 1 ? .tcp : TransportProtocol(rawValue: String(parts[1]))
    else { return nil }
    self.transport = transport
    let bounds = number.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = bounds.compactMap { UInt16($0) }
    if numbers.count == bounds.count, numbers.count <= 2 {
      guard let first = numbers.first, let last = numbers.last, first >= 1, first <= last else { return nil }
      self.number = .range(first...last)
    } else {
      guard number.utf8.contains(where: { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }),
        !number.contains(where: { !$0.isLetter && !$0.isNumber && $0 != "-" })
      else { return nil }
      self.number = .named(String(number))
    }
  }
}

/// A version such as `1.34` or `v0.3.1-rc.1`, as far as its numbers go.
package struct VersionNumber: Comparable, Sendable {
  private let parts: [Int]

  /// The second number; 0 where there is none.
  package var minor: Int { parts.count > 1 ? parts[1] : 0 }

  /// `nil` unless the text has one to three numbers with dots between them; `v` in front and `-…` or `+…` behind may be
  /// there.
  package init?(_ text: String) {
    let text = text.hasPrefix("v") ? text.dropFirst() : text[...]
    let core = text.prefix { $0 != "-" && $0 != "+" }
    let parts = core.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...3).contains(parts.count), !parts.contains(where: { $0.map { $0 < 0 } ?? true }) else { return nil }
    self.parts = parts.compactMap(\.self) + Array(repeating: 0, count: 3 - parts.count)
  }

  package static func < (a: VersionNumber, b: VersionNumber) -> Bool { a.parts.lexicographicallyPrecedes(b.parts) }
}

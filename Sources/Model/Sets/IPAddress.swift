/// An IPv4 or IPv6 address; an IPv4 address uses the low 32 bits.
package struct IPAddress: Hashable, Comparable, Sendable {
  package let isIPv6: Bool
  package let value: UInt128

  package init(isIPv6: Bool, value: UInt128) {
    self.isIPv6 = isIPv6
    self.value = value
  }

  /// The number of bits of its family.
  package var width: Int { isIPv6 ? 128 : 32 }

  /// IPv4 before IPv6, then by number.
  package static func < (a: IPAddress, b: IPAddress) -> Bool {
    a.isIPv6 != b.isIPv6 ? b.isIPv6 : a.value < b.value
  }

  /// Reads `10.0.0.1` or `2001:db8::1`; `nil` for anything else, zones among them.
  package static func parse(_ text: String) -> IPAddress? { AddressText(text).flatMap(\.address) }
}

extension IPAddress: CustomStringConvertible {
  /// The canonical text (RFC 5952 for IPv6: lower case, the longest run of zero groups shortened).
  package var description: String {
    guard isIPv6 else {
      return String(unsafeUninitializedCapacity: 15) { text in
        var count = 0
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
          let byte = UInt32(truncatingIfNeeded: value) >> shift & 0xFF
          var power: UInt32 = byte > 99 ? 100 : byte > 9 ? 10 : 1
          while power > 0 {
            text[count] = UInt8(ascii: "0") + UInt8(byte / power % 10)
            count += 1
            power /= 10
          }
          if shift > 0 {
            text[count] = UInt8(ascii: ".")
            count += 1
          }
        }
        return count
      }
    }
    let groups = stride(from: 112, through: 0, by: -16).map { UInt16(truncatingIfNeeded: value >> UInt128($0)) }
    var longest = 0..<0
    var start = 0
    while start < groups.count {
      var end = start
      while end < groups.count, groups[end] == 0 { end += 1 }
      if end - start > max(longest.count, 1) { longest = start..<end }
      start = max(end, start + 1)
    }
    func text(_ groups: ArraySlice<UInt16>) -> String { groups.map { String($0, radix: 16) }.joined(separator: ":") }
    if longest.isEmpty { return text(groups[...]) }
    return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
  }
}

/// Reads the text of an address as Kubernetes' lenient parser does (k8s.io/utils/internal/third_party/forked/golang/net):
/// leading zeros are accepted and read as decimal digits.
struct AddressText {
  let address: IPAddress?
  /// `010.0.0.1`: some readers take that for octal, and newer API servers refuse it.
  private(set) var hasLeadingZeros = false
  /// `::ffff:10.0.0.1`.
  var isIPv4Mapped: Bool {
    guard let address, address.isIPv6 else { return false }
    return address.value >> 32 == 0xFFFF
  }

  init?(_ text: String) { self.init(Array(text.utf8)[...]) }

  init?(_ bytes: ArraySlice<UInt8>) {
    var zeros = false
    if let value = AddressText.ipv4(bytes, &zeros) {
      address = IPAddress(isIPv6: false, value: UInt128(value))
    } else if let value = AddressText.ipv6(bytes, &zeros) {
      address = IPAddress(isIPv6: true, value: value)
    } else {
      return nil
    }
    hasLeadingZeros = zeros
  }

  private static func ipv4(_ bytes: ArraySlice<UInt8>, _ hasLeadingZeros: inout Bool) -> UInt32? {
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard let octet = decimal(part, atMost: 255) else { return nil }
      if part.count > 1, part.first == UInt8(ascii: "0") { hasLeadingZeros = true }
      value = value << 8 | UInt32(octet)
    }
    return value
  }

  private static func ipv6(_ bytes: ArraySlice<UInt8>, _ hasLeadingZeros: inout Bool) -> UInt128? {
    guard bytes.contains(UInt8(ascii: ":")) else { return nil }
    var groups: [UInt16] = []
    var ellipsis: Int?
    var rest = bytes
    if rest.starts(with: "::".utf8) {
      ellipsis = 0
      rest = rest.dropFirst(2)
    }
    while !rest.isEmpty {
      guard groups.count < 8 else { return nil }
      let digits = rest.prefix { $0 != UInt8(ascii: ":") }
      if digits.contains(UInt8(ascii: ".")) {
        guard digits.endIndex == rest.endIndex, groups.count <= 6, let tail = ipv4(digits, &hasLeadingZeros) else {
          return nil
        }
        groups += [UInt16(tail >> 16), UInt16(tail & 0xFFFF)]
        rest = rest[digits.endIndex...]
        break
      }
      guard let group = hexadecimal(digits) else { return nil }
      groups.append(group)
      rest = rest[digits.endIndex...]
      guard !rest.isEmpty else { break }
      rest = rest.dropFirst()
      guard !rest.isEmpty else { return nil }
      if rest.first == UInt8(ascii: ":") {
        guard ellipsis == nil else { return nil }
        ellipsis = groups.count
        rest = rest.dropFirst()
      }
    }
    if let ellipsis {
      guard groups.count < 8 else { return nil }
      groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: ellipsis)
    }
    guard groups.count == 8 else { return nil }
    return groups.reduce(0) { $0 << 16 | UInt128($1) }
  }

  private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt16? {
    guard !digits.isEmpty, digits.allSatisfy(isHexDigit) else { return nil }
    return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }

  /// A decimal number of at least one digit; leading zeros are accepted.
  static func decimal(_ digits: ArraySlice<UInt8>, atMost limit: Int) -> Int? {
    guard !digits.isEmpty else { return nil }
    var number = 0
    for digit in digits {
      guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
      number = number * 10 + Int(digit - UInt8(ascii: "0"))
      guard number <= limit else { return nil }
    }
    return number
  }
}

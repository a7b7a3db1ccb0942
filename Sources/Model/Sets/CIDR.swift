/// A block of addresses: those that share the first bits with its base.
package struct CIDR: Hashable, Sendable {
  /// The lowest address; its host bits are zero.
  package let base: IPAddress
  /// 0 to 32, or to 128.
  package let prefixLength: Int

  /// - Parameter address: any address of the block; its host bits are dropped.
  package init(_ address: IPAddress, prefixLength: Int) {
    base = IPAddress(isIPv6: address.isIPv6, value: address.value & ~CIDR.hostMask(address, prefixLength))
    self.prefixLength = prefixLength
  }

  package var isIPv6: Bool { base.isIPv6 }

  /// The highest address.
  package var last: IPAddress {
    IPAddress(isIPv6: isIPv6, value: base.value | CIDR.hostMask(base, prefixLength))
  }

  package func contains(_ address: IPAddress) -> Bool {
    address.isIPv6 == isIPv6 && address.value >= base.value && address.value <= last.value
  }

  /// Whether all of `other` lies inside; a block contains itself.
  package func contains(_ other: CIDR) -> Bool { other.prefixLength >= prefixLength && contains(other.base) }

  /// Whether it is `0.0.0.0/0` or `::/0`.
  package var isEverything: Bool { prefixLength == 0 }

  fileprivate static func hostMask(_ address: IPAddress, _ prefixLength: Int) -> UInt128 {
    let hostBits = address.width - prefixLength
    return hostBits >= 128 ? .max : (UInt128(1) << UInt128(hostBits)) - 1
  }

  /// Reads `10.0.0.0/8` or `2001:db8::/32`; `nil` for anything else.
  ///
  /// As lenient as the API server's parser up to 1.35: host bits, leading zeros and IPv4-mapped addresses are read and
  /// told (netutils.ParseCIDRSloppy).
  package static func parse(_ text: String) -> ParsedCIDR? {
    let bytes = Array(text.utf8)
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")), let address = AddressText(bytes[..<slash]),
      let value = address.address
    else { return nil }
    let lengthText = bytes[(slash + 1)...]
    guard let length = AddressText.decimal(lengthText, atMost: value.width) else { return nil }
    let cidr = CIDR(value, prefixLength: length)
    return ParsedCIDR(
      cidr: cidr, hasHostBits: cidr.base != value,
      hasLeadingZeros: address.hasLeadingZeros || (lengthText.count > 1 && lengthText.first == UInt8(ascii: "0")),
      isIPv4Mapped: address.isIPv4Mapped)
  }
}

extension CIDR: CustomStringConvertible {
  package var description: String { "\(base)/\(prefixLength)" }
}

/// A CIDR with what is unusual about the way that it is written.
package struct ParsedCIDR: Hashable, Sendable {
  package let cidr: CIDR
  /// `10.0.0.1/8`.
  package let hasHostBits: Bool
  /// `010.0.0.0/8` or `10.0.0.0/08`.
  package let hasLeadingZeros: Bool
  /// `::ffff:10.0.0.0/104`.
  package let isIPv4Mapped: Bool
}

/// A set of IPv4 and IPv6 addresses.
package struct AddressSet: Hashable, Sendable {
  package private(set) var ipv4 = IntervalSet<UInt32>()
  package private(set) var ipv6 = IntervalSet<UInt128>()

  package init() {}

  package init(_ cidr: CIDR) { insert(cidr) }

  package init(_ cidrs: some Sequence<CIDR>) {
    var ipv4: [ClosedRange<UInt32>] = []
    var ipv6: [ClosedRange<UInt128>] = []
    for cidr in cidrs {
      if cidr.isIPv6 {
        ipv6.append(cidr.base.value...cidr.last.value)
      } else {
        ipv4.append(UInt32(cidr.base.value)...UInt32(cidr.last.value))
      }
    }
    self.ipv4 = IntervalSet(ipv4)
    self.ipv6 = IntervalSet(ipv6)
  }

  /// The union of sets in any order.
  package init(unionOf sets: [AddressSet]) {
    ipv4 = IntervalSet(sets.flatMap(\.ipv4.ranges))
    ipv6 = IntervalSet(sets.flatMap(\.ipv6.ranges))
  }

  /// Every address of both families.
  package static let everything: AddressSet = {
    var set = AddressSet()
    set.ipv4 = IntervalSet(0...UInt32.max)
    set.ipv6 = IntervalSet(0...UInt128.max)
    return set
  }()

  package var isEmpty: Bool { ipv4.isEmpty && ipv6.isEmpty }

  package mutating func insert(_ cidr: CIDR) {
    if cidr.isIPv6 {
      ipv6.insert(cidr.base.value...cidr.last.value)
    } else {
      ipv4.insert(UInt32(cidr.base.value)...UInt32(cidr.last.value))
    }
  }

  /// The lowest address, IPv4 before IPv6.
  package var first: IPAddress? {
    if let range = ipv4.ranges.first { return IPAddress(isIPv6: false, value: UInt128(range.lowerBound)) }
    return ipv6.ranges.first.map { IPAddress(isIPv6: true, value: $0.lowerBound) }
  }

  package func contains(_ address: IPAddress) -> Bool {
    address.isIPv6 ? ipv6.contains(address.value) : ipv4.contains(UInt32(address.value))
  }

  package func isSubset(of other: AddressSet) -> Bool {
    ipv4.isSubset(of: other.ipv4) && ipv6.isSubset(of: other.ipv6)
  }

  package func intersects(_ other: AddressSet) -> Bool {
    ipv4.intersects(other.ipv4) || ipv6.intersects(other.ipv6)
  }

  package mutating func formUnion(_ other: AddressSet) {
    ipv4.formUnion(other.ipv4)
    ipv6.formUnion(other.ipv6)
  }

  package func union(_ other: AddressSet) -> AddressSet {
    var result = self
    result.formUnion(other)
    return result
  }

  package func intersection(_ other: AddressSet) -> AddressSet {
    var result = AddressSet()
    result.ipv4 = ipv4.intersection(other.ipv4)
    result.ipv6 = ipv6.intersection(other.ipv6)
    return result
  }

  package mutating func subtract(_ other: AddressSet) {
    ipv4.subtract(other.ipv4)
    ipv6.subtract(other.ipv6)
  }

  package func subtracting(_ other: AddressSet) -> AddressSet {
    var result = self
    result.subtract(other)
    return result
  }

  /// The part of one family's addresses that it holds: `(IPv4, IPv6)`, each 0 to 1.
  package var shares: (ipv4: Double, ipv6: Double) {
    let v4 = ipv4.ranges.reduce(0.0) { $0 + Double($1.upperBound - $1.lowerBound) + 1 }
    let v6 = ipv6.ranges.reduce(0.0) { $0 + Double($1.upperBound - $1.lowerBound) + 1 }
    return (v4 / 4_294_967_296, v6 / 3.402823669209384634633746e38)
  }

  /// The fewest CIDRs that hold exactly these addresses, IPv4 before IPv6, in numeric order.
  package var cidrs: [CIDR] {
    ipv4.ranges.flatMap { AddressSet.cover(UInt128($0.lowerBound), UInt128($0.upperBound), isIPv6: false) }
      + ipv6.ranges.flatMap { AddressSet.cover($0.lowerBound, $0.upperBound, isIPv6: true) }
  }

  /// Takes the largest block that starts at the lowest address left, again and again.
  private static func cover(_ first: UInt128, _ last: UInt128, isIPv6: Bool) -> [CIDR] {
    let width = isIPv6 ? 128 : 32
    var result: [CIDR] = []
    var low = first
    while true {
      var hostBits = min(low.trailingZeroBitCount, width)
      while hostBits > 0, hostBits == 128 ? last != .max : low + ((UInt128(1) << UInt128(hostBits)) - 1) > last {
        hostBits -= 1
      }
      let block = CIDR(IPAddress(isIPv6: isIPv6, value: low), prefixLength: width - hostBits)
      result.append(block)
      guard block.last.value < last else { return result }
      low = block.last.value + 1
    }
  }
}

extension AddressSet {
  package mutating func insertIPv4(_ range: ClosedRange<UInt32>) { ipv4.insert(range) }

  package mutating func insertIPv6(_ range: ClosedRange<UInt128>) { ipv6.insert(range) }
}

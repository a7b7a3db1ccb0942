import Model

/// Sets of addresses and ports against one bit for each of the numbers that the input can name; text of blocks.
enum SetFuzzer {
  static func complaint(_ bytes: [UInt8]) -> String? {
    text(String(decoding: bytes, as: UTF8.self)) ?? addresses(bytes) ?? ports(bytes)
  }

  private static func text(_ text: String) -> String? {
    guard let parsed = CIDR.parse(text) else { return nil }
    let written = "\(parsed.cidr.base)/\(parsed.cidr.prefixLength)"
    guard let again = CIDR.parse(written), again.cidr == parsed.cidr, !again.hasHostBits, !again.hasLeadingZeros else {
      return "\(text.debugDescription) is read as \(written), which is read as something else"
    }
    return nil
  }

  /// Four bytes are a step: what is done, with which of two sets, and a block of `10.0.0.0/24` or `fd00::/120`.
  private static func addresses(_ bytes: [UInt8]) -> String? {
    var sets = [AddressSet(), AddressSet()]
    var bits = Array(repeating: Array(repeating: false, count: 512), count: 2)
    for start in stride(from: 0, to: bytes.count - 3, by: 4) {
      let isIPv6 = bytes[start + 1] & 2 != 0
      let low = UInt128(bytes[start + 2])
      let address =
        isIPv6
        ? IPAddress(isIPv6: true, value: UInt128(0xFD) << 120 | low)
        : IPAddress(isIPv6: false, value: 0x0A00_0000 | low)
      let cidr = CIDR(address, prefixLength: (isIPv6 ? 120 : 24) + Int(bytes[start + 3] % 9))
      let set = AddressSet(cidr)
      let first = (isIPv6 ? 256 : 0) + Int(truncatingIfNeeded: cidr.base.value & 0xFF)
      let range = first...(first + Int(truncatingIfNeeded: cidr.last.value - cidr.base.value))
      let side = Int(bytes[start + 1] & 1)
      apply(bytes[start], &sets, side, set, { $0.subtract($1) }, { $0.formUnion($1) }, { $0.intersection($1) })
      apply(bytes[start], &bits, side, range)
    }
    for side in 0...1 {
      for number in 0..<512 {
        let value = UInt128(number & 0xFF)
        let address =
          number < 256
          ? IPAddress(isIPv6: false, value: 0x0A00_0000 | value)
          : IPAddress(isIPv6: true, value: UInt128(0xFD) << 120 | value)
        if sets[side].contains(address) != bits[side][number] { return "\(address) in \(sets[side])" }
      }
    }
    return comparison(sets[0].isSubset(of: sets[1]), sets[0].intersects(sets[1]), sets[0] == sets[1], bits)
  }

  /// The same with the ports 1 to 256 and 65280 to 65535 of TCP.
  private static func ports(_ bytes: [UInt8]) -> String? {
    func port(_ number: Int) -> UInt16 { UInt16(number < 256 ? number + 1 : 65_280 + number - 256) }
    var sets = [PortSet(), PortSet()]
    var bits = Array(repeating: Array(repeating: false, count: 512), count: 2)
    for start in stride(from: 0, to: bytes.count - 3, by: 4) {
      let half = bytes[start + 1] & 2 != 0 ? 256 : 0
      let (a, b) = (Int(bytes[start + 2]) + half, Int(bytes[start + 3]) + half)
      let range = min(a, b)...max(a, b)
      let set = PortSet(port(range.lowerBound)...port(range.upperBound), .tcp)
      let side = Int(bytes[start + 1] & 1)
      apply(bytes[start], &sets, side, set, { $0 = $0.subtracting($1) }, { $0.formUnion($1) }, { $0.intersection($1) })
      apply(bytes[start], &bits, side, range)
    }
    for side in 0...1 {
      for number in 0..<512 where sets[side].contains(port(number), .tcp) != bits[side][number] {
        return "\(port(number)) in \(sets[side])"
      }
      if sets[side].contains(1, .udp) { return "a protocol that nobody named" }
    }
    return comparison(sets[0].isSubset(of: sets[1]), sets[0].intersects(sets[1]), sets[0] == sets[1], bits)
  }

  private static func apply<Value>(
    _ step: UInt8, _ sets: inout [Value], _ side: Int, _ set: Value, _ subtract: (inout Value, Value) -> Void,
    _ unite: (inout Value, Value) -> Void, _ intersection: (Value, Value) -> Value
  ) {
    switch step % 4 {
    case 0: unite(&sets[side], set)
    case 1: subtract(&sets[side], set)
    case 2: sets[side] = intersection(sets[side], sets[1 - side])
    default: unite(&sets[side], sets[1 - side])
    }
  }

  private static func apply(_ step: UInt8, _ bits: inout [[Bool]], _ side: Int, _ range: ClosedRange<Int>) {
    switch step % 4 {
    case 0: for number in range { bits[side][number] = true }
    case 1: for number in range { bits[side][number] = false }
    case 2: for number in 0..<512 { bits[side][number] = bits[side][number] && bits[1 - side][number] }
    default: for number in 0..<512 { bits[side][number] = bits[side][number] || bits[1 - side][number] }
    }
  }

  private static func comparison(_ isSubset: Bool, _ intersects: Bool, _ isEqual: Bool, _ bits: [[Bool]]) -> String? {
    if isSubset != zip(bits[0], bits[1]).allSatisfy({ !$0 || $1 }) { return "isSubset" }
    if intersects != zip(bits[0], bits[1]).contains(where: { $0 && $1 }) { return "intersects" }
    return isEqual == (bits[0] == bits[1]) ? nil : "=="
  }
}

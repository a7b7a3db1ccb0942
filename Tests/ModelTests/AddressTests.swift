import Model
import TestSupport
import Testing

@Suite struct AddressTests {
  @Test(arguments: [
    ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("010.000.0.01", "10.0.0.1"),
    ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
    ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"), ("::ffff:10.0.0.1", "::ffff:a00:1"),
    ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
  ])
  func readsAddresses(_ text: String, _ canonical: String) {
    #expect(IPAddress.parse(text)?.description == canonical)
  }

  @Test(arguments: [
    "", "1.2.3", "1.2.3.4.5", "256.0.0.1", "1.2.3.", "1.2.3.4 ", "a.b.c.d", ":", ":::", "1::2::3", "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "fe80::1%eth0", "12345::", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "1:",
    "+1.2.3.4",
  ])
  func refusesOtherText(_ text: String) {
    #expect(IPAddress.parse(text) == nil)
  }

  @Test func cidrsTellWhatIsUnusual() throws {
    let plain = try #require(CIDR.parse("10.0.0.0/8"))
    #expect(!plain.hasHostBits && !plain.hasLeadingZeros && !plain.isIPv4Mapped)
    let hostBits = try #require(CIDR.parse("10.0.0.1/8"))
    #expect(hostBits.hasHostBits && hostBits.cidr == plain.cidr)
    #expect(CIDR.parse("10.0.0.0/08")?.hasLeadingZeros == true)
    #expect(CIDR.parse("010.0.0.0/8")?.hasLeadingZeros == true)
    #expect(CIDR.parse("::ffff:10.0.0.0/104")?.isIPv4Mapped == true)
    #expect(CIDR.parse("2001:db8::/32")?.cidr.description == "2001:db8::/32")
  }

  @Test(arguments: [
    "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/8/8", "/8", "10.0.0.0/ 8",
  ])
  func refusesWhatIsNoCIDR(_ text: String) {
    #expect(CIDR.parse(text) == nil)
  }

  @Test func familiesNeverMix() throws {
    let everyIPv6 = try #require(CIDR.parse("::/0")).cidr
    let tenth = try #require(CIDR.parse("10.0.0.0/8")).cidr
    #expect(!everyIPv6.contains(tenth))
    #expect(!AddressSet(everyIPv6).intersects(AddressSet(tenth)))
    #expect(AddressSet([everyIPv6, try #require(CIDR.parse("0.0.0.0/0")).cidr]) == .everything)
  }

  @Test func everythingLessABlockIsCoveredByTheFewestCIDRs() throws {
    var set = AddressSet(try #require(CIDR.parse("0.0.0.0/0")).cidr)
    set.subtract(AddressSet(try #require(CIDR.parse("192.0.0.0/2")).cidr))
    #expect(set.cidrs.map(\.description) == ["0.0.0.0/1", "128.0.0.0/2"])
    #expect(AddressSet.everything.cidrs.map(\.description) == ["0.0.0.0/0", "::/0"])
    #expect(set.shares.ipv4 == 0.75 && set.shares.ipv6 == 0)
  }

  @Test func coversHoldExactlyTheirSet() {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<500 {
      let blocks = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
        let isIPv6 = Bool.random(using: &generator)
        let address = IPAddress(
          isIPv6: isIPv6,
          value: isIPv6 ? .random(in: 0 ... .max, using: &generator) : .random(in: 0...0xFFFF_FFFF, using: &generator))
        return CIDR(address, prefixLength: Int.random(in: 0...address.width, using: &generator))
      }
      var set = AddressSet(blocks.dropLast())
      set.subtract(AddressSet(blocks[blocks.count - 1]))
      #expect(AddressSet(set.cidrs) == set)
    }
  }
}

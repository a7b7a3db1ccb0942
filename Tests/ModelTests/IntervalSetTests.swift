import Model
import TestSupport
import Testing

/// Interval sets are compared with plain bit arrays over the numbers 0 to 255.
@Suite struct IntervalSetTests {
  private struct Pair {
    var set: IntervalSet<UInt8>
    var bits: [Bool]

    init(using generator: inout SeededGenerator) {
      let ranges = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
        let a = UInt8.random(in: .min ... .max, using: &generator)
        let b = UInt8.random(in: .min ... .max, using: &generator)
        return Bool.random(using: &generator) ? min(a, b)...max(a, b) : a...min(.max, a | 3)
      }
      set = IntervalSet(ranges)
      bits = (0...255).map { number in ranges.contains { $0.contains(UInt8(number)) } }
    }
  }

  private func bits(_ set: IntervalSet<UInt8>) -> [Bool] { (0...255).map { set.contains(UInt8($0)) } }

  @Test func agreesWithBitArrays() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<5_000 {
      let a = Pair(using: &generator)
      let b = Pair(using: &generator)
      #expect(bits(a.set) == a.bits)
      #expect(bits(a.set.union(b.set)) == zip(a.bits, b.bits).map { $0 || $1 })
      #expect(bits(a.set.intersection(b.set)) == zip(a.bits, b.bits).map { $0 && $1 })
      #expect(bits(a.set.subtracting(b.set)) == zip(a.bits, b.bits).map { $0 && !$1 })
      #expect(a.set.isSubset(of: b.set) == zip(a.bits, b.bits).allSatisfy { !$0 || $1 })
      #expect(a.set.intersects(b.set) == zip(a.bits, b.bits).contains { $0 && $1 })
      #expect((a.set == b.set) == (a.bits == b.bits))
    }
  }

  @Test func rangesAddedOneByOneMakeTheSameSet() {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<2_000 {
      let pair = Pair(using: &generator)
      var set = IntervalSet<UInt8>()
      for number in pair.bits.indices.shuffled(using: &generator) where pair.bits[number] {
        set.insert(UInt8(number)...UInt8(number))
      }
      #expect(set == pair.set)
    }
  }

  @Test func theFirstRangeThatHoldsAnotherOneIsFound() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<2_000 {
      let ranges = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
        let bounds = [Int.random(in: 0...9, using: &generator), Int.random(in: 0...9, using: &generator)]
        return bounds.min()!...bounds.max()!
      }
      let expected = ranges.indices.map { number in
        ranges.indices.first { other in
          other != number && ranges[other].lowerBound <= ranges[number].lowerBound
            && ranges[other].upperBound >= ranges[number].upperBound
            && (ranges[other] != ranges[number] || other < number)
        }
      }
      #expect(Containment.firstOuter(of: ranges) == expected)
    }
  }

  @Test func rangesThatTouchBecomeOne() {
    #expect(IntervalSet<UInt16>([1...2, 3...4]).ranges == [1...4])
    #expect(IntervalSet<UInt16>([1...2, 4...5]).ranges == [1...2, 4...5])
  }

  @Test func theHighestNumberIsNoSpecialCase() {
    var set = IntervalSet<UInt8>([200...255, 255...255])
    #expect(set.ranges == [200...255])
    set.subtract(IntervalSet(250...255))
    #expect(set.ranges == [200...249])
    set.formUnion(IntervalSet(0...255))
    #expect(set.ranges == [0...255])
  }
}

@Suite struct PortSetTests {
  @Test func protocolsAreKeptApart() {
    let dns = PortSet(53...53, .udp)
    #expect(!dns.contains(53, .tcp))
    #expect(dns.isSubset(of: .all))
    #expect(!PortSet(53...53, .tcp).isSubset(of: dns))
    #expect(PortSet.all.subtracting(dns).udp.ranges == [1...52, 54...65535])
  }

  @Test func textNamesRangesInOrder() {
    var set = PortSet(8000...8010, .tcp)
    set.insert(80...80, .tcp)
    set.insert(53...53, .udp)
    #expect(set.text == "TCP 80, 8000-8010; UDP 53")
    #expect(PortSet().text.isEmpty)
  }
}

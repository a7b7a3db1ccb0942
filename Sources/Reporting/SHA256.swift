/// The SHA-256 hash of FIPS 180-4, for identifying things; a digest of its own keeps a cryptography library out.
package enum SHA256 {
  /// The 32 bytes of the hash; O(bytes).
  package static func hash(_ message: [UInt8]) -> [UInt8] {
    let words = words(of: message)
    return (0..<32).map { UInt8(truncatingIfNeeded: words[$0 / 4] >> (24 - 8 * UInt32($0 % 4))) }
  }

  /// The first `digits` hexadecimal digits of the hash, in lower case; at most 64.
  package static func hexDigits(_ digits: Int, of message: [UInt8]) -> String {
    let words = words(of: message)
    return String(unsafeUninitializedCapacity: digits) { text in
      for place in 0..<digits {
        let digit = UInt8(truncatingIfNeeded: words[place / 8] >> (28 - 4 * UInt32(place % 8))) & 15
        text[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
      }
      return digits
    }
  }

  private typealias Words = SIMD8<UInt32>

  private static func words(of message: [UInt8]) -> Words {
    var state = Words(
      0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)
    message.withUnsafeBytes { message in
      let whole = message.count & ~63
      for block in stride(from: 0, to: whole, by: 64) { add(message, at: block, to: &state) }
      // What is left, a bit, zeros, and the number of bits.
      withUnsafeTemporaryAllocation(byteCount: 128, alignment: 8) { end in
        let left = message.count - whole
        end.initializeMemory(as: UInt8.self, repeating: 0)
        end.copyMemory(from: UnsafeRawBufferPointer(rebasing: message[whole...]))
        end[left] = 0x80
        let count = left < 56 ? 64 : 128
        end.storeBytes(of: (UInt64(message.count) * 8).bigEndian, toByteOffset: count - 8, as: UInt64.self)
        for block in stride(from: 0, to: count, by: 64) { add(UnsafeRawBufferPointer(end), at: block, to: &state) }
      }
    }
    return state
  }

  /// Hashes one block of 64 bytes.
  private static func add(_ bytes: UnsafeRawBufferPointer, at start: Int, to state: inout Words) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
      for index in 0..<16 {
        schedule[index] = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 4 * index, as: UInt32.self))
      }
      for index in 16..<64 {
        let a = schedule[index - 15]
        let b = schedule[index - 2]
        let s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >> 3)
        let s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >> 10)
        schedule[index] = schedule[index - 16] &+ s0 &+ schedule[index - 7] &+ s1
      }
      roundConstants.withUnsafeBufferPointer { constants in
        // The sums that the rounds begin with: what is left of them needs few registers.
        for index in 0..<64 { schedule[index] &+= constants[index] }
      }
      state &+= compressed(schedule, state)
    }
  }

  private static func compressed(_ sums: UnsafeMutableBufferPointer<UInt32>, _ state: Words) -> Words {
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    // Eight rounds at once, so that each word is back in its place.
    for index in stride(from: 0, to: 64, by: 8) {
      round(a, b, c, &d, e, f, g, &h, sums[index])
      round(h, a, b, &c, d, e, f, &g, sums[index + 1])
      round(g, h, a, &b, c, d, e, &f, sums[index + 2])
      round(f, g, h, &a, b, c, d, &e, sums[index + 3])
      round(e, f, g, &h, a, b, c, &d, sums[index + 4])
      round(d, e, f, &g, h, a, b, &c, sums[index + 5])
      round(c, d, e, &f, g, h, a, &b, sums[index + 6])
      round(b, c, d, &e, f, g, h, &a, sums[index + 7])
    }
    return Words(a, b, c, d, e, f, g, h)
  }

  @inline(__always)
  private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32,
    _ h: inout UInt32, _ sum: UInt32
  ) {
    h &+= (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ (g ^ (e & (f ^ g))) &+ sum
    d &+= h
    h &+= (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ ((a & b) | (c & (a | b)))
  }

  @inline(__always)
  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word &>> count | word &<< (32 &- count) }

  private static let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}

/// Text in UTF-16 or UTF-32 that a byte order mark announces.
enum EncodedText {
  /// The text in UTF-8, without the mark; `nil` where the bytes begin with no such mark. What is no character is
  /// replaced, as kubectl does (golang.org/x/text/encoding/unicode). O(bytes).
  static func utf8(_ bytes: [UInt8]) -> [UInt8]? {
    switch (bytes.first, bytes.dropFirst().first) {
    case (0xFF, 0xFE):
      bytes.dropFirst(2).starts(with: [0, 0])
        ? Array(String(decoding: units(bytes.dropFirst(4), UInt32.init(littleEndian:)), as: UTF32.self).utf8)
        : Array(String(decoding: units(bytes.dropFirst(2), UInt16.init(littleEndian:)), as: UTF16.self).utf8)
    case (0xFE, 0xFF):
      Array(String(decoding: units(bytes.dropFirst(2), UInt16.init(bigEndian:)), as: UTF16.self).utf8)
    case (0x00, 0x00) where bytes.starts(with: [0, 0, 0xFE, 0xFF]):
      Array(String(decoding: units(bytes.dropFirst(4), UInt32.init(bigEndian:)), as: UTF32.self).utf8)
    default: nil
    }
  }

  /// The code units of a text; bytes at its end that make none are one that stands for no character.
  private static func units<Unit: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, _ unit: (Unit) -> Unit) -> [Unit] {
    let size = MemoryLayout<Unit>.size
    var units = [Unit](unsafeUninitializedCapacity: bytes.count / size) { buffer, count in
      bytes.withUnsafeBytes { raw in
        for index in 0..<bytes.count / size {
          buffer.initializeElement(at: index, to: unit(raw.loadUnaligned(fromByteOffset: index * size, as: Unit.self)))
        }
      }
      count = bytes.count / size
    }
    if bytes.count % size != 0 { units.append(0xFFFD) }
    return units
  }
}

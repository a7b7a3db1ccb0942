import Diagnostics
import Testing

/// Files in UTF-16 and UTF-32 are their text in UTF-8.
@Suite struct EncodedTextTests {
  private func file(_ bytes: [UInt8]) -> SourceFile { SourceFile(id: FileID(0), path: "a", bytes: bytes) }

  private static let text = "kind: X # ä 日本 😀\r\n"

  @Test func everyEncodingWithAMarkIsDecoded() {
    let marked = "\u{FEFF}" + Self.text
    let units = Array(marked.utf16)
    let scalars = marked.unicodeScalars.map(\.value)
    let encoded: [[UInt8]] = [
      units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] },
      scalars.flatMap { scalar in [0, 8, 16, 24].map { UInt8(scalar >> $0 & 0xFF) } },
      scalars.flatMap { scalar in [24, 16, 8, 0].map { UInt8(scalar >> $0 & 0xFF) } },
    ]
    for bytes in encoded {
      #expect(file(bytes).bytes == Array(Self.text.utf8) && file(bytes).isRecoded)
    }
  }

  @Test(
    arguments: [
      [], [0xFF], [0xFE], [0x00, 0x00, 0xFE], [0xEF, 0xBB, 0xBF, 0x61], [0x61, 0xFF, 0xFE], [0x61, 0x00],
    ] as [[UInt8]])
  func otherBytesStayAsTheyAre(bytes: [UInt8]) { #expect(file(bytes).bytes == bytes && !file(bytes).isRecoded) }

  @Test(
    arguments: [
      ([0xFF, 0xFE], ""), ([0xFF, 0xFE, 0x61, 0x00, 0x62], "a\u{FFFD}"),
      ([0xFE, 0xFF, 0xD8, 0x3D, 0x00, 0x61], "\u{FFFD}a"),
      ([0xFF, 0xFE, 0x00, 0x00, 0x00, 0xD8, 0x00, 0x00], "\u{FFFD}"),
      ([0x00, 0x00, 0xFE, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0x61], "\u{FFFD}\u{FFFD}"),
    ] as [([UInt8], String)])
  func whatIsNoCharacterIsReplaced(bytes: [UInt8], text: String) {
    #expect(String(decoding: file(bytes).bytes, as: UTF8.self) == text)
  }
}

import Input
import SystemPackage
import Testing

@Suite struct ArgumentTextTests {
  @Test(arguments: [
    Array("k8s/ä漢.yaml".utf8), [0x61, 0xFF, 0x2E], [0xC3], [0xF0, 0x9F], [0xED, 0xA0, 0x80], [],
    Array("\u{10FEFF}\u{10FE80}".utf8), [0xFF] + Array("\u{10FEFF}".utf8),
  ])
  func noByteIsLost(_ bytes: [UInt8]) {
    #expect(ArgumentText.bytes(of: ArgumentText.keeping(bytes)) == bytes)
    if bytes.isEmpty { return }
    #expect(FilePath(argument: ArgumentText.keeping(bytes)).bytes == bytes)
  }

  @Test func textStaysAsItIsAndOtherBytesAreShown() {
    #expect(ArgumentText.keeping(Array("k8s/ä漢.yaml".utf8)) == "k8s/ä漢.yaml")
    #expect(ArgumentText.shown(ArgumentText.keeping([0x61, 0xFF, 0xC3, 0x62])) == "a%FF%C3b")
  }

  @Test func aHyphenAloneIsStandardInput() {
    #expect(InputPath("-").isStandardInput && !InputPath("./-").isStandardInput && !InputPath("-/").isStandardInput)
    #expect(InputPath("k8s//").description == "k8s//")
  }
}

import Input
import SystemPackage
import Testing

@Suite struct IgnorePatternsTests {
  private func ignores(_ text: String, _ path: String, isDirectory: Bool = false) -> Bool? {
    IgnorePatterns(Array(text.utf8), in: "/repo").ignores(FilePath("/repo/" + path), isDirectory: isDirectory)
  }

  @Test func theLastPatternThatSpeaksCounts() {
    #expect(ignores("*.yaml\n!keep.yaml\n", "a/b.yaml") == true)
    #expect(ignores("*.yaml\n!keep.yaml\n", "a/keep.yaml") == false)
    #expect(ignores("*.yaml\n", "a/b.json") == nil)
  }

  @Test func commentsBlanksAndLineEndsArePartsOfNoPattern() {
    #expect(ignores("\u{FEFF}a.yaml  \r\n# b.yaml\n\n", "a.yaml") == true)
    #expect(ignores("# b.yaml\n", "b.yaml") == nil)
    #expect(ignores("a\\ \n", "a ") == true)
  }

  @Test func aSlashAtTheEndMeansFolders() {
    #expect(ignores("out/\n", "out", isDirectory: true) == true)
    #expect(ignores("out/\n", "out") == nil)
  }
}

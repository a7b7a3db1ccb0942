import Fixing
import Testing
import Writing

/// What `--diff` prints.
@Suite struct UnifiedDiffTests {
  private func diff(_ old: String, _ new: String, showsOnly: Bool = false) -> String {
    var out = ByteWriter()
    UnifiedDiff(Array(old.utf8), Array(new.utf8)).write(path: "a.yaml", showsOnly: showsOnly, to: &out)
    return String(decoding: out.bytes, as: UTF8.self)
  }

  @Test func equalTextsHaveNone() { #expect(diff("a\n", "a\n").isEmpty) }

  @Test func aChangeStandsBetweenThreeLines() {
    let old = (1...9).map { "\($0)\n" }.joined()
    #expect(
      diff(old, old.replacing("5\n", with: "five\n"))
        == "--- a.yaml\n+++ a.yaml\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n")
  }

  @Test func changesThatAreFarApartHaveHunksOfTheirOwn() {
    let old = (1...20).map { "\($0)\n" }.joined()
    let new = old.replacing("2\n3\n", with: "3\n").replacing("\n19\n", with: "\n19\nnew\n")
    #expect(
      diff(old, new) == """
        --- a.yaml
        +++ a.yaml
        @@ -1,5 +1,4 @@
         1
        -2
         3
         4
         5
        @@ -17,4 +16,5 @@
         17
         18
         19
        +new
         20

        """)
  }

  @Test func linesWithoutAnEndAreMarked() {
    #expect(
      diff("a", "a\nb") == """
        --- a.yaml
        +++ a.yaml
        @@ -1 +1,2 @@
        -a
        \\ No newline at end of file
        +a
        +b
        \\ No newline at end of file

        """)
  }

  @Test func lineEndsStayAndControlCharactersAreShownOnATerminal() {
    #expect(diff("a\r\n", "b\r\n").hasSuffix("-a\r\n+b\r\n"))
    #expect(diff("a\u{1B}[2J\n", "b\n", showsOnly: true).contains("\u{1B}") == false)
  }
}

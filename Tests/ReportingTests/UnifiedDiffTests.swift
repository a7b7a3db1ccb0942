import Diagnostics
import Reporting
import Testing
import Writing

/// What `--diff` prints.
@Suite struct UnifiedDiffTests {
  private func diff(_ old: String, _ new: String) -> String {
    var out = ByteWriter()
    let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: Array(old.utf8))
    UnifiedDiff(file, Array(new.utf8)).write(SourceTable([file]), to: &out)
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

  @Test func lineEndsAndTabsStay() {
    #expect(diff("a\t1\r\n", "b\t2\r\n").hasSuffix("-a\t1\r\n+b\t2\r\n"))
  }

  @Test func nothingOfTheTextIsObeyed() {
    for text in ["a\u{1B}[2J", "a\rb", "\t##[error]x", "\u{202E}a"] {
      let lines = diff("\(text)\n1\n", "\(text)\n2\n")
      #expect(!lines.utf8.contains(0x1B) && !lines.utf8.contains(0x0D) && !lines.contains("##[error]"))
      #expect(!lines.unicodeScalars.contains("\u{202E}") && lines.contains("-1\n+2\n"))
    }
  }

  @Test func passwordsAreNotShownAroundAChange() {
    let old = "a: 1\npassword: hunter2\nb: 1\nc: 1\nd: 1\n"
    #expect(
      diff(old, old.replacing("c: 1", with: "c: 2"))
        == "--- a.yaml\n+++ a.yaml\n@@ -3,3 +3,3 @@\n b: 1\n-c: 1\n+c: 2\n d: 1\n")
    let url = "x: postgres://me:hunter2@db:5432/a\n"
    #expect(diff("1\n" + url, "2\n" + url) == "--- a.yaml\n+++ a.yaml\n@@ -1 +1 @@\n-1\n+2\n")
  }
}

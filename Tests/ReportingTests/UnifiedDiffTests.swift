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

  /// What takes time with the square of the lines would take minutes.
  @Test func muchThatIsAddedIsNotComparedWithItself() {
    let many = (0..<40_000).map { "added \($0 % 777)\n" }.joined()
    #expect(diff("a\n", "a\n" + many).hasPrefix("--- a.yaml\n+++ a.yaml\n@@ -1 +1,40001 @@\n a\n+added 0\n"))
    let old = (0..<10_000).map { "name: \($0)\nkind: a\n" }.joined()
    let lines = diff(old, old.replacing("\nkind: a\n", with: "\nkind: b\nnew: c\n"))
      .split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("-") } == 10_001 && lines.count { $0.hasPrefix("+") } == 20_001)
    #expect(lines.count { $0.hasPrefix(" name") } == 10_000)
  }

  /// As few lines change as there have to, also where a text is too long to be compared exactly.
  @Test func longTextsAreHeldTogetherByTheirLines() {
    func text(_ changed: Set<Int>) -> String {
      (0..<900).map { "name: \($0)\nkind: a\n" + (changed.contains($0) ? "new: \($0)\n" : "") }.joined()
    }
    let lines = diff(text([3, 500]), text([4, 500, 898])).split(separator: "\n")
    #expect(
      lines.filter { $0.hasPrefix("-") || $0.hasPrefix("+") }.dropFirst(2) == ["-new: 3", "+new: 4", "+new: 898"])
    // The same documents in another order.
    let parts = (0..<600).map { "a: \($0)\nb: 1\nc: 1\n" }
    let moved = diff(parts.joined(), (parts[300...] + parts[..<300]).joined()).split(separator: "\n")
    #expect(moved.count { $0.hasPrefix("-a") } == 300 && moved.count { $0.hasPrefix("+a") } == 300)
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

import Testing
import Writing

@Suite struct SafeTextTests {
  @Test func onlyTheSourceWritesLineEnds() {
    let name = "a\nb\u{1B}[31m\u{9B}\u{7F}\u{202E}\u{2028}\r"
    let text: SafeText = "first \(name)\nsecond \(3)"
    #expect(text.text == #"first a\nb\u{1b}[31m\u{9b}\u{7f}\u{202e}\u{2028}\r"# + "\nsecond 3")
    let both: SafeText = "\(text)\(SafeText(escaping: name))"
    #expect(both.text == text.text + #"a\nb\u{1b}[31m\u{9b}\u{7f}\u{202e}\u{2028}\r"#)
  }

  @Test func partsAreJoined() {
    let parts: [SafeText] = ["a", SafeText(escaping: "\n"), ""]
    #expect(parts.joined(separator: ", ").text == #"a, \n, "#)
    #expect([SafeText]().joined(separator: ", ").text.isEmpty)
  }
}

@Suite struct PlainMarkdownTests {
  @Test(arguments: ["a*b_`c`", "# x", "[x](http://e.example/)<b>&|~$!", "@someone", "&#35; &# &#x;", "é😀", ""])
  func whatIsEscapedReadsAsItIs(_ text: String) {
    #expect(Markdown.plain(Markdown.escaped(text)) == DisplayText.escaped(text))
    #expect(Markdown.plain("**\(Markdown.escaped(text))**") == DisplayText.escaped(text))
  }

  @Test func markupGoesAndCodeStays() {
    let text = "## Reported\n\n**Why.** `a` *b*\n\n```yaml\na: *b # `c`\n```\n- d"
    #expect(Markdown.plain(text) == "Reported\n\nWhy. a b\n\na: *b # `c`\n- d")
  }
}

/// What CI systems would obey in a log.
@Suite struct LogCommandTests {
  @Test(arguments: [
    ("::error::x", #"\u{3a}:error::x"#),
    (" \u{3000}::set-env name=a::x", " \u{3000}" + #"\u{3a}:set-env name=a::x"#),
    ("\u{AD}:\u{AD}:error::x", "\u{AD}" + #"\u{3a}"# + "\u{AD}:error::x"),
    ("a ::error::x", "a ::error::x"),
    ("::/0", "::/0"), ("::1", "::1"), ("::", "::"),
    ("# ##[error]x", #"# #\u{23}[error]x"#),
    ("###[error]x", #"##\u{23}[error]x"#),
    ("##vso[task.complete]", #"#\u{23}vso[task.complete]"#),
    ("#\u{AD}#[error]", "#\u{AD}" + #"\u{23}[error]"#),
    ("## a heading", "## a heading"), ("##v", "##v"), ("a##[", #"a#\u{23}["#),
  ])
  func areShownAndNotObeyed(_ text: String, _ expected: String) {
    #expect(DisplayText.escaped(text) == expected)
    #expect(DisplayText.escaped(expected) == expected)
  }

  @Test func sourceLinesHoldNone() {
    let line = DisplayText(line: Array("a: b ##vso[x] # ##[y]".utf8)[...])
    #expect(line.text == #"a: b #\u{23}vso[x] # #\u{23}[y]"# && line.cells == line.text.utf8.count)
  }
}

@Suite struct CSVTests {
  @Test(arguments: [
    ("a", "a"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\r\nb", #"a\r\nb"#), ("=1+1", "'=1+1"),
    ("@a,b", "\"'@a,b\""), ("", ""),
  ])
  func fieldsStayFields(_ text: String, _ field: String) {
    #expect(CSV.field(text) == field)
  }
}

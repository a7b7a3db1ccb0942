import Foundation
import Testing
import Writing

@Suite struct WriterTests {
  private struct SinkFailure: Error {}

  @Test func bytesReachTheSinkInOrderAndInChunks() throws {
    var received: [UInt8] = []
    var chunks = 0
    var out = ByteWriter { chunk in
      received += chunk
      chunks += 1
    }
    let line = String(repeating: "x", count: 999) + "\n"
    for _ in 0..<200 { out.append(line) }
    let beforeFlush = chunks
    try out.flush()
    #expect(received == Array(String(repeating: line, count: 200).utf8))
    #expect(beforeFlush > 1 && chunks == beforeFlush + 1 && out.count == 200_000)
  }

  @Test func aFailingSinkIsNotCalledAgainAndItsErrorIsThrownAtTheEnd() {
    var calls = 0
    var out = ByteWriter { _ in
      calls += 1
      throw SinkFailure()
    }
    for _ in 0..<200 { out.append(String(repeating: "x", count: 1000)) }
    #expect(out.failed && calls == 1)
    do {
      try out.flush()
      Issue.record("flush must throw")
    } catch {
      #expect(error is SinkFailure)
    }
  }

  private func json(_ lineDepth: Int = 0, _ body: (inout JSONWriter) -> Void) -> String {
    var out = ByteWriter()
    out.json(lineDepth: lineDepth, body)
    return String(decoding: out.bytes, as: UTF8.self)
  }

  private func nested(_ json: inout JSONWriter) {
    json.object { json in
      json.member("z", 1)
      json.array("a") { json in
        json.object { $0.member("x", nil as String?) }
        json.array { _ in }
        json.value(true)
      }
      json.object("empty") { _ in }
    }
  }

  @Test func keysKeepTheOrderOfTheCalls() {
    #expect(json(0, nested) == #"{"z":1,"a":[{"x":null},[],true],"empty":{}}"# + "\n")
  }

  @Test func containersBreakLinesDownToTheGivenDepth() {
    #expect(
      json(1, nested) == """
        {
          "z": 1,
          "a": [{"x":null},[],true],
          "empty": {}
        }

        """)
    #expect(
      json(.max, nested) == """
        {
          "z": 1,
          "a": [
            {
              "x": null
            },
            [],
            true
          ],
          "empty": {}
        }

        """)
  }

  @Test func everyScalarSurvivesAStandardParser() throws {
    let text = String(String.UnicodeScalarView((0..<0x300).compactMap(Unicode.Scalar.init))) + "\u{2028}漢👩‍👩‍👧\u{10FFFF}"
    let written = json { $0.array { $0.value(text) } }
    let parsed = try JSONSerialization.jsonObject(with: Data(written.utf8)) as? [String]
    #expect(parsed?.first.map { Array($0.utf8) } == Array(text.utf8))
    #expect(written.utf8.allSatisfy { $0 >= 0x20 || $0 == UInt8(ascii: "\n") })
  }

  @Test func escapesStandWhereverTheyAreNeededInATextOfAnyLength() {
    let escapes = [
      "\"": "\\\"", "\\": "\\\\", "\u{1F}": "\\u001f", "\u{7F}": "\\u007f", "##": "#\\u0023", "# #": "# #", "é": "é",
    ]
    for length in 0..<20 {
      for (text, escaped) in escapes {
        for place in 0...length {
          let (before, after) = (
            String(repeating: "a", count: place), String(repeating: "~", count: length - place) + "-"
          )
          #expect(json { $0.value(before + text + after + text) } == "\"\(before)\(escaped)\(after)\(escaped)\"\n")
        }
      }
    }
  }

  @Test func numbersAreWrittenInAllTheirDigits() {
    for number in [0, 9, 10, 99, 100, 12_345, -1, -10, .max, .min] {
      #expect(json { $0.value(number) } == "\(number)\n")
    }
  }

  @Test func whatATerminalOrALogWouldObeyIsEscaped() throws {
    let text = "\u{7F}\u{85}\u{9B}\u{202E}\u{2066}\u{2028}\u{2029}\u{FEFF}\u{E0041} ##[error]é ##vso[a] ## #\u{AD}#"
    let written = json { $0.value(text) }
    #expect(
      written == #""\u007f\u0085\u009b\u202e\u2066\u2028\u2029\ufeff\udb40\udc41 #\u0023[error]é #\u0023vso[a] "#
        + #"#\u0023 #\u00ad\u0023""# + "\n")
    let parsed = try JSONSerialization.jsonObject(with: Data(written.utf8), options: .fragmentsAllowed)
    #expect((parsed as? String).map { Array($0.utf8) } == Array(text.utf8))
  }
}

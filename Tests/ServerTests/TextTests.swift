import Testing

@testable import Server

@Suite struct TextTests {
  @Test func messagesAreFoundHoweverTheBytesArrive() {
    let first = MessageStream.framed(Array(#"{"a":1}"#.utf8))
    let second = MessageStream.framed(Array("{}".utf8))
    let more = Array("content-length:2\r\nContent-Type: application/vscode-jsonrpc; charset=\"utf8\"\r\n\r\n[]".utf8)
    let all = first + second + more
    for size in [1, 2, 3, 7, 50, all.count] {
      var stream = MessageStream()
      var found: [MessageStream.Part] = []
      for start in stride(from: 0, to: all.count, by: size) {
        stream.append(all[start..<min(start + size, all.count)])
        while let part = stream.next() { found.append(part) }
      }
      #expect(found == [.message(Array(#"{"a":1}"#.utf8)), .message(Array("{}".utf8)), .message(Array("[]".utf8))])
    }
  }

  @Test(arguments: [
    "Content-Length: x\r\n\r\n{}", "Content-Length: -1\r\n\r\n", "\r\n\r\n", "Content-Length: 99999999999\r\n\r\n",
    String(repeating: "x", count: 5000), "Content-Length: +2\r\n\r\n{}", "Content-Length: 1 2\r\n\r\n",
    "X: y\r\n\r\n{}",
    "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "Content-Length: \r\n\r\n",
    "nonsense\r\nContent-Length: 2\r\n\r\n{}",
    "Content-Length: 2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-16\r\n\r\n{}",
  ])
  func whatIsNoMessageBreaksTheStream(_ text: String) {
    var stream = MessageStream()
    stream.append(text.utf8)
    #expect(stream.next() == .broken)
    stream.append(MessageStream.framed([0x7B, 0x7D]))
    #expect(stream.next() == nil)
  }

  /// `é` takes two bytes and one unit of UTF-16, `😀` four and two.
  @Test func positionsCountAsTheClientDoes() {
    let text = Array("aé😀b\r\ncd\re\n".utf8)
    let utf16 = TextPositions(text, .utf16)
    let utf8 = TextPositions(text, .utf8)
    #expect(utf16.position(of: 7) == TextPosition(line: 0, character: 4))
    #expect(utf8.position(of: 7) == TextPosition(line: 0, character: 7))
    #expect(utf16.lineCount == 4)
    for offset in [0, 1, 3, 7, 8, 10, 11, 12, 13, 14, 15] {
      #expect(utf16.offset(of: utf16.position(of: offset)) == min(offset, 15), "\(offset)")
      #expect(utf8.offset(of: utf8.position(of: offset)) == min(offset, 15), "\(offset)")
    }
    // Behind the end of a line is its end; inside of a character is its end.
    #expect(utf16.offset(of: TextPosition(line: 0, character: 99)) == 8)
    #expect(utf16.offset(of: TextPosition(line: 0, character: 3)) == 7)
    #expect(utf16.offset(of: TextPosition(line: 9, character: 0)) == text.count)
    #expect(utf16.offset(of: TextPosition(line: -1, character: 0)) == 0)
    #expect(utf16.offset(of: TextPosition(line: 1, character: .max)) == 12)
    #expect(utf8.offset(of: TextPosition(line: 1, character: .max)) == 12)
    #expect(utf8.offset(of: TextPosition(line: 0, character: 2)) == 3)
    // A byte order mark is before the first character.
    let marked: [UInt8] = [0xEF, 0xBB, 0xBF, 0x61]
    #expect(TextPositions(marked, .utf16).position(of: 3) == TextPosition(line: 0, character: 0))
    #expect(TextPositions(marked, .utf16, isOpen: true).position(of: 3) == TextPosition(line: 0, character: 1))
  }

  @Test(arguments: [
    ("/a b/ä%.yaml", "file:///a%20b/%C3%A4%25.yaml"), ("/k8s/x.yaml", "file:///k8s/x.yaml"), ("/a\nb", "file:///a%0Ab"),
  ])
  func pathsBecomeURIsAndBack(_ path: String, _ uri: String) {
    #expect(DocumentURI.uri(path) == uri)
    #expect(DocumentURI.path(uri) == path)
  }

  @Test func otherURIsAreNoFiles() {
    #expect(DocumentURI.path("untitled:Untitled-1") == nil)
    #expect(DocumentURI.path("file://server/share") == nil)
    #expect(DocumentURI.path("file://localhost/a") == "/a")
    #expect(DocumentURI.path("file:///%ff") == nil)
    #expect(DocumentURI.path("file:///a%00") == nil)
    #expect(DocumentURI.path("http:///a") == nil)
  }

  @Test(arguments: [
    ("FILE:///a", "/a"), ("file:/a", "/a"), ("file:///a/../b/./c", "/b/c"), ("file:///a?x#L3", "/a"),
    ("file:///%+1%2", "/%+1%2"), ("file:///a%2Fb%3f", "/a/b?"), ("file:///w/", "/w"),
  ])
  func uRIsAreReadAsTheyAreMeant(_ uri: String, _ path: String) {
    #expect(DocumentURI.path(uri) == path)
  }

  @Test(
    arguments: [
      ("abc", "abXc", "X"), ("abc", "abc", nil), ("", "x", "x"), ("aé", "aè", "è"), ("x\n", "", ""), ("aa", "aaa", "a"),
    ] as [(String, String, String?)])
  func aChangeIsAsSmallAsItCanBe(_ old: String, _ new: String, _ text: String?) {
    let change = TextChange(from: Array(old.utf8), to: Array(new.utf8))
    #expect(change?.text == text)
    guard let change else { return }
    var bytes = Array(old.utf8)
    bytes.replaceSubrange(change.range, with: Array(change.text.utf8))
    #expect(bytes == Array(new.utf8))
  }

  @Test func keysAreFoundByIndentation() {
    let lines = ["spec:", "  ingress:", "  - from:", "    - podSelector:", "        matchLabels:", "          "]
    func path(_ number: Int, _ before: String) -> [String] {
      KeyPath.enclosing({ lines[$0] }, number, before: before)
    }
    #expect(path(5, "          ") == ["spec", "ingress", "from", "podSelector", "matchLabels"])
    #expect(path(2, "  - ") == ["spec", "ingress"])
    #expect(path(1, "  ") == ["spec"])
    #expect(path(0, "") == [])
  }
}

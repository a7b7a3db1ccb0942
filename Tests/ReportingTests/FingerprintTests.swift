import Diagnostics
import Reporting
import Testing

@Suite struct SHA256Tests {
  private func digest(_ text: String) -> String { SHA256.hexDigits(64, of: Array(text.utf8)) }

  @Test func theExamplesOfTheStandardComeOut() {
    #expect(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      digest(String(repeating: "a", count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func lengthsAroundABlockAreDistinct() {
    let digests = (50...130).map { digest(String(repeating: "a", count: $0)) }
    #expect(Set(digests).count == digests.count)
    #expect(digests[14] == "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb")
  }
}

@Suite struct FingerprintTests {
  private func finding(
    _ rule: RuleID = "NP203", name: String = "p", path: String = "spec", key: String = "", at start: UInt32 = 0,
    file: Int = 0, message: String = "m"
  ) -> Finding {
    Finding(
      rule: rule, severity: .error, message: message,
      at: Place(
        SourceSpan(file: FileID(file), start: start, end: start + 1),
        of: ObjectReference(group: "g", kind: "K", namespace: "n", name: name), path: path), .key(key))
  }

  @Test func theFieldsAreJoinedByNUL() {
    let expected = SHA256.hexDigits(32, of: Array("v1\0NP203\0g\0K\0n\0p\0spec\0c".utf8))
    #expect(Fingerprint.of(finding(key: "c"), contentPath: "spec") == expected)
  }

  @Test func placeAndMessageDoNotCountButRuleObjectPathAndKeyDo() {
    let base = Fingerprint.of(finding(), contentPath: "a")
    #expect(Fingerprint.of(finding(at: 7, file: 3, message: "other"), contentPath: "a") == base)
    let others = [
      Fingerprint.of(finding("NP204"), contentPath: "a"), Fingerprint.of(finding(name: "q"), contentPath: "a"),
      Fingerprint.of(finding(), contentPath: "b"), Fingerprint.of(finding(key: "k"), contentPath: "a"),
    ]
    #expect(Set(others + [base]).count == 5)
  }

  @Test func listIndicesAreReplacedByTheHashOfTheItem() {
    var asked: [String] = []
    let path = Fingerprint.contentPath(of: "spec.ingress[0].from[12].podSelector") { prefix in
      asked.append(String(decoding: prefix, as: UTF8.self))
      return Fingerprint.digest(of: Array("{}".utf8))
    }
    #expect(asked == ["spec.ingress[0]", "spec.ingress[0].from[12]"])
    #expect(path == "spec.ingress[44136fa3].from[44136fa3].podSelector")
  }

  @Test func keysWithBracketsAndUnknownItemsStayAsTheyAre() {
    #expect(Fingerprint.contentPath(of: "a.k[x].b[]]") { _ in "" } == "a.k[x].b[]]")
    #expect(Fingerprint.contentPath(of: "a[1]") { _ in nil } == "a[1]")
    #expect(Fingerprint.contentPath(of: "a[1") { _ in "" } == "a[1")
    #expect(Fingerprint.contentPath(of: "") { _ in "" } == "")
  }

  @Test func equalFingerprintsAreNumberedInTheOrderOfPathsWhateverTheOrderOfTheArray() {
    let sources = SourceTable([
      SourceFile(id: FileID(0), path: "b.yaml", bytes: []), SourceFile(id: FileID(1), path: "a.yaml", bytes: []),
    ])
    let findings = [finding(at: 1), finding(at: 5, file: 1), finding(at: 2, file: 1), finding(name: "q")]
    let base = Fingerprint.of(findings[0], contentPath: "")
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
      var reported = order.map { ReportedFinding(findings[$0], contentPath: "") }
      ReportedFinding.makeUnique(&reported, in: sources)
      let suffixes = order.indices.sorted { order[$0] < order[$1] }.map { reported[$0].fingerprint }
      #expect(suffixes.prefix(3) == ["\(base):3", "\(base):2", base])
      #expect(suffixes[3].count == 32)
    }
  }
}

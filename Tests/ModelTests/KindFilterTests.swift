import Model
import TestSupport
import Testing

/// Documents that are skipped unread, and everything that must not be.
@Suite struct KindFilterTests {
  private func mayMatter(_ text: String, isTemplate: Bool = false) -> Bool {
    let bytes = Array(text.utf8)
    return KindFilter.mayMatter(bytes, 0..<bytes.count, ignored: ["Secret", "Role"], isTemplate: isTemplate)
  }

  @Test(arguments: [
    "kind: Secret\n", "kind: Secret", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n",
    "apiVersion: v1\r\nkind: Secret\r\n", "kind:  Secret  # of ours\n", "kind: Role\nrules: [{resources: ['*']}]\n",
    "kind: Secret\nstringData:\n  a: \"x\\ny\"\n  \"b\": |\n    <<EOF\n    ? x\n  c: 'over\n\n    lines'\n",
    "replicas: 1\nimage: {tag: \"1.2\"}\n", "{\"a\": [1, \"\\n\"]}\n", "# Markdown\n\n* one\n- [ ] two\n",
  ])
  func whatIsNothingToAnyoneIsSkipped(text: String) { #expect(!mayMatter(text)) }

  @Test(arguments: [
    // Another kind, a second one, one that is not plain or not at the first level.
    "kind: Deployment\n", "kind: Secret\nspec: {kind: Role}\n", "kind: Secret\nkind: Deployment\n",
    "kind: Secret\n# of this kind\n", "\"kind\": Secret\n", "'kind': Secret\n", " kind: Secret\n", "kind : Secret\n",
    "kind: 'Secret'\n", "kind: \"Secret\"\n", "kind: &a Secret\n", "kind: !!str Secret\n", "kind: Secret, x\n",
    "kind:Secret\n", "kind: Secret#x\n", "kind: |-\n  Secret\n", "kind:\n  Secret\n", "{kind: Secret}\n",
    "{\"kind\": \"Secret\"}\n", "&a kind: Secret\n", "? kind\n: Secret\n", "\u{FEFF}kind: Secret\n",
    // A line that begins or ends without a line feed.
    "a: b\rkind: Secret\n", "a: b\u{85}kind: Secret\n", "a: b\u{2028}kind: Secret\n", "a: b\u{2029}kind: Secret\n",
    "kind: Secret\rkinds: a\n", "kind: Secret\u{85}", "kind: Secret\u{2028}",
    // What is a list, and what may convert.
    "kind: Secret\nitems: []\n", "kind: Secret\nspec: {conversion: {}}\n",
    // Other ways of writing a word.
    "kind: Secret\n\"\\x6bind\": Deployment\n", "kind: Secret\n\"\\u006bind\": Deployment\n",
    "kind: Secret\n\"\\U0000006bind\": Deployment\n", "kind: Secret\n? \"ki\\\n  nd\"\n: Deployment\n",
    "kind: Secret\n? \"ki\\\r\n  nd\"\n: Deployment\n", "kind: Secret\n? \"ki\\\u{2028}  nd\"\n: Deployment\n",
    "kind: Secret\n? \"ki\\\u{85}  nd\"\n: Deployment\n", "kind: Secret\n!!binary a2luZA== : Deployment\n",
    "kind: Secret\n!<tag:yaml.org,2002:binary> a2luZA== : Deployment\n",
    "# \n%TAG ! tag:yaml.org,2002:\r---\rkind: Secret\n!binary a2luZA== : Deployment\n",
    "\"\\x6bind\": Deployment\n", "{\"\\u006bind\": \"Deployment\"}", "!!binary a2luZA== : Deployment\n",
    // A policy, or what is meant as one.
    "kind: Secret\n# NetworkPolicy\n", "a: NetworkPolicy\n", "apiVersion: networking.k8s.io/v1\nmetadata: {name: a}\n",
  ])
  func whateverMayBeAnObjectIsParsed(text: String) { #expect(mayMatter(text)) }

  @Test func aTemplateShowsNoKindOfWhatItIncludes() {
    #expect(mayMatter("{{ include \"common.policy\" . }}\n", isTemplate: true))
    #expect(!mayMatter("{{ include \"common.policy\" . }}\n"))
    #expect(!mayMatter("kind: Secret\nmetadata: {name: {{ .Release.Name }}}\n", isTemplate: true))
  }

  @Test func onlyTheDocumentItselfCounts() {
    let bytes = Array("kind: Deployment\n---\nkind: Secret\n---\nitems: NetworkPolicy kind\n".utf8)
    #expect(!KindFilter.mayMatter(bytes, 21..<34, ignored: ["Secret"]))
  }
}

/// Whatever a document holds, and however it is written, nothing that the full parser finds is passed by.
@Suite struct KindFilterPropertyTests {
  @Test(arguments: 0..<8 as Range<UInt64>)
  func nothingThatTheParserFindsIsSkipped(seed: UInt64) {
    var generator = DocumentGenerator(seed: seed)
    var skipped = 0
    var policies = 0
    for number in 0..<13_000 {
      let outcome = FilterAgreement.outcome(generator.document(), parsesAll: number % 16 == 0)
      skipped += outcome.skipped
      policies += outcome.policies
      if let complaint = outcome.complaint {
        Issue.record("seed \(seed), document \(number): \(complaint)")
        return
      }
    }
    // The property would hold of no documents at all.
    #expect(skipped > 1_000 && policies > 100, "\(skipped) skipped, \(policies) policies")
  }
}

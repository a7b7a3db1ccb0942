package import Diagnostics
internal import Facts
internal import Model

/// A text that claims more of a policy than a NetworkPolicy can give.
package enum NP708OverclaimedCitation: Rule {
  package static let info = RuleInfo(
    id: "NP708", name: "overclaimed-citation", severity: .warning,
    summary: "A text that claims encryption, integrity, or that HIPAA is satisfied or asks for the policy.",
    rationale: """
      A NetworkPolicy says which connections may be made. It encrypts nothing and notices no change of what is sent, its \
      selectors match labels, not identities, and no set of policies satisfies a paragraph: it supports one, or is \
      evidence for it. A paragraph that has nothing to do with connections is claimed in vain.
      """,
    remedy: "say what the policy supports or is evidence for, and no more",
    citations: ["164.316(b)(1)"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: db
        namespace: shop
        annotations:
          example.com/purpose: Required for HIPAA compliance # expect: NP708
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: db
        namespace: shop
        annotations:
          example.com/purpose: Supports §164.312(a)(1) - Access control
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var seen: Set<SourceSpan> = []
    for (id, policy) in analysis.world.identifiedPolicies {
      for text in analysis.texts(about: id) {
        guard let claim = claim(of: text, analysis), seen.insert(text.span).inserted else { continue }
        sink.report(
          claim.message, at: .text(text, of: policy),
          .why(claim.why), .key(claim.message))
      }
    }
  }

  /// What a text claims in vain; `nil` for nothing. What it says not to be so counts for its own clause.
  private static func claim(of text: PolicyText, _ analysis: Analysis) -> (message: String, why: String)? {
    let overclaims = analysis.facts.hipaa.overclaims
    let citations = WrittenCitation.find(in: text.text)
    let isAboutHIPAA = !citations.isEmpty || Words.mention(["hipaa"], in: text.text)
    var isDenied = false
    for clause in clauses(of: text.text) {
      let words = clause.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
      if words.contains(where: overclaims.negations.contains) {
        isDenied = true
      } else if let found = claim(words, isAboutHIPAA: isAboutHIPAA, overclaims) {
        return found
      }
    }
    return isDenied ? nil : unrelated(citations, text, analysis)
  }

  /// The parts of a text between commas, semicolons, full stops and `but`; the stops in numbers part nothing.
  private static func clauses(of text: String) -> [String] {
    var clauses = [""]
    for word in text.split(whereSeparator: \.isWhitespace) {
      if word.lowercased() == "but" { clauses.append("") }
      clauses[clauses.count - 1] += " \(word)"
      if let last = word.last, ",;.!?".contains(last) { clauses.append("") }
    }
    return clauses
  }

  private static func claim(
    _ words: [String], isAboutHIPAA: Bool, _ overclaims: Overclaims
  ) -> (message: String, why: String)? {
    let words = words.filter { !overclaims.fillers.contains($0) }
    let phrase = " " + words.joined(separator: " ") + " "
    if let found = overclaims.phrases.first(where: { phrase.contains(" \($0) ") }) {
      return ("\"\(found)\" claims more than a NetworkPolicy can give", "the regulation names no network policy")
    }
    if let found = required(words, overclaims) {
      return ("HIPAA does not name this: \"\(found)\"", "the regulation names no network policy and no default deny")
    }
    if isAboutHIPAA, let found = words.first(where: overclaims.claims.contains) {
      return ("\"\(found)\" claims more than a NetworkPolicy can give", "a policy supports a paragraph, no more")
    }
    if isAboutHIPAA, let (verb, object) = achieved(words, overclaims) {
      return (
        "\"\(verb) … \(object)\" claims more than a NetworkPolicy can give", "a policy supports a paragraph, no more"
      )
    }
    let isAboutPolicy = words.contains(where: overclaims.policies.contains)
    if isAboutHIPAA || isAboutPolicy, let subject = promised(words, overclaims) {
      return ("this promises \(subject), which a NetworkPolicy does not give", "an open port says nothing of TLS")
    }
    return nil
  }

  /// `hipaa requires default`: what the regulation is said to ask for, and does not.
  private static func required(_ words: [String], _ overclaims: Overclaims) -> String? {
    for (index, word) in words.enumerated() where word == "hipaa" {
      let next = words[(index + 1)...].prefix(5)
      if next.first.map(overclaims.requires.contains) ?? false,
        let what = next.first(where: overclaims.required.contains)
      {
        return "hipaa \(next.first ?? "") … \(what)"
      }
    }
    return nil
  }

  /// `meets … requirements`, `ensures … compliance`, `compliance … guaranteed`.
  private static func achieved(_ words: [String], _ overclaims: Overclaims) -> (verb: String, object: String)? {
    for (index, word) in words.enumerated() {
      let next = words[(index + 1)...]
      if overclaims.meets.contains(word), let object = next.prefix(5).first(where: overclaims.met.contains) {
        return (word, object)
      }
      if overclaims.achieves.contains(word), let place = next.prefix(4).firstIndex(where: overclaims.achieved.contains),
        !words[(place + 1)...].prefix(1).contains(where: overclaims.kept.contains)
      {
        return (word, words[place])
      }
      if overclaims.achieved.contains(word), let verb = next.prefix(4).first(where: overclaims.given.contains) {
        return (word, verb)
      }
    }
    return nil
  }

  /// What the words promise: `ensures encryption`, `provides in-transit integrity`, `encrypts`, or `encrypted by this
  /// policy`.
  private static func promised(_ words: [String], _ overclaims: Overclaims) -> String? {
    if words.contains(where: overclaims.encrypts.contains) { return "encryption" }
    if let start = words.firstIndex(of: "encrypted"), let by = words[start...].firstIndex(of: "by"),
      words[(by + 1)...].prefix(3).contains(where: overclaims.policies.contains)
    {
      return "encryption"
    }
    for (index, word) in words.enumerated() where overclaims.verbs.contains(word) {
      if let subject = words[(index + 1)...].prefix(3).first(where: overclaims.subjects.contains) { return subject }
    }
    return nil
  }

  /// A technical or administrative safeguard that is cited and that no NetworkPolicy bears on. Where the citation
  /// has a wrong title, another paragraph may be meant.
  private static func unrelated(
    _ citations: [WrittenCitation], _ text: PolicyText, _ analysis: Analysis
  ) -> (message: String, why: String)? {
    guard WrittenCitation.mislabelled(in: text.text, analysis.facts).isEmpty else { return nil }
    for written in citations {
      guard let citation = analysis.facts.hipaa.citation(written.paragraph),
        [.none, .contrary].contains(citation.support),
        citation.paragraph.hasPrefix("164.308") || citation.paragraph.hasPrefix("164.312")
      else { continue }
      return (
        "a NetworkPolicy is no evidence for §\(citation.paragraph), \(citation.title)",
        "what that paragraph asks for does not show in which connections are allowed"
      )
    }
    return nil
  }
}

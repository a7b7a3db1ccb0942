import Diagnostics
import Rules
import Traffic

/// How the findings of two inputs differ, in the rules that find something; whose they are counts, words do not.
struct FindingChange {
  let gone: [RuleID]
  let new: [RuleID]

  init(from old: Project, to new: Project) async {
    let (before, after) = (await FindingChange.counts(old), await FindingChange.counts(new))
    gone = FindingChange.more(before, after)
    self.new = FindingChange.more(after, before)
  }

  private struct Subject: Hashable {
    let rule: RuleID
    let object: ObjectReference?
  }

  private static func counts(_ project: Project) async -> [Subject: Int] {
    await Linter(rules: Registry.all).lint(project).findings
      .reduce(into: [:]) { $0[Subject(rule: $1.rule, object: $1.object), default: 0] += 1 }
  }

  private static func more(_ counts: [Subject: Int], _ others: [Subject: Int]) -> [RuleID] {
    counts.flatMap { subject, count in
      [RuleID](repeating: subject.rule, count: max(0, count - others[subject, default: 0]))
    }.sorted()
  }
}

/// What a fix brings about beyond its own finding, because what it writes has this meaning.
struct FixConsequence {
  var takes: [RuleID] = []
  var brings: [RuleID] = []

  static let declared: [String: FixConsequence] = [
    // What the API server refuses is looked at as a whole only when it is mended.
    "NP005 bad example": FixConsequence(brings: ["NP409", "NP601"]),
    "NP006 bad example": FixConsequence(brings: ["NP008"]),
    // Nobody names a namespace there, so that the new policy names none either.
    "NP101/bad-nobody-names-a-namespace.yaml": FixConsequence(brings: ["NP008"]),
    // The namespace's pods may ask for names now: they are no longer cut off by accident.
    "NP102 bad example": FixConsequence(takes: ["NP106"]),
    "NP102/bad-a-baseline-for-pods-alone.yaml": FixConsequence(takes: ["NP106"]),
    // The rule leads to the namespace that is meant, which is no DNS.
    "NP204/bad-calico-s-label-without-calico.yaml": FixConsequence(brings: ["NP309"]),
    // Two policies are the same one when the name is right, or when both allow DNS.
    "NP208/bad-a-near-peer.yaml": FixConsequence(brings: ["NP503"]),
    "NP305/bad-one-of-two-workloads.yaml": FixConsequence(brings: ["NP503"]),
    "NP305/bad-one-workload-of-two.yaml": FixConsequence(brings: ["NP503"]),
    // 80 was the plaintext port too.
    "NP302 bad example": FixConsequence(takes: ["NP308"]),
    // The rule of the wider question keeps still while this one is there.
    "NP404 bad example": FixConsequence(brings: ["NP403"]),
    // A policy of their own lets the pods send: they should be able to ask for names as well.
    "NP501 bad example": FixConsequence(brings: ["NP309"]),
    // One half serves both rules, and the pods have a connection then.
    "NP501/bad-one-of-two-workloads.yaml": FixConsequence(takes: ["NP111", "NP501"], brings: ["NP309"]),
    // With its right title a citation is judged: a policy is no evidence for that paragraph.
    "NP703/bad-a-table-in-comments-and-annotations.yaml": FixConsequence(brings: ["NP708", "NP708", "NP708", "NP708"]),
    "NP703/bad-blanks-and-marks.yaml": FixConsequence(brings: ["NP708", "NP708"]),
    "NP703/bad-in-other-forms.yaml": FixConsequence(brings: ["NP708", "NP708"]),
    "NP703/bad-lists-and-other-ways-of-citing.yaml": FixConsequence(brings: ["NP708", "NP708"]),
    "NP703/bad-more.yaml": FixConsequence(brings: ["NP708", "NP708"]),
  ]
}

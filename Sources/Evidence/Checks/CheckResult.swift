package import Config
package import Facts

/// What came out of a check, or of a paragraph: the worst goes first.
package enum EvidenceResult: String, CaseIterable, Comparable, Sendable {
  case fail
  case undecided = "undecidable"
  case notAssessed = "not_assessed"
  case pass
  case notApplicable = "not_applicable"

  package var title: String {
    switch self {
    case .fail: "fail"
    case .undecided: "undecided"
    case .notAssessed: "not assessed"
    case .pass: "pass"
    case .notApplicable: "not applicable"
    }
  }

  private var rank: Int { EvidenceResult.allCases.firstIndex(of: self) ?? 0 }
  package static func < (a: EvidenceResult, b: EvidenceResult) -> Bool { a.rank < b.rank }
}

/// A check with its result and what it rests on.
package struct CheckResult: Sendable {
  package let check: EvidenceCatalogue.Check
  package let result: EvidenceResult
  /// Sentences with places, each once, those that decide first.
  package let evidence: [String]
  /// The workloads and policies that it is about.
  package let subjects: [EvidenceSubject]
}

/// A paragraph of the framework with what its checks show.
package struct CitationResult: Sendable {
  package let entry: EvidenceCatalogue.Entry
  /// The worst of its checks; `pass` is never more than evidence.
  package let result: EvidenceResult
  package let checks: [CheckResult]
  package let decision: Decision?

  /// The result in words that promise no more than it says.
  package var words: String {
    switch (entry.support, result) {
    case (.none, .notApplicable): result.title
    case (.none, _): "not assessed: a NetworkPolicy does not address this paragraph"
    case (.contrary, .fail): "contrary evidence found"
    case (.contrary, .undecided): "undecided: no contrary evidence found, and not everything could be told"
    case (.contrary, _): "no contrary evidence found"
    case (.partially, .pass): "pass: partial evidence (network layer, as declared)"
    case (_, .pass): "pass: evidence as declared"
    case (_, .notApplicable): result.title
    default: "\(result.title): \(deciding)"
    }
  }

  /// The checks that decide, and how many others passed.
  private var deciding: String {
    let worst = checks.filter { $0.result == result }.map(\.check.id)
    let passed = checks.count { $0.result == .pass }
    let others = passed == 0 ? "" : "; \(passed) \(passed == 1 ? "check" : "checks") passed"
    return worst.joined(separator: ", ") + others
  }

  /// What the paragraph is: `standard, binding (164.306(c))`.
  package var kind: String {
    switch (entry.type, entry.requirement) {
    case ("implementation specification", "addressable"): "implementation specification, addressable"
    case ("implementation specification", _): "implementation specification, required"
    default:
      "\(entry.type), binding (164.306(c))"
        + (entry.note?.contains("marks the standard itself (R)") ?? false ? " (R)" : "")
    }
  }
}

/// Collects what a check finds, world by world.
struct CheckBuilder {
  private var found: [EvidenceResult: [String]] = [:]
  private var subjects: [EvidenceSubject] = []
  /// The results, whether or not there is a sentence to each.
  private var results: Set<EvidenceResult> = []

  mutating func add(_ result: EvidenceResult, _ sentence: String, _ subject: EvidenceSubject? = nil) {
    results.insert(result)
    if !(found[result]?.contains(sentence) ?? false) { found[result, default: []].append(sentence) }
    if let subject, !subjects.contains(subject) { subjects.append(subject) }
  }

  func has(_ result: EvidenceResult) -> Bool { results.contains(result) }

  /// - Parameter empty: what it comes to where nothing was added.
  func result(_ check: EvidenceCatalogue.Check, empty: EvidenceResult, _ sentence: String) -> CheckResult {
    guard let worst = results.min() else {
      return CheckResult(check: check, result: empty, evidence: [sentence], subjects: [])
    }
    let evidence = EvidenceResult.allCases.flatMap { result in
      (found[result] ?? []).map { result == worst ? $0 : "\(result.title): \($0)" }
    }
    return CheckResult(check: check, result: worst, evidence: evidence, subjects: subjects)
  }
}

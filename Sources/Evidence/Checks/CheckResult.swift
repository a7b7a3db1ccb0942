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

  /// In front of a sentence of another result than that of its check: what passed is no result of its own there.
  var besides: String { self == .pass ? "besides: " : "\(title): " }

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

  /// How a sentence begins that tells of what the config claims.
  static let attestation = "attestation: "
  /// What was observed: the sentences without attestations.
  var observations: [String] { evidence.filter { !$0.contains(CheckResult.attestation) } }
}

/// A paragraph of the framework with what its checks show.
package struct CitationResult: Sendable {
  package let entry: EvidenceCatalogue.Entry
  /// The worst of its checks; `pass` is never more than evidence.
  package let result: EvidenceResult
  package let checks: [CheckResult]
  package let decision: Decision?
  /// The paragraph by which the framework's standards bind.
  let binding: String?

  /// The result in words that promise no more than it says.
  package var words: String {
    switch (entry.support, result) {
    case (.none, .notApplicable): result.title
    case (.none, _): "not assessed: a NetworkPolicy does not address this paragraph"
    case (.contrary, .fail): "contrary evidence found"
    case (.contrary, .undecided): "undecided: no contrary evidence found, and not everything could be told"
    case (.contrary, _):
      checks.contains { $0.result == .pass } ? "no contrary evidence found" : "not assessed: no port was looked at"
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
      entry.type + (binding.map { ", binding (\($0))" } ?? "")
        + (entry.note?.contains("marks the standard itself (R)") ?? false ? " (R)" : "")
    }
  }
}

/// Collects what a check finds, world by world.
struct CheckBuilder {
  /// The sentences in order, each with the worlds in which it holds.
  private var order: [EvidenceResult: [String]] = [:]
  private var worlds: [EvidenceResult: [String: [String]]] = [:]
  private var subjects: [EvidenceSubject] = []
  private var known: Set<EvidenceSubject> = []
  /// The results, whether or not there is a sentence to each.
  private var results: Set<EvidenceResult> = []

  /// - Parameter world: `nil` for what belongs to no world.
  mutating func add(
    _ result: EvidenceResult, _ sentence: String, _ subject: EvidenceSubject? = nil, in world: String? = nil
  ) {
    results.insert(result)
    if worlds[result]?[sentence] == nil { order[result, default: []].append(sentence) }
    var names = worlds[result]?[sentence] ?? []
    if let world, names.last != world { names.append(world) }
    worlds[result, default: [:]][sentence] = names
    if let subject, known.insert(subject).inserted { subjects.append(subject) }
  }

  func has(_ result: EvidenceResult) -> Bool { results.contains(result) }

  /// - Parameters:
  ///   - empty: what it comes to where nothing was added.
  ///   - all: the worlds: a sentence that holds in some of them alone names these.
  func result(
    _ check: EvidenceCatalogue.Check, empty: EvidenceResult, _ sentence: String, of all: [String]
  ) -> CheckResult {
    guard let worst = results.min() else {
      return CheckResult(check: check, result: empty, evidence: [sentence], subjects: [])
    }
    let evidence = EvidenceResult.allCases.flatMap { result in
      (order[result] ?? []).map { sentence in
        let names = worlds[result]?[sentence] ?? []
        let place = names.isEmpty || names.count == all.count ? "" : " (in \(names.joined(separator: ", ")))"
        return (result == worst ? "" : result.besides) + sentence + place
      }
    }
    return CheckResult(check: check, result: worst, evidence: evidence, subjects: subjects)
  }
}

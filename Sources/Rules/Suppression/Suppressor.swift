internal import Config
package import Diagnostics
internal import Model

/// A finding that somebody accepted.
package struct SuppressedFinding: Sendable {
  package let finding: Finding
  /// Whether a comment or an annotation in the input suppresses it, and not the config.
  package let isInSource: Bool
  package let reason: String
}

/// The rules about suppressions themselves: they are asked last, and nothing suppresses them.
let suppressionRules: Set<RuleID> = ["NP604", "NP605"]

/// Takes away the findings that comments, annotations and the config suppress, and notes which of these were of use.
struct Suppressor {
  private let written: [WrittenSuppression]
  private let configuration: Configuration
  private let rulesByWord: RulesByWord
  /// Which words of which suppression covered a finding.
  private var used: Set<Use> = []

  private struct Use: Hashable {
    let suppression: Int
    let word: Int
  }

  init(_ written: [WrittenSuppression], _ configuration: Configuration) {
    self.written = written
    self.configuration = configuration
    rulesByWord = RulesByWord(
      configuration,
      written.flatMap { $0.text?.words ?? [] } + configuration.ignores.flatMap { $0.rules.map(\.text) })
  }

  /// Divides findings, which stand in report order, into those that stay and those that are suppressed.
  ///
  /// O(findings + suppressions), times the depth to which scopes lie in one another.
  mutating func divide(_ findings: [Finding]) -> (kept: [Finding], suppressed: [SuppressedFinding]) {
    if written.isEmpty && configuration.ignores.isEmpty { return (findings, []) }
    var sweep = ScopeSweep(written.indices.filter { counts(written[$0].text) }.map { ($0, written[$0].scope) })
    var kept: [Finding] = []
    var suppressed: [SuppressedFinding] = []
    for finding in findings {
      let covering = sweep.scopes(covering: finding)
      if let result = suppression(of: finding, covering) { suppressed.append(result) } else { kept.append(finding) }
    }
    return (kept, suppressed)
  }

  /// What NP604 and NP605 have to say.
  ///
  /// - Parameter judged: the rules that ran and decided everything, so that a missing finding means that there is none.
  func review(judged: Set<RuleID>) -> SuppressionReview {
    var review = SuppressionReview()
    for (number, suppression) in written.enumerated() {
      guard let text = suppression.text else {
        review.add(.malformed, suppression)
        continue
      }
      let faults = faults(of: text)
      for fault in faults { review.add(fault, suppression) }
      // A suppression that does not count is no longer of use, and that is said already.
      if !counts(text) { continue }
      for (place, word) in text.words.enumerated() where !used.contains(Use(suppression: number, word: place)) {
        if let why = whyUnused(word, suppression.scope, judged) { review.add(unused: word, why, suppression) }
      }
    }
    for ignore in configuration.ignores {
      if let until = ignore.until, isOver(until.text), !configuration.files.isEmpty {
        review.expiredSettings.append((ignore.path + ".until", until.text, until.span))
      }
    }
    return review
  }

  private mutating func suppression(of finding: Finding, _ covering: [Int]) -> SuppressedFinding? {
    if rulesByWord.protected.contains(finding.rule) { return nil }
    var result: SuppressedFinding?
    for number in covering {
      guard let text = written[number].text else { continue }
      for (place, word) in text.words.enumerated() where rulesByWord[word].contains(finding.rule) {
        used.insert(Use(suppression: number, word: place))
        result = result ?? SuppressedFinding(finding: finding, isInSource: true, reason: text.reason)
      }
    }
    if result != nil { return result }
    return configuration.ignores.first { accepts($0, finding) }
      .map { SuppressedFinding(finding: finding, isInSource: false, reason: $0.reason) }
  }

  private func accepts(_ ignore: IgnoreSetting, _ finding: Finding) -> Bool {
    guard ignore.rules.contains(where: { rulesByWord[$0.text].contains(finding.rule) }),
      !(ignore.until.map { isOver($0.text) } ?? false)
    else { return false }
    guard let globs = ignore.namespaces else { return true }
    let object = finding.object
    guard let namespace = object?.kind == "Namespace" ? object?.name : object?.namespace else { return false }
    return globs.contains { $0.matches(namespace) }
  }

  /// Whether a suppression has a reason and is not over.
  private func counts(_ text: SuppressionText?) -> Bool {
    guard let text, !text.reason.isEmpty else { return false }
    return text.until.map { DateText.isValid($0) && !isOver($0) } ?? true
  }

  private func isOver(_ until: String) -> Bool { until < configuration.today }

  private func faults(of text: SuppressionText) -> [SuppressionReview.Fault] {
    var faults: [SuppressionReview.Fault] = []
    for word in text.words {
      if rulesByWord[word].isEmpty {
        faults.append(.unknownRule(word))
      } else if rulesByWord[word].isSubset(of: suppressionRules) {
        faults.append(.notSuppressible(word))
      }
    }
    if let until = text.until {
      if !DateText.isValid(until) {
        faults.append(.noDate(until))
      } else if isOver(until) {
        faults.append(.over(until))
      }
    }
    if text.reason.isEmpty { faults.append(.noReason) }
    return faults
  }

  /// Why nothing was suppressed; `nil` when that cannot be told, or is a fault of another kind.
  private func whyUnused(_ word: String, _ scope: WrittenSuppression.Scope, _ judged: Set<RuleID>) -> String? {
    let rules = rulesByWord[word].subtracting(suppressionRules)
    if rules.isEmpty { return nil }
    if case .nothing(let why) = scope { return why }
    if rules.isSubset(of: rulesByWord.protected) { return "the config protects \(word)" }
    return rules.isSubset(of: judged) ? "no finding of \(word) starts where it covers" : nil
  }
}

/// The rules that the words of a run's suppressions mean.
struct RulesByWord {
  /// Rules that nothing suppresses.
  let protected: Set<RuleID>
  private var rules: [String: Set<RuleID>] = [:]

  init(_ configuration: Configuration, _ words: some Sequence<String> = []) {
    protected = configuration.protected.reduce(into: suppressionRules) { $0.formUnion(RulesByWord.rules($1.text)) }
    for word in words where rules[word] == nil { rules[word] = RulesByWord.rules(word) }
  }

  subscript(_ word: String) -> Set<RuleID> { rules[word] ?? [] }

  private static func rules(_ word: String) -> Set<RuleID> {
    Set(Registry.infos.lazy.filter { $0.isMeant(by: word) }.map(\.id))
  }
}

/// Finds the scopes around one finding after the other.
private struct ScopeSweep {
  /// In order of their starts; the next one to be entered is last.
  private var upcoming: [(number: Int, span: SourceSpan)] = []
  private var open: [(number: Int, span: SourceSpan)] = []

  init(_ scopes: [(number: Int, scope: WrittenSuppression.Scope)]) {
    for (number, scope) in scopes { if case .range(let span) = scope { upcoming.append((number, span)) } }
    upcoming.sort { ($1.span.file, $1.span.start) < ($0.span.file, $0.span.start) }
  }

  /// The numbers of the scopes that cover a finding, in order.
  ///
  /// - Parameter finding: comes after those that were asked about before.
  mutating func scopes(covering finding: Finding) -> [Int] {
    let place = finding.span
    while let next = upcoming.last, (next.span.file, next.span.start) <= (place.file, place.start) {
      open.append(upcoming.removeLast())
    }
    open.removeAll { $0.span.file != place.file || max($0.span.end, $0.span.start + 1) <= place.start }
    return open.map(\.number).sorted()
  }
}

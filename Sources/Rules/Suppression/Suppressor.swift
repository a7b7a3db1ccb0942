internal import Config
package import Diagnostics
internal import Model

/// A finding that somebody accepted.
package struct SuppressedFinding: Sendable {
  package let finding: Finding
  /// Whether a comment or an annotation in the input suppresses it, and not the config.
  package let isInSource: Bool
  package let reason: String
  /// The last day on which it counts, `YYYY-MM-DD`; `nil` for no end.
  package var until: String?
  /// Who answers for that, as far as it is written there.
  package var owner: String?
}

/// A suppression whose last day is over.
package struct ExpiredSuppression: Hashable, Sendable {
  /// Ids, names, or starts of ids, as written.
  package let words: [String]
  package let span: SourceSpan
  package let isInSource: Bool
  package let reason: String
  package let until: String
  package let owner: String?
}

/// The rules about suppressions themselves: they are asked last, and nothing suppresses them.
let suppressionRules: Set<RuleID> = ["NP604", "NP605"]

/// Takes away the findings that comments, annotations and the config suppress, and notes which of these were of use.
struct Suppressor {
  private let written: [WrittenSuppression]
  private let configuration: Configuration
  private let rulesByWord: RulesByWord
  /// The places of the findings that a word may suppress, in order.
  private var places: [String: [Place]] = [:]
  private var accepted: AcceptedFindings
  /// The first finding that each suppression would cover that is over, by its number.
  private var returned: [Int: FindingID] = [:]

  init(_ written: [WrittenSuppression], _ configuration: Configuration, _ sources: SourceTable) {
    self.written = written
    self.configuration = configuration
    let rulesByWord = RulesByWord(
      configuration,
      written.flatMap { $0.text?.words ?? [] } + configuration.ignores.flatMap { $0.rules.map(\.text) })
    self.rulesByWord = rulesByWord
    accepted = AcceptedFindings(configuration, sources, rulesByWord) { $0 < configuration.today }
  }

  /// Divides findings, which stand in report order, into those that stay and those that are suppressed.
  ///
  /// O((findings + suppressions) log suppressions), however many scopes lie in one another.
  mutating func divide(_ findings: [Finding]) -> (kept: [Finding], suppressed: [SuppressedFinding]) {
    if written.isEmpty && configuration.ignores.isEmpty { return (findings, []) }
    var sweep = ScopeSweep(written.enumerated().filter { counts($1.text) }.map { ($0, $1) })
    var over = ScopeSweep(written.enumerated().filter { isOver($1.text) }.map { ($0, $1) })
    let wordsOfRule = rulesByWord.wordsOfRule
    var kept: [Finding] = []
    var suppressed: [SuppressedFinding] = []
    for finding in findings {
      if rulesByWord.protected.contains(finding.rule) {
        kept.append(finding)
        continue
      }
      // What a comment suppresses too counts as the use of an entry.
      let setting = accepted.setting(for: finding)
      let words = wordsOfRule[finding.rule] ?? []
      let place = Place(finding.span)
      for word in words { places[word, default: []].append(place) }
      if let number = sweep.first(covering: place, words) {
        let reason = written[number].text?.reason ?? ""
        suppressed.append(
          SuppressedFinding(
            finding: finding, isInSource: true, reason: reason, until: written[number].text?.until,
            owner: written[number].text?.owner))
      } else if let setting {
        suppressed.append(
          SuppressedFinding(
            finding: finding, isInSource: false, reason: setting.reason, until: setting.until?.text,
            owner: setting.owner))
      } else {
        kept.append(finding)
        if let number = over.first(covering: place, words), returned[number] == nil {
          returned[number] = finding.cause ?? finding.id
        }
      }
    }
    takeConsequences(&kept, &suppressed)
    return (kept, suppressed)
  }

  /// What follows from a finding that is accepted at its place is accepted with it.
  private func takeConsequences(_ kept: inout [Finding], _ suppressed: inout [SuppressedFinding]) {
    let accepted = Dictionary(suppressed.filter(\.isInSource).map { ($0.finding.id, $0) }) { first, _ in first }
    if accepted.isEmpty { return }
    kept.removeAll { finding in
      guard let cause = finding.cause.flatMap({ accepted[$0] }), !rulesByWord.protected.contains(finding.rule) else {
        return false
      }
      suppressed.append(
        SuppressedFinding(
          finding: finding, isInSource: true, reason: cause.reason, until: cause.until, owner: cause.owner))
      return true
    }
    suppressed.sort { Finding.inReportOrder($0.finding, $1.finding) }
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
      for fault in faults {
        guard case .over(let until) = fault else {
          review.add(fault, suppression)
          continue
        }
        review.add(fault, suppression, saidWith: returned[number])
        review.expired.append(
          ExpiredSuppression(
            words: text.words, span: suppression.span, isInSource: true, reason: text.reason, until: until,
            owner: text.owner))
      }
      // A suppression that does not count is no longer of use, and that is said already.
      if !counts(text) { continue }
      for word in text.words where !isUsed(word, suppression.scope) {
        if let why = whyUnused(word, suppression.scope, judged) { review.add(unused: word, why, suppression) }
      }
    }
    for (number, ignore) in configuration.ignores.enumerated() where !configuration.files.isEmpty {
      if let until = ignore.until, isOver(until.text) {
        review.expiredSettings.append((ignore.path + ".until", until.text, until.span))
        review.expired.append(
          ExpiredSuppression(
            words: ignore.rules.map(\.text), span: until.span, isInSource: false, reason: ignore.reason,
            until: until.text, owner: ignore.owner))
      } else if let first = ignore.rules.first, isUnused(ignore, number, judged) {
        review.unusedSettings.append((ignore.path, first.span))
      }
    }
    return review
  }

  /// Whether an entry of the config accepts nothing, as far as that can be told: a file that others extend speaks of what
  /// is elsewhere.
  private func isUnused(_ ignore: IgnoreSetting, _ number: Int, _ judged: Set<RuleID>) -> Bool {
    let rules = ignore.rules.reduce(into: Set<RuleID>()) { $0.formUnion(rulesByWord[$1.text]) }
    return configuration.isCovered && !accepted.used.contains(number)
      && ignore.rules.first?.span.file == configuration.files.first?.id && !rules.isEmpty && rules.isSubset(of: judged)
  }

  /// Whether a finding that a word may suppress begins in a scope.
  private func isUsed(_ word: String, _ scope: WrittenSuppression.Scope) -> Bool {
    guard case .range(let span) = scope, let places = places[word] else { return false }
    let next = places.partitioningIndex { $0 >= Place(span) }
    return next < places.count && places[next] < Place(endOf: span)
  }

  /// Whether a suppression has a reason and is not over.
  private func counts(_ text: SuppressionText?) -> Bool {
    guard let text, !text.reason.isEmpty else { return false }
    return text.until.map { DateText.isValid($0) && !isOver($0) } ?? true
  }

  private func isOver(_ until: String) -> Bool { until < configuration.today }

  private func isOver(_ text: SuppressionText?) -> Bool {
    text?.until.map { DateText.isValid($0) && isOver($0) } ?? false
  }

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

  /// For each rule the words that mean it.
  var wordsOfRule: [RuleID: [String]] {
    var result: [RuleID: [String]] = [:]
    for (word, ids) in rules { for id in ids { result[id, default: []].append(word) } }
    return result
  }

  private static func rules(_ word: String) -> Set<RuleID> {
    Set(Registry.infos.lazy.filter { $0.isMeant(by: word) }.map(\.id))
  }
}

/// Where something begins or ends in the input; in the order of findings in a report.
private struct Place: Comparable {
  let file: FileID
  let offset: UInt32

  init(_ span: SourceSpan) {
    file = span.file
    offset = span.start
  }

  /// The first place behind a scope; one without length holds its start.
  init(endOf span: SourceSpan) {
    file = span.file
    offset = max(span.end, span.start + 1)
  }

  static func < (a: Place, b: Place) -> Bool { (a.file, a.offset) < (b.file, b.offset) }
}

/// Finds the first suppression around one finding after the other.
///
/// For each word there is a heap of the suppressions that have begun, the first one on top; one that has ended is thrown
/// away when it comes to the top, and never looked at again.
private struct ScopeSweep {
  private struct Scope {
    let number: Int
    let start: Place
    let end: Place
    let words: [String]
  }

  /// In order of their starts; the next one to be entered is last.
  private var upcoming: [Scope] = []
  private var open: [String: MinimumHeap] = [:]
  private let ends: [Place?]

  /// - Parameter suppressions: each with its place in the whole list, in order.
  init(_ suppressions: [(number: Int, suppression: WrittenSuppression)]) {
    var ends = [Place?](repeating: nil, count: (suppressions.last?.number ?? -1) + 1)
    for (number, suppression) in suppressions {
      guard case .range(let span) = suppression.scope else { continue }
      let end = Place(endOf: span)
      upcoming.append(Scope(number: number, start: Place(span), end: end, words: suppression.text?.words ?? []))
      ends[number] = end
    }
    self.ends = ends
    upcoming.sort { $1.start < $0.start }
  }

  /// The first suppression with one of these words that covers a place.
  ///
  /// - Parameter place: comes after those that were asked about before, or is one of them.
  mutating func first(covering place: Place, _ words: [String]) -> Int? {
    while let next = upcoming.last, next.start <= place {
      for word in Set(next.words) { open[word, default: MinimumHeap()].insert(next.number) }
      upcoming.removeLast()
    }
    var first: Int?
    for word in words {
      while let number = open[word]?.smallest, ends[number].map({ $0 <= place }) ?? true {
        open[word]?.removeSmallest()
      }
      if let number = open[word]?.smallest { first = min(first ?? number, number) }
    }
    return first
  }
}

/// Numbers of which the smallest is at hand.
private struct MinimumHeap {
  private var numbers: [Int] = []

  var smallest: Int? { numbers.first }

  mutating func insert(_ number: Int) {
    numbers.append(number)
    var child = numbers.count - 1
    while child > 0, numbers[child] < numbers[(child - 1) / 2] {
      numbers.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeSmallest() {
    numbers.swapAt(0, numbers.count - 1)
    numbers.removeLast()
    var parent = 0
    while true {
      let children = (2 * parent + 1)..<min(2 * parent + 3, max(numbers.count, 2 * parent + 1))
      guard let least = children.min(by: { numbers[$0] < numbers[$1] }), numbers[least] < numbers[parent] else {
        return
      }
      numbers.swapAt(least, parent)
      parent = least
    }
  }
}

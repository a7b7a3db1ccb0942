package import Diagnostics
package import Writing

/// The sentences at the end of a report: how many findings in how much input, what stayed undecided, what was skipped.
package struct Summary: Sendable {
  /// `11 errors, 9 warnings in 5 policies, 5 files (2 suppressed).`
  package let verdict: SafeText
  /// One sentence for each reason why rules could not decide.
  package let undecided: [SafeText]
  /// One line for each input that was skipped; the last one counts what was left out.
  package let skipped: [SafeText]

  /// More of a kind than this are counted, not listed.
  static let mostListed = 10
  private static let mostPolicies = 1_000

  package init(_ report: Report) {
    let counts: [(Severity, String)] = [(.error, "error"), (.warning, "warning"), (.note, "note")]
    let found = counts.filter { report.count($0.0) > 0 }.map { Self.count(report.count($0.0), $0.1) }
    let input = "\(Self.count(report.input.policies, "policy")), \(Self.count(report.input.files, "file"))"
    let suppressed = report.suppressedCount > 0 ? " (\(report.suppressedCount) suppressed)" : ""
    verdict = "\(found.isEmpty ? "No findings" : found.joined(separator: ", ")) in \(input)\(suppressed)."
    // What was not read, and leaves something undecided, is said once: with its place, and what hangs on it.
    let reasons = Set(report.undecided.map(\.reason))
    let skipped = Dictionary(grouping: report.skipped.filter { reasons.contains($0.reason) }, by: \.reason)
    let places = skipped.filter { $0.value.count == 1 && $0.value[0].ignoredBy == nil }.mapValues { $0[0].file }
    undecided = Self.sentences(on: report.undecided, places: places)
    self.skipped = Self.lines(on: report.skipped.filter { places[$0.reason] == nil })
  }

  /// The sentences in lines, without a line end behind the last one: what stayed undecided goes on in the first line as
  /// long as it is one sentence.
  package var text: SafeText {
    guard undecided.count == 1 else { return ([verdict] + undecided + skipped).joined(separator: "\n") }
    return (["\(verdict) \(undecided[0])"] + skipped).joined(separator: "\n")
  }

  /// The rules of many findings, each with its number, the most frequent first.
  static func byRule(_ findings: [Finding], _ report: Report) -> String {
    let counts = Dictionary(grouping: findings, by: \.rule).mapValues(\.count)
    let order = counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
    let texts = order.map { "\($0.key) \(report.info(of: $0.key)?.name ?? "") (\($0.value))" }
    return "By rule: " + texts.joined(separator: ", ") + "."
  }

  /// A number and its noun: `1 error`, `2 errors`, `0 policies`.
  package static func count(_ number: Int, _ noun: String) -> String {
    if number == 1 { return "1 \(noun)" }
    return noun.hasSuffix("y") ? "\(number) \(noun.dropLast())ies" : "\(number) \(noun)s"
  }

  /// Rules that miss the same thing are counted together, over all namespaces.
  ///
  /// - Parameter places: the files of reasons that have one.
  private static func sentences(on undecided: [Undecided], places: [String: String]) -> [SafeText] {
    struct Group {
      var reason: String
      var isNamespaced: Bool
      var rules: Set<RuleID> = []
      var namespaces: Set<String> = []
    }
    var groups: [Group] = []
    var numbers: [String: Int] = [:]
    for entry in undecided {
      let key = "\(entry.namespace == nil)\0\(entry.reason)"
      let place = numbers[key] ?? groups.count
      if place == groups.count {
        numbers[key] = place
        groups.append(Group(reason: entry.reason, isNamespaced: entry.namespace != nil))
      }
      groups[place].rules.insert(entry.rule)
      if let namespace = entry.namespace { groups[place].namespaces.insert(namespace) }
    }
    return groups.map { group in
      let place = places[group.reason].map { "\($0): " } ?? ""
      let noun = group.namespaces.count == 1 ? "namespace" : "namespaces"
      // In front of the reason, which may be of several clauses and would end with it.
      let scope: SafeText = group.isNamespaced ? " for \(noun) \(list(group.namespaces.sorted()))" : ""
      return "\(names(of: group.rules)) undecided\(scope): \(place)\(group.reason)."
    }
  }

  /// A few rules by their ids, more of them by their number.
  private static func names(of rules: Set<RuleID>) -> SafeText {
    if rules.count > 3 { return "\(count(rules.count, "rule"))" }
    let ids = rules.sorted().map(\.description)
    return SafeText(
      escaping: ids.count == 1 ? ids[0] : ids.dropLast().joined(separator: ", ") + " and " + ids[ids.count - 1])
  }

  private static func lines(on skipped: [SkippedInput]) -> [SafeText] {
    let ignored = Self.lines(onIgnored: skipped)
    // What says that a policy is not judged is not to drown among others.
    let policies = skipped.filter { $0.ignoredBy == nil && $0.isAboutPolicy }
    let others = skipped.filter { $0.ignoredBy == nil && !$0.isAboutPolicy }
    let shown = policies.prefix(mostPolicies) + others.prefix(mostListed)
    // What was read, and is noted all the same, was not skipped.
    var lines = shown.map { "\($0.isNote ? "Note:" : "Skipped") \($0.file): \($0.reason)" as SafeText }
    let left = policies.count + others.count - shown.count
    if left > 0 { lines.append("Skipped \(count(left, "more input")).") }
    return lines + ignored
  }

  /// One line for the files with policies that are left out, and the way to have them read; none without such files.
  package static func lines(onIgnored skipped: [SkippedInput]) -> [SafeText] {
    let ignored = skipped.filter { $0.ignoredBy != nil }
    if ignored.isEmpty { return [] }
    let verb = ignored.count == 1 ? "holds a NetworkPolicy" : "hold NetworkPolicies"
    let files = ignored.prefix(mostPolicies).map { "\($0.file) (\($0.ignoredBy ?? ""))" as SafeText }
      .joined(separator: ", ")
    let more = ignored.count > mostPolicies ? " and \(ignored.count - mostPolicies) more" : ""
    let isByFlag = ignored.contains { $0.ignoredBy == ".gitignore" || $0.ignoredBy == "node_modules" }
    let way = isByFlag ? " --no-gitignore reads what .gitignore and node_modules leave out." : ""
    return ["\(count(ignored.count, "ignored file")) \(verb): \(files)\(more).\(way)"]
  }

  private static func list(_ names: [String]) -> SafeText {
    let shown = names.prefix(mostListed).map(SafeText.init(escaping:)).joined(separator: ", ")
    return names.count > mostListed ? "\(shown) and \(names.count - mostListed) more" : shown
  }
}

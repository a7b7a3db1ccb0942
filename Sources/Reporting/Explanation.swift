import Diagnostics
import Writing

extension Report {
  /// Why a finding matters at its place, in one line; what its rule says in general, `explain` tells.
  func why(of finding: Finding) -> String? { Self.oneLine(finding.why) }

  /// What to do about a finding, in one line.
  func whatToDo(about finding: Finding) -> String? { Self.oneLine(remedy(of: finding)) }

  /// `NP203 split-peer`.
  func title(of finding: Finding) -> String { "\(finding.rule) \(ruleName(of: finding))" }

  /// The message, and below it why and what to do, for formats that have one text for all.
  func explanation(of finding: Finding) -> [String] {
    var lines = [DisplayText.escaped(finding.placedMessage)]
    if let why = why(of: finding) { lines.append("why: \(why)") }
    if let cause = finding.cause, let message = messages[cause] {
      lines.append("cause: \(DisplayText.escaped(message)) (\(cause.rule))")
    }
    if let remedy = whatToDo(about: finding) { lines.append("fix: \(remedy)") }
    return lines
  }

  /// Errors first, for readers that show the first ones only; findings of one severity stay in report order.
  var findingsBySeverity: [ReportedFinding] {
    [Severity.error, .warning, .note].flatMap { severity in findings.filter { $0.finding.severity == severity } }
  }

  /// The first paragraph of a text in one line; `nil` when there is nothing in it.
  static func oneLine(_ text: String?) -> String? {
    var words: [Substring] = []
    for line in (text ?? "").split(separator: "\n", omittingEmptySubsequences: false) {
      let found = line.split(separator: " ")
      if found.isEmpty && !words.isEmpty { break }
      words += found
    }
    return words.isEmpty ? nil : DisplayText.escaped(words.joined(separator: " "))
  }
}

internal import Diagnostics
internal import Reporting

/// `--statistics`: how often each rule reported.
enum Statistics {
  /// One line for each rule that reported, the most frequent first: its count, severity, id and name.
  static func text(_ findings: [Finding], _ rules: [RuleInfo]) -> String {
    var counts: [RuleID: (count: Int, severity: Severity)] = [:]
    for finding in findings {
      let before = counts[finding.rule] ?? (0, finding.severity)
      counts[finding.rule] = (before.count + 1, max(before.severity, finding.severity))
    }
    let sorted = counts.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
    let width = sorted.first.map { String($0.value.count).count } ?? 0
    return sorted.map { rule, entry in
      let count = String(entry.count)
      let name = rules.first { $0.id == rule }?.name ?? ""
      return String(repeating: " ", count: width - count.count)
        + "\(count)  \(entry.severity.rawValue)  \(rule)  \(name)\n"
    }.joined()
  }
}

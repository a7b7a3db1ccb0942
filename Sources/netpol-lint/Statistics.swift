internal import Diagnostics
internal import Writing

/// `--statistics`: how often each rule reported.
enum Statistics {
  /// One line for each rule that reported, the most frequent first: its count, severity, id and name.
  static func write(_ findings: [Finding], _ rules: [RuleInfo], to out: inout ByteWriter) {
    var counts: [RuleID: (count: Int, severity: Severity)] = [:]
    for finding in findings {
      let before = counts[finding.rule] ?? (0, finding.severity)
      counts[finding.rule] = (before.count + 1, max(before.severity, finding.severity))
    }
    let sorted = counts.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
    let width = sorted.first.map { String($0.value.count).count } ?? 0
    for (rule, entry) in sorted {
      let count = String(entry.count)
      let name = rules.first { $0.id == rule }?.name ?? ""
      out.append(repeating: UInt8(ascii: " "), count: width - count.count)
      out.append("\(count)  \(entry.severity.rawValue)  \(rule)  \(name)\n")
    }
  }
}

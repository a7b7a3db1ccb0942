import Diagnostics
import Writing

/// Numbers in the text format of Prometheus, for the textfile collector of the node exporter.
///
/// Every rule that ran has a sample, so that a rule without findings is seen to be 0. Labels are ids, names of rules
/// and severities, which need no escapes.
enum PrometheusReport {
  static func write(_ report: Report, to out: inout ByteWriter) {
    metric("info", "The version of netpol-lint; always 1.", to: &out)
    out.append("netpol_lint_info{version=\"\(report.version)\"} 1\n")
    metric("findings", "Findings by rule and severity.", to: &out)
    let byRule = Dictionary(grouping: report.findings.map(\.finding), by: \.rule)
    for info in report.rules {
      let counts = Dictionary(grouping: byRule[info.id] ?? [], by: \.severity)
      for severity in Severity.allCases where severity == info.severity || counts[severity] != nil {
        out.append("netpol_lint_findings{rule=\"\(info.id)\",name=\"\(info.name)\",severity=\"\(severity.rawValue)\"}")
        out.append(" \(counts[severity]?.count ?? 0)\n")
      }
    }
    let totals: [(String, String, Int)] = [
      ("suppressed_findings", "Findings that are suppressed.", report.suppressedCount),
      ("undecided", "Questions that could not be decided.", report.undecided.count),
      ("skipped_inputs", "Inputs that were not read.", report.skipped.count),
      ("files", "Files that were read.", report.input.files),
      ("policies", "NetworkPolicies that were read.", report.input.policies),
    ]
    for (name, help, value) in totals {
      metric(name, help, to: &out)
      out.append("netpol_lint_\(name) \(value)\n")
    }
  }

  private static func metric(_ name: String, _ help: String, to out: inout ByteWriter) {
    out.append("# HELP netpol_lint_\(name) \(help)\n# TYPE netpol_lint_\(name) gauge\n")
  }
}

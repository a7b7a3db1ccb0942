/// What a report is written as; the raw values are those of `--format` and `--output`.
package enum ReportFormat: String, CaseIterable, Sendable {
  case text, concise, json

  /// Writes the report in this format; the caller flushes.
  ///
  /// Only the text report holds the summary; for the other formats the caller writes `Summary` elsewhere.
  package func write(_ report: Report, options: ReportOptions = ReportOptions(), to out: inout ByteWriter) {
    switch self {
    case .text: TextReport.write(report, color: options.color, to: &out)
    case .concise: ConciseReport.write(report, to: &out)
    case .json: JSONReport.write(report, to: &out)
    }
  }
}

/// What the caller decides about a report.
package struct ReportOptions: Sendable {
  /// Whether the text report uses ANSI colours.
  package var color: Bool

  package init(color: Bool = false) { self.color = color }
}

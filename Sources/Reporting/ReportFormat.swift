package import Writing

/// What a report is written as; the raw values are those of `--format` and `--output`.
package enum ReportFormat: String, CaseIterable, Sendable {
  case text, concise, json, sarif, junit, github, gitlab, checkstyle, rdjson, markdown, prometheus

  /// Whether the format holds the fingerprints of findings, which take time to work out.
  package var holdsFingerprints: Bool { [.json, .sarif, .gitlab].contains(self) }

  /// Writes the report in this format; the caller flushes.
  ///
  /// Only the text report holds the summary; for the other formats the caller writes `Summary` elsewhere.
  package func write(_ report: Report, options: ReportOptions = ReportOptions(), to out: inout ByteWriter) {
    switch self {
    case .text: TextReport.write(report, options, to: &out)
    case .concise: ConciseReport.write(report, options, to: &out)
    case .json: JSONReport.write(report, to: &out)
    case .sarif: SARIFReport.write(report, paths: options.paths, to: &out)
    case .junit: JUnitReport.write(report, to: &out)
    case .github: GitHubReport.write(report, paths: options.paths, to: &out)
    case .gitlab: GitLabReport.write(report, paths: options.paths, to: &out)
    case .checkstyle: CheckstyleReport.write(report, to: &out)
    case .rdjson: RDJSONReport.write(report, to: &out)
    case .markdown: MarkdownReport.write(report, to: &out)
    case .prometheus: PrometheusReport.write(report, to: &out)
    }
  }
}

/// What the caller decides about a report.
package struct ReportOptions: Sendable {
  /// Whether the text report uses ANSI colours.
  package var color: Bool
  /// How the formats that code hosts read name files: from the root of the repository.
  package var paths: RepositoryPaths
  /// How many blocks or lines the formats for people show at most; the others list everything.
  package var mostFindings: Int
  /// The cells of a terminal's line, at which the text report is wrapped; `nil` where it is none.
  package var width: Int?

  package init(
    color: Bool = false, paths: RepositoryPaths = RepositoryPaths(), mostFindings: Int = .max, width: Int? = nil
  ) {
    self.width = width
    self.color = color
    self.paths = paths
    self.mostFindings = mostFindings
  }
}

package import Diagnostics

extension Report {
  /// What one run found, before it is made into a report.
  package struct Material: Sendable {
    package var input: InputCounts
    package var findings: [Finding]
    package var suppressed: [(finding: Finding, suppression: Suppression)] = []
    package var undecided: [Undecided] = []
    package var skipped: [SkippedInput] = []
    package var sources: SourceTable
    /// The rules that ran.
    package var rules: [RuleInfo]
    package var policyFiles: [FileID] = []

    package init(input: InputCounts, findings: [Finding], sources: SourceTable, rules: [RuleInfo]) {
      self.input = input
      self.findings = findings
      self.sources = sources
      self.rules = rules
    }
  }

  /// Below this many findings a task of its own costs more than it saves.
  private static let findingsPerTask = 256

  /// Makes a report, and works out the fingerprints of all findings with at most `jobs` tasks.
  ///
  /// - Parameters:
  ///   - version: of the tool.
  ///   - fingerprinting: whether a format needs the fingerprints (`ReportFormat.holdsFingerprints`): the documents of
  ///     findings are read again for them.
  ///   - showsSuppressed: whether the report lists the suppressed findings; they are counted in any case.
  package static func assemble(
    _ material: Material, version: String, fingerprinting: Bool, showsSuppressed: Bool, jobs: Int
  ) async -> Report {
    let sources = material.sources
    let all: [(finding: Finding, suppression: Suppression?)] =
      material.findings.map { ($0, nil) } + material.suppressed.map { ($0.finding, $0.suppression) }
    // Neighbours share the document that is read for their fingerprints.
    let size = max(findingsPerTask, (all.count + jobs - 1) / jobs)
    let parts = stride(from: 0, to: all.count, by: size).map { all[$0..<min($0 + size, all.count)] }
    var findings = await inParallel(parts, jobs: jobs) { part in
      var paths = ContentPaths(sources)
      var templates = TemplateSources(sources)
      return part.map { finding, suppression in
        var finding = finding
        if let template = templates.template(of: finding.span) { finding.template = template }
        let path = fingerprinting ? paths.path(of: finding) : finding.path
        return ReportedFinding(finding, contentPath: path, suppression: suppression)
      }
    }.flatMap(\.self)
    ReportedFinding.makeUnique(&findings, in: sources)
    return Report(
      version: version, input: material.input, findings: findings.filter { $0.suppression == nil },
      suppressed: showsSuppressed ? findings.filter { $0.suppression != nil } : [],
      suppressedCount: material.suppressed.count, undecided: material.undecided, skipped: material.skipped,
      sources: sources, rules: material.rules, policyFiles: material.policyFiles)
  }
}

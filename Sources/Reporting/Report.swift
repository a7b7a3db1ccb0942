package import Diagnostics

/// All that one run of the linter says: the value that every format turns into bytes.
package struct Report: Sendable {
  /// The version of the tool.
  package var version: String
  /// Where the project is to be found, if anywhere.
  package var address = ProjectAddress.current
  /// What was read.
  package var input: InputCounts
  /// In report order.
  package let findings: [ReportedFinding]
  /// The number of suppressed findings, shown or not.
  package var suppressedCount: Int
  /// Suppressed findings, in report order; empty unless they were asked for.
  package let suppressed: [ReportedFinding]
  package let undecided: [Undecided]
  package let skipped: [SkippedInput]
  package let sources: SourceTable
  /// The rules that ran, in order of their ids.
  package let rules: [RuleInfo]
  /// The files that hold at least one policy, in order; JUnit lists the clean ones of them as passed.
  package var policyFiles: [FileID]
  private let ruleIndices: [RuleID: Int]
  /// What the findings say that others follow from.
  let messages: [FindingID: String]

  /// Sorts everything, so that callers may hand it over in any order.
  ///
  /// - Parameter suppressedCount: the number of `suppressed` when `nil`.
  package init(
    version: String, input: InputCounts, findings: [ReportedFinding], suppressed: [ReportedFinding] = [],
    suppressedCount: Int? = nil, undecided: [Undecided] = [], skipped: [SkippedInput] = [], sources: SourceTable,
    rules: [RuleInfo], policyFiles: [FileID] = []
  ) {
    self.version = version
    self.input = input
    self.findings = findings.sorted { Finding.inReportOrder($0.finding, $1.finding) }
    self.suppressed = suppressed.sorted { Finding.inReportOrder($0.finding, $1.finding) }
    self.suppressedCount = suppressedCount ?? suppressed.count
    self.undecided = undecided.sorted()
    self.skipped = skipped.sorted()
    self.sources = sources
    self.rules = rules.sorted { $0.id < $1.id }
    self.policyFiles = policyFiles.sorted()
    let causes = Set(findings.lazy.compactMap { $0.finding.cause })
    messages =
      causes.isEmpty
      ? [:]
      : Dictionary(
        findings.lazy.map(\.finding).filter { causes.contains($0.id) }.map { ($0.id, $0.message) }
      ) { first, _ in first }
    self.ruleIndices = Dictionary(self.rules.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The number of findings of a severity.
  package func count(_ severity: Severity) -> Int { findings.count { $0.finding.severity == severity } }

  /// The position of a rule in `rules`; `nil` for a rule that is not among them.
  func index(of rule: RuleID) -> Int? { ruleIndices[rule] }

  /// What is known about the rule of a finding.
  func info(of finding: Finding) -> RuleInfo? { info(of: finding.rule) }

  /// What is known about a rule.
  func info(of rule: RuleID) -> RuleInfo? { ruleIndices[rule].map { rules[$0] } }

  /// The name of the rule of a finding; its id for a rule that is not among `rules`.
  func ruleName(of finding: Finding) -> String { info(of: finding)?.name ?? finding.rule.description }

  /// The address of a rule's page, if it has one.
  func page(of rule: RuleID) -> String? { address?.page(of: rule, version: version) }

  /// Why a finding matters: what the finding says, else what the rule says.
  func reason(for finding: Finding) -> String? { finding.why ?? info(of: finding)?.rationale }

  /// What to do about a finding: what the finding says, else what its fix does, else what the rule says.
  func remedy(of finding: Finding) -> String? {
    finding.remedy ?? finding.fix?.description ?? info(of: finding)?.remedy
  }
}

/// How much was read.
package struct InputCounts: Hashable, Sendable {
  package var files: Int
  package var documents: Int
  package var policies: Int
  package var workloads: Int
  package var namespaces: Int

  package init(files: Int, documents: Int, policies: Int, workloads: Int, namespaces: Int) {
    self.files = files
    self.documents = documents
    self.policies = policies
    self.workloads = workloads
    self.namespaces = namespaces
  }
}

/// A finding together with what identifies it from run to run.
package struct ReportedFinding: Sendable {
  package internal(set) var finding: Finding
  /// 32 hexadecimal digits, and `:2`, `:3`, … for further findings that would have the same.
  package internal(set) var fingerprint: String
  /// Why the finding does not count, if it was suppressed.
  package var suppression: Suppression?

  /// - Parameter contentPath: the field path with list items named by content (`Fingerprint.contentPath`).
  package init(_ finding: Finding, contentPath: String, suppression: Suppression? = nil) {
    self.finding = finding
    self.fingerprint = Fingerprint.of(finding, contentPath: contentPath)
    self.suppression = suppression
  }

  /// Makes the fingerprints of a run's findings unique; called once, with all of them, before any is left out.
  package static func makeUnique(_ findings: inout [ReportedFinding], in sources: SourceTable) {
    Fingerprint.distinguish(&findings, in: sources)
  }
}

/// How a finding was suppressed.
package struct Suppression: Hashable, Sendable {
  package enum Origin: Sendable {
    /// By a comment or an annotation beside the object.
    case inSource
    /// By the config file or a baseline.
    case external
  }

  package var origin: Origin
  /// The reason that was given; empty when there is none (baselines).
  package var reason: String

  package init(_ origin: Origin, reason: String) {
    self.origin = origin
    self.reason = reason
  }
}

internal import Assembly
internal import Config
package import Diagnostics
package import Facts
internal import Reporting
package import Rules
package import Traffic
internal import Writing

/// Everything that the report is made of.
package struct EvidenceMaterial: Sendable {
  package let project: Project
  /// What the rules found, under the profile hipaa and without the command line's choice of rules.
  package let result: LintResult
  package let catalogue: EvidenceCatalogue
  package let toolVersion: String
  /// The command line, word by word, each as a shell takes it.
  package var arguments: [String] = []
  /// Where the input comes from, as whoever runs the tool says.
  package var source: String?
  /// Of a live export: cluster, context, time and command.
  package var liveExport: String?
  package var showsProposed = false
  package var skipped: [SkippedInput] = []
  /// An earlier report, and the hash of its file.
  package var earlier: (report: EarlierReport, digest: String)?
  /// Reports that were kept; `nil` where none were asked for.
  package var history: [KeptReport]?
  /// Where the changes since then were acknowledged.
  package var acknowledgement: String?

  package init(_ project: Project, _ result: LintResult, _ catalogue: EvidenceCatalogue, toolVersion: String) {
    self.project = project
    self.result = result
    self.catalogue = catalogue
    self.toolVersion = toolVersion
  }

  var configuration: Configuration { project.configuration }
  var today: String { configuration.today }
  var worldNames: [String] { project.plans.map(\.name) }
}

/// What the sections share while they are put together: the material, and places as text.
final class EvidenceContext {
  let material: EvidenceMaterial
  private var places: Places

  init(_ material: EvidenceMaterial) {
    self.material = material
    places = Places(material.project.sources)
  }

  /// What is known and was not read, besides what a world says of itself.
  private(set) lazy var unread = UnreadInput.all(material.project, material.skipped)

  /// What there was to be looked at, once all worlds have been.
  var lookedAt = LookedAt()

  /// The files that were read, each once.
  private(set) lazy var inputs = InputsSection.inputs(self)

  /// `k8s/db.yaml:12`.
  func place(_ span: SourceSpan) -> String { "\(places.path(of: span)):\(places.line(of: span))" }

  func place(_ input: UnreadInput) -> String { input.place { place($0) } }

  func text(_ sentence: Sentence) -> String { sentence.text { place($0) } }

  /// `clinic/db spec.ingress[0] (k8s/db.yaml:12)`.
  func text(_ reference: PolicyReference) -> String { text(reference.sentence) }

  var worlds: [String] { material.worldNames }
}

extension EvidenceMaterial {
  /// What a rule found, accepted or not.
  func findings(_ rule: RuleID) -> [Finding] {
    let all = result.findings + result.suppressed.map(\.finding)
    return all.filter { $0.rule == rule }.sorted(by: Finding.inReportOrder)
  }
}

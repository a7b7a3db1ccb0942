package import Facts
internal import Reporting

/// The report: what the policies are evidence for, and what they cannot show.
package struct EvidenceReport: Sendable {
  /// Said on every page: nothing here was observed.
  package let state: String
  package let catalogue: EvidenceCatalogue
  package let catalogueDigest: String
  package let toolVersion: String
  package let today: String
  /// In the order in which they are read: scope first.
  package let sections: [EvidenceSection]
  package let citations: [CitationResult]
  package let checks: [CheckResult]
  package let inputs: [EvidenceInput]
  package let subjects: [EvidenceSubject]
  package let attestations: [EvidenceAttestation]
  /// The earliest date of a next review; `nil` where none is known.
  package let nextReview: String?
  package let comparison: EvidenceComparison?

  package static let desiredState = "Desired state. Deployment and enforcement not verified."

  package init(_ material: EvidenceMaterial) {
    let context = EvidenceContext(material)
    let collection = EvidenceCollection(context)
    catalogue = material.catalogue
    catalogueDigest = SHA256.hexDigits(64, of: material.catalogue.bytes)
    toolVersion = material.toolVersion
    today = material.today
    state =
      material.liveExport.map { "Live export: \($0). Enforcement not verified." } ?? EvidenceReport.desiredState
    checks = collection.checks
    citations = collection.citations
    sections = collection.sections
    inputs = collection.inputs
    subjects = collection.subjects
    attestations = collection.attestations
    nextReview = collection.nextReview
    comparison = collection.comparison
  }

  /// Whether a check that says something of a paragraph came out so.
  package func has(_ result: EvidenceResult) -> Bool { checks.contains { $0.result == result } }
}

/// A file that was read.
package struct EvidenceInput: Sendable {
  package let path: String
  package let digest: String
  package let bytes: Int
}

/// A workload or a policy that the evidence is about.
package struct EvidenceSubject: Hashable, Sendable {
  /// `Deployment clinic/db`.
  package let name: String
  package let kind: String
  package let place: String
}

/// What somebody claims and nothing here shows.
package struct EvidenceAttestation: Sendable {
  package let component: String
  package let statement: String
}

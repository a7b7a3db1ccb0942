import Evidence
import Facts
import Foundation
import TestSupport
import Testing
import Writing

/// Another framework is another catalogue: nothing of HIPAA's own stands in its report.
@Suite struct FrameworkTests {
  private func report() async throws -> EvidenceReport {
    let url = Fixture.repository.appendingPathComponent("Fixtures/frameworks/small.yaml")
    let catalogue = EvidenceCatalogue(Array(try Data(contentsOf: url)), name: "small.yaml")
    let config = """
      components: {db: {namespace: clinic, labels: {app: db}, data: ephi, clients: [], ports: [5432/TCP]}}
      hipaa: {decisions: {164.312(e)(2)(ii): {status: implemented}}}
      """
    let sample = try await SampleEvidence.material(
      SampleEvidence.pod("db") + SampleEvidence.policy("db"), config: config)
    return EvidenceReport(EvidenceMaterial(sample.project, sample.result, catalogue, toolVersion: "0"))
  }

  @Test func resultsAreThoseOfItsParagraphs() async throws {
    let report = try await report()
    #expect(report.citations.map(\.entry.paragraph) == ["4.1(a)", "4.2"])
    #expect(report.citation("4.1(a)")?.result == .pass && report.citation("4.2")?.result == .notAssessed)
    #expect(report.citation("4.1(a)")?.kind == "control")
    #expect(report.checks.map(\.check.id) == ["default-deny-ingress", "ephi-store-ingress-allowlist"])
    let markdown = SampleEvidence.text(report, .markdown)
    #expect(markdown.hasPrefix("# Small framework: evidence of NetworkPolicies"))
    #expect(markdown.contains("### S4.1(a) Segments") && markdown.contains("Retain at least until 2028-11-24"))
    #expect(markdown.contains("The catalogue has none for this framework."))
    #expect(!markdown.contains("164.306") && !markdown.contains("164.316(b)(1) is the entity"))
  }

  @Test(arguments: EvidenceFormat.allCases)
  func everyFormatTakesIt(_ format: EvidenceFormat) async throws {
    let text = SampleEvidence.text(try await report(), format)
    #expect(!text.isEmpty && !text.contains("45 CFR"))
    if format == .oscal { #expect(text.contains("\"small-4.1.a\"") && text.contains("small-oscal-catalog.json")) }
    guard format == .json || format == .oscal else { return }
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
  }

  @Test func nothingIsProposedForIt() async throws {
    let url = Fixture.repository.appendingPathComponent("Fixtures/frameworks/small.yaml")
    let catalogue = EvidenceCatalogue(Array(try Data(contentsOf: url)), name: "small.yaml")
    let sample = try await SampleEvidence.material("", config: "profile: hipaa")
    var material = EvidenceMaterial(sample.project, sample.result, catalogue, toolVersion: "0")
    material.showsProposed = true
    let markdown = SampleEvidence.text(EvidenceReport(material), .markdown)
    #expect(markdown.contains("knows of nothing that is proposed") && !markdown.contains("NOT IN FORCE:"))
  }

  @Test func aReportOfItIsNoneOfHIPAA() async throws {
    #expect(try SampleEvidence.earlier(try await report()).framework == "small")
  }

  @Test func itsCatalogueHasItsControls() throws {
    let url = Fixture.repository.appendingPathComponent("Fixtures/frameworks/small.yaml")
    let catalogue = EvidenceCatalogue(Array(try Data(contentsOf: url)), name: "small.yaml")
    var out = ByteWriter()
    OSCALCatalogue.write(catalogue, to: &out)
    let text = String(decoding: out.bytes, as: UTF8.self)
    #expect(text.contains("\"small-4.2\"") && !text.contains("hipaa"))
  }
}

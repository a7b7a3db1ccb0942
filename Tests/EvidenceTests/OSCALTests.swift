import Config
import Diagnostics
import Evidence
import Facts
import Foundation
import Reporting
import TestSupport
import Testing
import Writing

@Suite struct OSCALTests {
  /// RFC 9562, appendix A.4: `www.example.com` in the namespace of DNS names.
  @Test func uuidsAreThoseOfTheStandard() {
    let dns: [UInt8] = [
      0x6B, 0xA7, 0xB8, 0x10, 0x9D, 0xAD, 0x11, 0xD1, 0x80, 0xB4, 0x00, 0xC0, 0x4F, 0xD4, 0x30, 0xC8,
    ]
    #expect(UUIDText.version5("www.example.com", in: dns) == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
  }

  /// `make evidence-update` writes it.
  @Test func theShippedCatalogueIsTheGeneratedOne() throws {
    let catalogue = SampleEvidence.catalogue
    var out = ByteWriter()
    OSCALCatalogue.write(catalogue, to: &out)
    let url = Fixture.repository.appendingPathComponent("schemas/\(OSCALCatalogue.fileName(catalogue))")
    #expect(Array(try Data(contentsOf: url)) == out.bytes)
  }

  @Test func observationsExamineAndReferencesResolve() async throws {
    for folder in ["voiceassist/as-documented", "voiceassist/as-found", "hipaa/labels-nobody-has"] {
      let text = SampleEvidence.text(try await SampleEvidence.report(of: folder), .oscal)
      #expect(!text.contains("\"findings\"") && !text.contains("\"TEST\"") && !text.contains("[]"))
      let uuids = Set(text.matches(of: /"uuid": ?"([0-9a-f-]{36})"/).map { String($0.1) })
      let references = text.matches(
        of: /"(?:href": ?"#|actor-uuid": ?"|subject-uuid": ?"|component-uuid": ?")([0-9a-f-]{36})"/)
      #expect(!references.isEmpty)
      for reference in references { #expect(uuids.contains(String(reference.1)), "\(folder): \(reference.1)") }
    }
  }

  /// An object of one name in two worlds is two, and what is said of one alone names it.
  @Test func worldsAreToldApart() async throws {
    func file(_ id: Int, _ folder: String, _ port: Int) -> SourceFile {
      let text =
        SampleEvidence.pod("db")
        + SampleEvidence.policy("db", ingress: "{from: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: \(port)}]}")
      return SourceFile(id: FileID(id), path: "\(folder)/k8s.yaml", bytes: Array(text.utf8))
    }
    let config =
      "roots: ['clusters/*']\ncomponents: {db: {namespace: clinic, labels: {app: db}, data: ephi, clients: []}}"
    let configFile = SourceFile(id: FileID(0), path: ".netpol-lint.yaml", bytes: Array(config.utf8))
    let files = [file(1, "clusters/a", 5432), file(2, "clusters/b", 6379)]
    var configuration = try ConfigReader.read(configFile).get()
    configuration.files = [configFile]
    let report = EvidenceReport(try await SampleEvidence.material(files, configuration))
    let uuids = SampleEvidence.text(report, .oscal).matches(of: /"uuid": ?"([0-9a-f-]{36})"/).map { String($0.1) }
    #expect(uuids.count == Set(uuids).count)
    #expect(report.evidence("plaintext-port-allowed").hasSuffix("(in clusters/b)"))
  }

  @Test func attestationsAreNoObservations() async throws {
    let manifests =
      SampleEvidence.pod("db")
      + SampleEvidence.policy(
        "db", ingress: "{from: [{podSelector: {}}], ports: [{port: 5432}]}",
        egress: "{to: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 9000}]}")
    let report = EvidenceReport(
      try await SampleEvidence.material(
        manifests, config: "components: {db: {namespace: clinic, labels: {app: db}, data: ephi, tls: true}}"))
    #expect(report.result("tls-undecidable-port") == .undecided)
    #expect(report.evidence("tls-undecidable-port").contains("attestation: the config says that db takes TLS alone"))
    let oscal = SampleEvidence.text(report, .oscal)
    #expect(!oscal.contains("attestation: the config") && oscal.contains("\"attestations\""))
  }

  @Test func equalInputGivesEqualBytes() async throws {
    for format in EvidenceFormat.allCases {
      let texts = [
        SampleEvidence.text(try await SampleEvidence.report(of: "voiceassist/as-found"), format),
        SampleEvidence.text(try await SampleEvidence.report(of: "voiceassist/as-found"), format),
      ]
      #expect(texts[0] == texts[1] && !texts[0].isEmpty)
    }
  }
}

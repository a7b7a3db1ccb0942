import Evidence
import Facts
import Foundation
import TestSupport
import Testing

@Suite struct EvidenceTests {
  @Test func asDocumentedHasNoFail() async throws {
    let report = try await SampleEvidence.report(of: "voiceassist/as-documented")
    #expect(!report.has(.fail))
    #expect(report.result("ephi-store-ingress-allowlist") == .pass)
    #expect(report.result("assertion-tests-pass") == .pass)
    #expect(report.result("default-deny-egress") == .pass)
    // The range of the providers is no destination.
    #expect(report.result("external-egress-declared") == .undecided)
    #expect(report.evidence("external-egress-declared").contains("destination not bounded"))
    #expect(report.result("tls-undecidable-port") == .undecided)
    #expect(report.result("drift-diff") == .notAssessed)
  }

  @Test func asFoundHasTheFailuresThatItsDefectsImply() async throws {
    let report = try await SampleEvidence.report(of: "voiceassist/as-found")
    let failed = report.checks.filter { $0.result == .fail }.map(\.check.id)
    #expect(
      failed == [
        "ephi-store-no-external-egress", "plaintext-port-allowed", "plaintext-and-tls-both-allowed",
        "review-date-fresh",
        "assertion-tests-pass",
      ])
    // Its two peers for DNS stand in separate items.
    #expect(report.evidence("ephi-store-no-external-egress").contains("questions for names"))
    #expect(report.citation("164.312(e)(1)")?.result == .fail)
    #expect(report.citation("164.312(e)(2)(ii)")?.words == "contrary evidence found")
  }

  @Test func aDenialThatAllowsIsNoPass() async throws {
    let report = try await SampleEvidence.report(of: "hipaa/deny-that-allows")
    #expect(report.result("ephi-store-no-external-egress") == .undecided)
    #expect(report.evidence("ephi-store-no-external-egress").contains("analytics/exporter"))
    #expect(report.result("plaintext-port-allowed") == .undecided)
    #expect(SampleEvidence.text(report, .csv).contains("clinic/records,ePHI store,analytics/exporter"))
  }

  @Test func policiesForLabelsThatNobodyHasLeaveTheStoreOpen() async throws {
    let report = try await SampleEvidence.report(of: "hipaa/labels-nobody-has")
    for check in [
      "default-deny-ingress", "default-deny-egress", "workload-unpoliced", "ephi-store-ingress-allowlist",
      "ephi-store-no-external-egress", "external-egress-declared", "assertion-tests-pass",
    ] {
      #expect(report.result(check) == .fail, "\(check)")
    }
    #expect(report.result("plaintext-port-allowed") == .undecided)
    let markdown = SampleEvidence.text(report, .markdown)
    #expect(markdown.contains("### Policies that select no workload that was read\n\n| Policy | Place |"))
  }

  @Test func contraryEvidenceIsNeverAPass() async throws {
    for folder in ["voiceassist/as-documented", "voiceassist/as-found", "hipaa/deny-that-allows"] {
      let report = try await SampleEvidence.report(of: folder)
      for citation in report.citations where citation.entry.support == .contrary || citation.entry.support == .none {
        #expect(citation.result != .pass, "\(folder) \(citation.entry.paragraph)")
      }
    }
  }

  @Test func withoutZonesNothingIsAssessed() async throws {
    let manifests = """
      apiVersion: v1
      kind: Pod
      metadata: {name: postgres, namespace: clinic, labels: {app: postgres}}
      spec: {containers: [{name: db, image: postgres}]}
      """
    let report = EvidenceReport(try await SampleEvidence.material(manifests, config: "profile: hipaa"))
    #expect(!report.has(.fail) && !report.has(.undecided))
    #expect(report.result("ephi-store-ingress-allowlist") == .notAssessed)
    #expect(report.result("external-egress-declared") == .notAssessed)
  }

  @Test func zonesInWhichNobodyIsAreUndecided() async throws {
    let manifests = """
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: clinic, labels: {app: web}}
      spec: {containers: [{name: web, image: web}]}
      """
    for config in [
      "hipaa: {zoneLabel: zone}", "components: {db: {namespace: clinic, labels: {app: db}, data: ephi}}",
    ] {
      let report = EvidenceReport(try await SampleEvidence.material(manifests, config: config))
      #expect(!report.has(.fail))
      for check in ["default-deny-ingress", "external-egress-declared", "plaintext-port-allowed", "workload-unpoliced"]
      {
        #expect(report.result(check) == .undecided, "\(config): \(check)")
      }
    }
  }

  @Test func aSuppressionChangesNoResult() async throws {
    let manifests = """
      # netpol-lint: ignore[NP704] until=2027-01-31: the platform team works on it
      apiVersion: v1
      kind: Pod
      metadata: {name: db, namespace: clinic, labels: {app: db}}
      spec: {containers: [{name: db, image: postgres}]}
      """
    let material = try await SampleEvidence.material(
      manifests, config: "components: {db: {namespace: clinic, labels: {app: db}, data: ephi}}")
    let report = EvidenceReport(material)
    #expect(report.result("default-deny-ingress") == .fail)
    let markdown = SampleEvidence.text(report, .markdown)
    #expect(markdown.contains("the platform team works on it") && markdown.contains("2027-01-31"))
  }

  /// What a report never says of a system.
  @Test(arguments: EvidenceFormat.allCases)
  func noFormatPromisesAnything(_ format: EvidenceFormat) async throws {
    for folder in [
      "voiceassist/as-documented", "voiceassist/as-found", "hipaa/deny-that-allows", "hipaa/labels-nobody-has",
    ] {
      let configuration = try Fixture.configuration(folder)
      var material = try await SampleEvidence.material(try Fixture.files(folder, firstID: 1), configuration)
      material.showsProposed = true
      let text = SampleEvidence.text(EvidenceReport(material), format).lowercased()
      for word in ["satisf", "compliant", "certified", "overall", "score"] {
        let found = text.ranges(of: word).filter { !text[..<$0.lowerBound].hasSuffix("there is no ") }
        #expect(found.isEmpty, "\(folder): \(word)")
      }
      #expect(format == .csv || text.contains(EvidenceReport.desiredState.lowercased()))
    }
  }

  @Test func proposedParagraphsAreThereOnlyWhereTheyAreAskedFor() async throws {
    let configuration = try Fixture.configuration("voiceassist/as-documented")
    let files = try Fixture.files("voiceassist/as-documented", firstID: 1)
    var material = try await SampleEvidence.material(files, configuration)
    for format in EvidenceFormat.allCases {
      #expect(!SampleEvidence.text(EvidenceReport(material), format).contains("90 FR 898"))
    }
    material.showsProposed = true
    #expect(
      SampleEvidence.text(EvidenceReport(material), .markdown).contains("PROPOSED, NOT IN FORCE: NPRM, 90 FR 898"))
  }

  @Test func retentionGoesByTheLaterDate() async throws {
    let config = "hipaa: {lastInEffect: 2028-02-29}"
    let report = EvidenceReport(try await SampleEvidence.material("", config: config))
    let json = SampleEvidence.text(report, .json)
    #expect(json.contains("\"atLeastUntil\": \"2032-11-24\"") && json.contains("\"until\": \"2034-03-01\""))
  }

  @Test func decisionsAreShownAndChecked() async throws {
    let config = """
      hipaa:
        decisions:
          164.312(e)(2)(ii): {status: alternative, reason: the mesh encrypts, owner: security}
          164.312(e)(2)(i): {status: implemented}
      """
    let report = EvidenceReport(try await SampleEvidence.material("", config: config))
    #expect(report.result("addressable-decision-record") == .fail)
    #expect(report.evidence("addressable-decision-record").contains("lacks the alternative"))
    let markdown = SampleEvidence.text(report, .markdown)
    #expect(markdown.contains("an equivalent alternative is used, by the config's record"))
    #expect(markdown.contains("decision not supplied"))
  }

  @Test func hostileTextStaysText() async throws {
    let manifests = """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: db
        namespace: clinic
        annotations:
          x/rationale: "<script>alert(1)</script> | [a](http://b) \\u001b[31m"
          x/owner: "=cmd|' /C calc'!A0"
      spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: db, namespace: clinic, labels: {app: db}}
      spec: {containers: [{name: db, image: postgres}]}
      """
    let report = EvidenceReport(
      try await SampleEvidence.material(
        manifests, config: "components: {db: {namespace: clinic, labels: {app: db}, data: ephi, clients: []}}"))
    let html = SampleEvidence.text(report, .html)
    #expect(html.contains("&lt;script&gt;") && !html.contains("<script"))
    #expect(html.contains("default-src 'none'; style-src 'sha256-") && !html.contains("unsafe-inline"))
    let markdown = SampleEvidence.text(report, .markdown)
    #expect(!markdown.contains("<script") && !markdown.contains("[a](http") && !markdown.contains("\u{1B}"))
    for format in EvidenceFormat.allCases { #expect(!SampleEvidence.text(report, format).contains("\u{1B}")) }
  }
}

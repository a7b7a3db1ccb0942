import Config
import Diagnostics
import Evidence
import Facts
import TestSupport
import Testing

/// A report says no more than was looked at.
@Suite struct HonestyTests {
  private static let config = """
    components:
      db: {namespace: clinic, labels: {app: db}, data: ephi, clients: [api], ports: [5432/TCP, 6000/TCP]}
      api: {namespace: clinic, labels: {app: api}}

    """

  private func report(
    _ manifests: String, config: String = config, _ change: (inout EvidenceMaterial) -> Void = { _ in }
  ) async throws -> EvidenceReport {
    var material = try await SampleEvidence.material(manifests, config: config)
    change(&material)
    return EvidenceReport(material)
  }

  private func closed(_ egress: String = "") -> String {
    SampleEvidence.pod("db") + SampleEvidence.policy("db", egress: egress)
  }

  // MARK: What was not read

  @Test func whatCannotBeReadIsKnown() async throws {
    let broken = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: [\n"
    let found = try await report(closed() + broken)
    let markdown = SampleEvidence.text(found, .markdown)
    #expect(!markdown.contains("Nothing is known that was not read") && !markdown.contains("Everything was built"))
    #expect(markdown.contains("| All are listed | yes, of what was read: what was not stands under Scope |"))
    #expect(markdown.contains("No ePHI workload may send outside the cluster. What was not read may say otherwise"))
    #expect(found.result("flow-inventory") == .undecided)
  }

  @Test func whatIsPassedOverIsKnown() async throws {
    let found = try await report(closed()) {
      $0.skipped = [SkippedInput(file: "chart/templates/p.yaml", reason: "the templates have not been rendered")]
    }
    #expect(found.evidence("ephi-store-ingress-allowlist").contains("it may allow more: the templates"))
    #expect(!SampleEvidence.text(found, .markdown).contains("Everything was built"))
    #expect(SampleEvidence.text(try await report(closed()), .markdown).contains("Everything was built."))
  }

  /// A policy that was not read may allow what a flow forbids; what a flow expects to be allowed it does not block.
  @Test func whatFlowsForbidIsOpenWhereAPolicyWasNotRead() async throws {
    let flows = "flows: [{name: f, from: 'clinic:app=x', to: db, port: 5432, expect: deny}]\n"
    let broken = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: [\n"
    let config = Self.config + flows
    #expect(try await report(closed(), config: config).result("assertion-tests-pass") == .pass)
    let unread = try await report(closed() + broken, config: config)
    #expect(unread.result("assertion-tests-pass") == .undecided)
    #expect(unread.evidence("assertion-tests-pass").contains("what was not read may allow more: "))
    #expect(SampleEvidence.text(unread, .markdown).contains("| f | deny | undecided | cannot be told |"))
    for skipped in [
      SkippedInput(file: "chart/templates/p.yaml", reason: "the templates have not been rendered"),
      SkippedInput(file: "open.yaml", ignoredBy: ".gitignore"),
    ] {
      let found = try await report(closed(), config: config) { $0.skipped = [skipped] }
      #expect(found.result("assertion-tests-pass") == .undecided)
    }
    let other = SkippedInput(file: "a.yaml", reason: "line 3 cannot be read: it ends too early")
    let found = try await report(closed(), config: config) { $0.skipped = [other] }
    #expect(found.result("assertion-tests-pass") == .pass)
  }

  @Test func withoutZonesNothingIsSaidToBeThere() async throws {
    let markdown = SampleEvidence.text(try await report(closed(), config: "profile: hipaa"), .markdown)
    for sentence in [
      "Nobody may reach a store", "No ePHI workload may send", "There is no ePHI store", "No single rule holds",
      "No permitted connection touches", "| All are listed | yes",
    ] {
      #expect(!markdown.contains(sentence), "\(sentence)")
    }
    #expect(markdown.contains("| All are listed | not looked at: the config does not say which workloads hold ePHI"))
  }

  @Test func aMisspeltZoneIsNoneThatNobodyMeant() async throws {
    func found(_ zone: String) async throws -> EvidenceReport {
      try await report(
        SampleEvidence.pod("api", more: ", zone: processor") + SampleEvidence.policy("api")
          + SampleEvidence.pod("db", more: ", zone: \(zone)") + SampleEvidence.policy("db"),
        config: "hipaa: {zoneLabel: zone}")
    }
    for zone in ["ehpi", "e-phi", "ephi-store", "procesor"] {
      let report = try await found(zone)
      #expect(report.result("default-deny-ingress") == .undecided, "\(zone)")
      #expect(report.evidence("default-deny-ingress").contains("zone=\(zone), names no zone; did you mean"), "\(zone)")
    }
    for zone in ["public", "dmz", "clinic", "non-phi", "edge", "web"] {
      #expect(try await found(zone).result("default-deny-ingress") == .pass, "\(zone)")
    }
  }

  // MARK: Destinations

  @Test(arguments: [
    "{namespaceSelector: {}}", "{podSelector: {}}", "{namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}",
    "{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}}",
  ])
  func podsThatNoManifestShowsAreDestinations(_ peer: String) async throws {
    let found = try await report(closed("{to: [\(peer)]}"))
    #expect(found.result("plaintext-port-allowed") == .undecided)
    let named = try await report(closed("{to: [{podSelector: {matchLabels: {app: db}}}]}"))
    #expect(named.result("plaintext-port-allowed") == .pass)
  }

  @Test func whereOthersMaySendIsNotKnown() async throws {
    let found = try await report(closed("{to: [{namespaceSelector: {}}], ports: [{port: 443}]}"))
    #expect(found.result("ephi-store-no-external-egress") == .undecided)
    #expect(SampleEvidence.text(found, .csv).contains("clinic/db,ePHI store,a pod without labels in a namespace"))
  }

  // MARK: Words of results

  @Test func nothingPassesUnderAFailure() async throws {
    let found = try await report(SampleEvidence.pod("db") + SampleEvidence.policy("db", types: "Ingress"))
    #expect(found.has(.fail))
    for check in found.checks { #expect(!check.evidence.contains { $0.hasPrefix("pass:") }, "\(check.check.id)") }
  }

  @Test func aRowShowsThePortsOfItsRule() async throws {
    func rule(_ port: Int) -> String { "{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: \(port)}]}" }
    let found = try await report(
      SampleEvidence.pod("db") + SampleEvidence.pod("api")
        + SampleEvidence.policy("db", ingress: rule(5432) + ", " + rule(6000)))
    let rows = SampleEvidence.text(found, .markdown).split(separator: "\n").filter {
      $0.hasPrefix("| clinic/db | clinic/api |")
    }
    #expect(rows.count == 2 && rows.allSatisfy { !$0.contains("TCP 5432<br>") })
    #expect(rows.contains { $0.contains("| TCP 5432 |") && $0.contains("ingress\\[0\\]") }, "\(rows)")
    #expect(rows.contains { $0.contains("| TCP 6000 |") && $0.contains("ingress\\[1\\]") }, "\(rows)")
  }

  // MARK: Records

  @Test func anAgreementOfTheFutureIsNone() async throws {
    func found(_ date: String) async throws -> EvidenceReport {
      let lab = """
          lab: {data: third-party, cidrs: [203.0.113.16/28], purpose: results, owner: team, agreement: {with: Lab, date: \(date)}}

        """
      return try await report(
        SampleEvidence.pod("api")
          + SampleEvidence.policy("api", egress: "{to: [{ipBlock: {cidr: 203.0.113.16/28}}], ports: [{port: 443}]}"),
        config: "components:\n  api: {namespace: clinic, labels: {app: api}, data: processor}\n" + lab)
    }
    #expect(try await found("2026-01-01").result("external-egress-declared") == .pass)
    let future = try await found("2027-01-01")
    #expect(future.result("external-egress-declared") == .undecided)
    #expect(SampleEvidence.text(future, .markdown).contains("missing: dated in the future, 2027-01-01"))
  }

  @Test(arguments: [
    ("{status: implemented}", EvidenceResult.undecided), ("{status: implemented, owner: officer}", .pass),
    ("{status: implemented, owner: officer, date: 2027-01-01}", .undecided),
  ])
  func aDecisionNeedsARecord(_ decision: String, _ result: EvidenceResult) async throws {
    let found = try await report(
      closed(), config: Self.config + "hipaa: {decisions: {164.312(e)(2)(ii): \(decision)}}\n")
    #expect(found.result("addressable-decision-record") == result)
  }

  @Test func aReportThatSupersedesNoneSaysSo() async throws {
    let first = try await report(closed())
    #expect(first.result("retention-record") == .notAssessed)
    let earlier = try SampleEvidence.earlier(first)
    let second = try await report(closed()) { $0.earlier = (earlier, "0") }
    #expect(second.result("retention-record") == .pass)
    #expect(second.evidence("retention-record").contains("supersedes, of 2026-11-24"))
  }

  @Test func whoAcceptsIsNotThePolicysOwner() async throws {
    let policy = """
      # netpol-lint: ignore[NP701] owner=security until=2027-01-31: nobody reads it
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: clinic, annotations: {x/owner: records team}}
      spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress]}

      """
    func rows(_ manifests: String, _ config: String = "") async throws -> String {
      SampleEvidence.text(
        try await report(manifests + SampleEvidence.pod("db"), config: Self.config + config), .markdown)
    }
    #expect(try await rows(policy).contains("| nobody reads it | security | 2027-01-31 |"))
    let silent = try await rows(policy.replacing(" owner=security", with: ""))
    #expect(silent.contains("| nobody reads it | not recorded; the policy's is records team | 2027-01-31 |"))
    let config = "ignores: [{rules: [NP701], reason: kept elsewhere, owner: audit, until: 2027-02-28}]\n"
    let bare = policy.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n"
    #expect(try await rows(bare, config).contains("| kept elsewhere | audit | 2027-02-28 | the config |"))
  }

  @Test func whatHasEndedIsListed() async throws {
    let policy = """
      # netpol-lint: ignore[NP701] until=2026-01-31: for the pilot
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: clinic}
      spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress]}

      """
    let config = Self.config + "ignores: [{rules: [NP704], reason: old, owner: audit, until: 2026-02-28}]\n"
    let markdown = SampleEvidence.text(try await report(policy + SampleEvidence.pod("db"), config: config), .markdown)
    #expect(markdown.contains("| NP701 | k8s.yaml:1 | for the pilot |  | 2026-01-31 | the manifests |"))
    #expect(markdown.contains("| NP704 | .netpol-lint.yaml:4 | old | audit | 2026-02-28 | the config |"))
    #expect(SampleEvidence.text(try await report(closed()), .markdown).contains("None has ended."))
  }

  /// Whoever reaches pods that no manifest shows is not known.
  @Test func aWayThroughPodsThatNoManifestShowsCannotBeTold() async throws {
    let ports = "ports: [{port: 5432}]"
    func ways(_ ingress: String) async throws -> String {
      let pods = SampleEvidence.pod("db") + SampleEvidence.pod("api") + SampleEvidence.policy("api")
      let text = SampleEvidence.text(
        try await report(pods + SampleEvidence.policy("db", ingress: ingress)), .markdown)
      return String(text[(try #require(text.firstRange(of: "## Ways to ePHI stores"))).lowerBound...])
    }
    let open = try await ways("{from: [{namespaceSelector: {}}], \(ports)}")
    #expect(!open.contains("no way was found") && open.contains("Pods that no manifest shows are let in on the way"))
    let closed = try await ways("{from: [{podSelector: {matchLabels: {app: api}}}], \(ports)}")
    #expect(closed.contains("no way was found") && !closed.contains("Pods that no manifest shows"))
  }

  // MARK: Builds

  /// Overlays for two clusters, of which one adds the policy that isolates the store; one of its own is live with both.
  @Test(arguments: [
    ("resources: [../base, deny.yaml]", EvidenceResult.undecided), ("resources: [../base, ../deny]", .undecided),
    ("resources: [../base]", .pass), ("resources: [../base, deny.yaml] # together", .pass),
  ])
  func whatOneBuildFailsIsNoPass(_ first: String, _ result: EvidenceResult) async throws {
    let texts = [
      "base/kustomization.yaml": "resources: [db.yaml]\n", "base/db.yaml": SampleEvidence.pod("db"),
      "a/kustomization.yaml": first + "\n", "a/deny.yaml": SampleEvidence.policy("db"),
      "deny/kustomization.yaml": "resources: [deny.yaml]\n", "deny/deny.yaml": SampleEvidence.policy("db"),
      "b/kustomization.yaml": "resources: [../base]\n",
    ]
    let names = ["a", "b", "base", "deny"].flatMap { folder in texts.keys.filter { $0.hasPrefix(folder + "/") }.sorted()
    }
    let isTogether = first.hasSuffix("together")
    let folder = isTogether ? "clusters/x/" : ""
    let files = names.enumerated().map { number, name in
      SourceFile(id: FileID(number + 1), path: folder + name, bytes: Array((texts[name] ?? "").utf8))
    }
    let config =
      Self.config + "flows: [{name: f, from: 'clinic:app=x', to: db, port: 5432, expect: deny}]\n"
      + (isTogether ? "roots: ['clusters/*']\n" : "")
    let configFile = SourceFile(id: FileID(0), path: ".netpol-lint.yaml", bytes: Array(config.utf8))
    var configuration = try ConfigReader.read(configFile).get()
    configuration.files = [configFile]
    let found = EvidenceReport(try await SampleEvidence.material(files, configuration))
    for check in [
      "default-deny-ingress", "default-deny-egress", "ephi-store-ingress-allowlist", "assertion-tests-pass",
    ] {
      #expect(found.result(check) == result, "\(check): \(found.evidence(check))")
    }
    var again = try await SampleEvidence.material(files, configuration)
    again.earlier = (try SampleEvidence.earlier(found), "0")
    #expect((EvidenceReport(again).comparison?.cannotTell != nil) == (result == .undecided))
  }
}

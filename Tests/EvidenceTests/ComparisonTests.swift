import Diagnostics
import Evidence
import TestSupport
import Testing

@Suite struct ComparisonTests {
  private static let config = """
    components:
      db: {namespace: clinic, labels: {app: db}, data: ephi, clients: [api]}
      api: {namespace: clinic, labels: {app: api}, data: processor}
    """

  private static func manifests(ingress: String = "", egress: String = "", types: String = "Ingress, Egress") -> String
  {
    func pod(_ name: String) -> String {
      """
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: \(name), namespace: clinic, labels: {app: \(name)}}
      spec: {containers: [{name: c, image: c}]}

      """
    }
    return """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: clinic}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [\(types)]
        ingress: [\(ingress)]
        egress: [\(egress)]

      """ + pod("db") + pod("api") + pod("web")
  }

  private func comparison(_ old: String, _ new: String) async throws -> EvidenceComparison {
    let earlier = try SampleEvidence.earlier(
      EvidenceReport(try await SampleEvidence.material(old, config: Self.config)))
    var material = try await SampleEvidence.material(new, config: Self.config)
    material.earlier = (earlier, "0")
    return try #require(EvidenceReport(material).comparison)
  }

  @Test func nothingHasChanged() async throws {
    let text = Self.manifests(
      ingress: "{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432}]}",
      egress: "{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}], ports: [{port: 443}]}")
    #expect(try await comparison(text, text).isEmpty)
  }

  /// Who may start a pod with these labels is a client, though no manifest shows one.
  @Test(arguments: [
    ("namespaceSelector: {}", "a pod without labels in a namespace that was not read"),
    (
      "namespaceSelector: {}, podSelector: {matchLabels: {app: api}}",
      "a pod with app=api in a namespace that was not read"
    ),
    ("podSelector: {matchExpressions: [{key: app, operator: In, values: [api, evil]}]}", "clinic:app=evil"),
  ])
  func aClientThatNoManifestShowsIsNew(peer: String, client: String) async throws {
    let before = Self.manifests(ingress: "{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432}]}")
    let found = try await comparison(before, Self.manifests(ingress: "{from: [{\(peer)}], ports: [{port: 5432}]}"))
    let sentences = found.changes.map(\.change.sentence)
    #expect(sentences.contains("\(client) may newly reach clinic/db on TCP 5432"), "\(sentences)")
  }

  @Test func aNewClientIsNamedWithItsRule() async throws {
    let before = Self.manifests(ingress: "{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432}]}")
    let after = Self.manifests(ingress: "{from: [{podSelector: {}}], ports: [{port: 5432}]}")
    let found = try await comparison(before, after)
    #expect(found.has(.newClient) && !found.has(.newEgress) && !found.has(.lostIsolation))
    let change = try #require(found.changes.first?.change)
    #expect(change.sentence == "clinic/web may newly reach clinic/db on TCP 5432")
    #expect(change.rules.contains { $0.hasPrefix("clinic/db spec.ingress[0].from[0]") })
    #expect(try await comparison(after, before).changes.allSatisfy { $0.change.kind == .closed })
  }

  /// Pods that no policy tells apart have one row: each of them is compared all the same.
  @Test func onePodMoreOfAKindIsNamed() async throws {
    func twin(_ name: String) -> String {
      """
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: \(name), namespace: clinic, labels: {app: api}}
      spec: {containers: [{name: c, image: c}]}

      """
    }
    let text = Self.manifests(ingress: "{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432}]}")
    let found = try await comparison(text + twin("blue"), text + twin("green"))
    let sentences = found.changes.map(\.change.sentence)
    #expect(sentences.contains("clinic/green may newly reach clinic/db on TCP 5432"))
    #expect(sentences.contains("clinic/blue does not reach clinic/db on TCP 5432 any more"))
    #expect(
      sentences.contains("clinic/web may reach clinic/green, which is newly in a zone with ePHI, on every port"))
    #expect(!sentences.contains { $0.contains("clinic/api") })
  }

  @Test func onlyTheNewPortsCount() async throws {
    let rule = "{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432, endPort: %}]}"
    let found = try await comparison(
      Self.manifests(ingress: rule.replacing("%", with: "5435")),
      Self.manifests(ingress: rule.replacing("%", with: "5440")))
    #expect(found.changes.map(\.change.sentence) == ["clinic/api may newly reach clinic/db on TCP 5436-5440"])
  }

  @Test func aWayOutIsComparedByAddressesAndPorts() async throws {
    let found = try await comparison(
      Self.manifests(egress: "{to: [{ipBlock: {cidr: 203.0.113.0/25}}], ports: [{port: 443}]}"),
      Self.manifests(egress: "{to: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 443}]}"))
    #expect(found.changes.map(\.change.sentence) == ["clinic/db may newly send to 203.0.113.128/25 on TCP 443"])
    #expect(found.has(.newEgress))
  }

  @Test func lostIsolationIsNamed() async throws {
    let found = try await comparison(Self.manifests(), Self.manifests(types: "Ingress"))
    #expect(found.has(.lostIsolation) && found.has(.newEgress))
    let sentences = found.changes.map(\.change.sentence)
    #expect(sentences.contains("no policy isolates clinic/db, an ePHI store, for egress"))
    let rules = found.changes.first { $0.change.kind == .lostIsolation }?.change.rules ?? []
    #expect(rules.first == "clinic/db (k8s.yaml:3), which isolated it before", "\(rules)")
  }

  /// Nothing was closed: nobody looks at it any more.
  @Test func whatIsNotCalledEPHIAnyMoreIsNotClosed() async throws {
    let text = Self.manifests(
      ingress: "{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432}]}",
      egress: "{to: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 443}]}")
    let earlier = try SampleEvidence.earlier(
      EvidenceReport(try await SampleEvidence.material(text, config: Self.config)))
    let configs = [Self.config.replacing("data: ephi, ", with: ""), "profile: hipaa\n"]
    for config in configs {
      var material = try await SampleEvidence.material(text, config: config)
      material.earlier = (earlier, "0")
      let found = try #require(EvidenceReport(material).comparison)
      #expect(!found.has(.closed) && found.has(.outOfZone), "\(found.changes.map(\.change.sentence))")
      #expect(
        found.changes.map(\.change.sentence).contains(
          "clinic/db, an ePHI store before, is there and in no zone with ePHI: who reaches it is not looked at"))
    }
    // What is gone is closed all the same.
    let gone = try await comparison(
      text, text.replacing("name: db, namespace: clinic, labels: {app: db}", with: "name: x, namespace: clinic"))
    #expect(gone.has(.closed) && !gone.has(.outOfZone))
  }

  /// A file that cannot be read any more takes nothing away.
  @Test func whatIsNotReadIsNotClosedForCertain() async throws {
    let text = Self.manifests(ingress: "{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432}]}")
    let broken = text + "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: [\n"
    #expect(try await comparison(text, broken).isEmpty)
    let closed = broken.replacing("port: 5432", with: "port: 5433")
    for (after, isKnown) in [(closed, false), (text.replacing("port: 5432", with: "port: 5433"), true)] {
      let found = try await comparison(text, after)
      #expect(found.has(.closed) && found.markdown.contains("may be there all the same") != isKnown)
    }
  }

  /// A policy that cannot be read may open anything: nobody knows that nothing has changed.
  @Test func whatIsNotReadMayBeAChange() async throws {
    let text = Self.manifests()
    let broken = text + "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: [\n"
    #expect(try await comparison(text, text).cannotTell == nil)
    for (old, new) in [(text, broken), (broken, broken), (broken, text)] {
      let found = try await comparison(old, new)
      #expect(found.cannotTell?.contains("what changes by this cannot be told") ?? false)
      #expect(!found.markdown.contains("nothing changes"))
    }
    let earlier = try SampleEvidence.earlier(
      EvidenceReport(try await SampleEvidence.material(text, config: Self.config)))
    var material = try await SampleEvidence.material(broken, config: Self.config)
    material.earlier = (earlier, "0")
    let report = EvidenceReport(material)
    #expect(report.result("drift-diff") == .undecided && !report.evidence("drift-diff").contains("nothing has changed"))
    #expect(!SampleEvidence.text(report, .markdown).contains("Nothing has changed for ePHI"))
  }

  /// What was left out before, and is now, is a choice; what is newly left out may be a change.
  @Test func whatIsNewlyIgnoredMayBeAChange() async throws {
    var old = try await SampleEvidence.material(Self.manifests(), config: Self.config)
    let plain = try SampleEvidence.earlier(EvidenceReport(old))
    old.skipped = [SkippedInput(file: "old/open.yaml", ignoredBy: "exclude")]
    let ignoring = try SampleEvidence.earlier(EvidenceReport(old))
    for (earlier, isKnown) in [(plain, false), (ignoring, true)] {
      var material = old
      material.earlier = (earlier, "0")
      #expect((EvidenceReport(material).comparison?.cannotTell == nil) == isKnown)
    }
  }

  @Test func anotherFileIsNoEarlierReport() throws {
    #expect(throws: EarlierReport.Fault.self) {
      try EarlierReport(.init(id: .init(0), path: "a.json", bytes: Array("{\"schemaVersion\": 1}".utf8)))
    }
  }
}

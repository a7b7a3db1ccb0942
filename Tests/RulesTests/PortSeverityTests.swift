import Config
import Diagnostics
import Foundation
import Rules
import TestSupport
import Testing

/// Which findings of the rules about ports are notes, and what they leave undecided.
@Suite struct PortSeverityTests {
  private func lint(_ path: String, config: String = "") async throws -> LintResult {
    let id = try #require(RuleID(String(path.prefix(5))))
    let url = Fixture.repository.appendingPathComponent("Fixtures/rules/" + path)
    let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
    let file = SourceFile(id: FileID(0), path: ".netpol-lint.yaml", bytes: Array(config.utf8))
    let configuration = config.isEmpty ? try Lint.configuration(in: text) : try ConfigReader.read(file).get()
    return await Lint.run(Lint.files(of: text), [try #require(Registry.rule(id))], configuration: configuration)
  }

  @Test(arguments: [
    ("NP301/bad.yaml", Severity.warning), ("NP301/bad-a-service-leads-elsewhere.yaml", .warning),
    ("NP301/bad-a-further-port-of-the-cluster.yaml", .note), ("NP301/bad-nothing-proves-it.yaml", .note),
    ("NP301/bad-several-components.yaml", .note),
    ("NP308/bad.yaml", .note), ("NP308/bad-both-twins-are-open.yaml", .warning),
    ("NP308/bad-a-mail-relay.yaml", .note), ("NP409/bad-every-namespace-has-the-label.yaml", .error),
    ("NP409/bad-every-namespace-but-one.yaml", .warning), ("NP409/bad-the-addresses-of-all-pods.yaml", .error),
    ("NP409/bad-the-addresses-of-all-pods-in-two-blocks.yaml", .warning),
    ("NP103/bad-labels-that-all-workloads-have.yaml", .warning),
    ("NP504/bad-a-label-that-nothing-sets.yaml", .warning),
    ("NP511/bad-a-caller-that-is-scaled-to-nothing.yaml", .warning),
    ("NP511/bad-the-only-port-of-a-service.yaml", .error),
    ("NP504/bad-the-pods-of-the-application-alone.yaml", .error),
  ])
  func severityFollowsTheProof(_ path: String, _ severity: Severity) async throws {
    let findings = try await lint(path).findings
    #expect(!findings.isEmpty && findings.allSatisfy { $0.severity == severity })
  }

  @Test func plaintextOfEPHIIsAWarning() async throws {
    let config = "components: {redis: {namespace: shop, labels: {app: redis}, data: ephi}}\n"
    let findings = try await lint("NP308/bad.yaml", config: config).findings
    #expect(findings.map(\.severity) == [.warning, .note])
  }

  @Test(arguments: [
    ("NP301/good-pods-made-by-an-operator.yaml", "Pod memory is made by an operator, which may add containers"),
    ("NP303/good-no-workload-was-read.yaml", "the workloads behind a named port were not read"),
    ("NP303/good-injected-pods.yaml", "Istio adds a container to Deployment memory"),
    ("NP303/good-all-pods-of-the-namespace.yaml", "not all of the workloads behind a named port are known"),
  ])
  func whatCannotBeToldIsUndecided(_ path: String, _ reason: String) async throws {
    #expect(try await lint(path).undecided.map(\.reason) == [reason])
  }
}

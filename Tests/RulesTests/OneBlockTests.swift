import Config
import Diagnostics
import Foundation
import Rules
import TestSupport
import Testing

/// A system in which nothing is wrong, and one defect after the other in it: each is told once, and what comes of it hangs
/// on it.
@Suite struct OneBlockTests {
  struct Defect: CustomTestStringConvertible, Sendable {
    let rule: RuleID
    /// The policy that is changed; all of the text where it is empty.
    let policy: String
    let old: String
    let new: String
    var testDescription: String { "\(rule) in \(policy): \(new)" }

    init(_ rule: RuleID, _ policy: String, _ old: String, _ new: String) {
      (self.rule, self.policy, self.old, self.new) = (rule, policy, old, new)
    }
  }

  static let defects = [
    Defect("NP105", "backend", "    - Ingress\n    - Egress", "    - Ingress"),
    Defect("NP201", "redis", "name: redis\n  policyTypes", "name: redis-cache\n  policyTypes"),
    Defect("NP201", "redis", "app.kubernetes.io/name: redis\n  policyTypes", "app: redis\n  policyTypes"),
    Defect("NP208", "redis", "namespace: shop", "namespace: shops"),
    Defect("NP202", "redis", "app.kubernetes.io/name: backend", "app.kubernetes.io/name: backnd"),
    Defect("NP202", "redis", "app.kubernetes.io/name: backend", "app: backend"),
    Defect(
      "NP206", "redis", "app.kubernetes.io/name: backend\n",
      "app.kubernetes.io/name: backend\n            matchExpressions: [{key: app.kubernetes.io/name, operator: DoesNotExist}]\n"
    ),
    Defect(
      "NP205", "redis", "  podSelector:\n    matchLabels:\n",
      "  podSelector:\n    matchLabels:\n      controller-uid: a\n"),
    Defect("NP203", "frontend", "ingress-nginx\n          podSelector", "ingress-nginx\n        - podSelector"),
    Defect("NP204", "frontend", "kubernetes.io/metadata.name", "name"),
    Defect(
      "NP414", "frontend",
      "        - namespaceSelector:\n            matchLabels:\n              kubernetes.io/metadata.name: ingress-nginx\n"
        + "          podSelector:\n            matchLabels:\n              app.kubernetes.io/name: ingress-nginx",
      "        - ipBlock:\n            cidr: 0.0.0.0/24"),
    Defect("NP302", "frontend", "port: 3000", "port: 80"),
    Defect("NP302", "frontend", "port: 8080", "port: 80"),
    Defect("NP301", "postgres", "port: 5432", "port: 3306"),
    Defect("NP301", "backend", "port: 5432", "port: 5433"),
    Defect("NP310", "redis", "protocol: TCP", "protocol: UDP"),
    Defect("NP303", "frontend", "port: 8080", "port: web"),
    Defect("NP303", "backend", "port: 8080", "port: https"),
    Defect(
      "NP309", "allow-dns",
      "        - namespaceSelector:\n            matchLabels:\n              kubernetes.io/metadata.name: kube-system\n          podSelector",
      "        - podSelector"),
    Defect(
      "NP409", "postgres",
      "        - podSelector:\n            matchLabels:\n              app.kubernetes.io/name: backend",
      "        - namespaceSelector: {}"),
    Defect("NP501", "frontend", "port: 8080", "port: 9090"),
    Defect("NP511", "", "http://backend:80", "http://backend:80,redis://redis:6379"),
    Defect("NP510", "backend", "port: 9090", "port: 9091"),
    Defect("NP101", "default-deny", "    - Ingress\n", ""),
  ]

  private static func text() throws -> String {
    try String(
      contentsOf: Fixture.repository.appendingPathComponent("Fixtures/well-kept/web-shop.yaml"), encoding: .utf8)
  }

  private func roots(_ text: String) async -> [Finding] {
    let rules = Registry.all.filter { $0.info.group != .hipaa }
    return await Lint.run(Lint.files(of: text), rules).findings.filter { $0.cause == nil && $0.severity > .note }
  }

  @Test func nothingIsWrong() async throws {
    #expect(await roots(try Self.text()).map(\.message) == [])
  }

  @Test(arguments: defects)
  func oneDefectIsOneFault(_ defect: Defect) async throws {
    var documents = try Self.text().split(separator: "\n---\n").map(String.init)
    let number = try #require(
      documents.firstIndex {
        defect.policy.isEmpty
          ? $0.contains(defect.old)
          : $0.contains("kind: NetworkPolicy") && $0.contains("\n  name: \(defect.policy)\n")
      })
    let place = try #require(documents[number].firstRange(of: defect.old) as Range<String.Index>?)
    documents[number].replaceSubrange(place, with: defect.new)
    let found = await roots(documents.joined(separator: "\n---\n"))
    #expect(Set(found.map { $0.rule }) == [defect.rule], "\(found.map { "\($0.rule) \($0.message)" })")
  }
}

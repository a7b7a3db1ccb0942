import Diagnostics
import Rules
import TestSupport
import Testing

/// What authors write about policies: where it may stand, and what cannot be read of it.
@Suite struct PolicyTextTests {
  private func policy(_ name: String) -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: \(name), namespace: shop}
    spec: {podSelector: {matchLabels: {app: redis}}, policyTypes: [Ingress]}

    """
  }

  private func result(_ text: String, _ rule: RuleID) async throws -> LintResult {
    let file = SourceFile(id: FileID(0), path: Lint.fileName, bytes: Array(text.utf8))
    let configuration = try Lint.configuration(in: text)
    return await Lint.run([file], [try #require(Registry.rule(rule))], configuration: configuration)
  }

  @Test func aReviewAtTheHeadOfTheFileIsReportedOnce() async throws {
    let text = "# The shop.\r\n# Last reviewed: 2025-11-21\n---\n" + policy("a") + "---\n" + policy("b")
    let found = try await result(text, "NP602").findings
    #expect(found.map(\.object?.name) == ["a"])
  }

  @Test func aCitationAtTheHeadOfTheFileIsForAllPolicies() async throws {
    let policies = "---\n" + policy("a") + "---\n" + policy("b")
    #expect(try await result("# Evidence for §164.312(a)(1)\n" + policies, "NP701").findings.isEmpty)
    #expect(try await result("# Stores\n" + policies, "NP701").findings.count == 2)
  }

  @Test func ofAListEachPolicyHasTheCommentsBeforeIt() async throws {
    let items = ["a", "b"].map { name in
      """
        # HIPAA \(name == "a" ? "§164.312(a)(1)" : "to do")
        - metadata: {name: \(name), namespace: shop}
          spec: {podSelector: {matchLabels: {app: redis}}, policyTypes: [Ingress]}

      """
    }
    let list = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems:\n" + items.joined()
    #expect(try await result(list, "NP701").findings.map(\.object?.name) == ["b"])
  }

  @Test func aCitationIsMarkedWhereItStandsAndCanBeMended() async throws {
    let text = "# ä 45 CFR §164.312(e)(1) - Integrity Controls, and more\n" + policy("a")
    let finding = try #require(try await result(text, "NP703").findings.first)
    let bytes = Array(text.utf8)
    func written(_ span: SourceSpan) -> String {
      String(decoding: bytes[Int(span.start)..<Int(span.end)], as: UTF8.self)
    }
    #expect(written(finding.span) == "164.312(e)(1) - Integrity Controls")
    let edit = try #require(finding.fix?.edits.first)
    #expect(written(edit.span) == "Integrity Controls" && edit.replacement == "Transmission security")
  }

  @Test func aReviewDateThatCannotBeReadIsUndecided() async throws {
    let found = try await result("# Last reviewed: Q3 2025\n" + policy("a"), "NP602")
    #expect(found.findings.isEmpty)
    #expect(
      found.undecided == [
        Undecided(rule: "NP602", namespace: "shop", reason: "the review date \"Q3 2025\" cannot be read")
      ])
  }
}

import Diagnostics
import Rules
import TestSupport
import Testing
import YAMLSource

/// Which objects without a namespace are taken for those of one.
@Suite struct NamespaceTests {
  private static let deny = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: default-deny}
    spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
    """
  private static let web = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web}
    spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web, labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
    """

  private static func kustomization(_ resources: String) -> String {
    "kind: Kustomization\nnamespace: shop\nresources: [\(resources)]"
  }

  private func lint(_ files: [(path: String, text: String)], _ rule: RuleID = "NP102") async throws -> LintResult {
    let files = files.enumerated().map {
      SourceFile(id: FileID($0), path: $1.path, bytes: Array($1.text.utf8))
    }
    return await Lint.run(files, [try #require(Registry.rule(rule))])
  }

  @Test func aKustomizationPutsTheObjectsOfAllDirectoriesIntoOne() async throws {
    let result = try await lint([
      ("base/kustomization.yaml", Self.kustomization("deny.yaml")), ("base/deny.yaml", Self.deny),
      ("prod/kustomization.yaml", Self.kustomization("../base, web.yaml")), ("prod/web.yaml", Self.web),
    ])
    #expect(result.findings.isEmpty)
  }

  /// Of pods that nobody has read none is known to be closed.
  @Test func aNamespaceWithoutPodsIsCalledSo() async throws {
    let policy = Self.deny.replacing("{name: default-deny}", with: "{name: default-deny, namespace: shop}")
      .replacing("[Ingress, Egress]", with: "[Egress]")
    let finding = try #require(try await lint([("a.yaml", policy)], "NP101").findings.first)
    #expect(finding.why == "none of its pods was read, but a pod that is added tomorrow is open for ingress")
  }

  @Test func directoriesOutsideOfAKustomizationSayNothingAboutEachOther() async throws {
    let result = try await lint([("a/deny.yaml", Self.deny), ("b/web.yaml", Self.web)])
    #expect(result.findings.count == 1)
  }

  @Test func objectsThatNameTheNamespaceStandForTheOthers() async throws {
    let named = Self.deny.replacing("{name: default-deny}", with: "{name: default-deny, namespace: default}")
    let build = ("k/kustomization.yaml", "kind: Kustomization\nresources: [deny.yaml, web.yaml]")
    #expect(try await lint([("deny.yaml", named), ("web.yaml", Self.web)]).findings.isEmpty)
    #expect(try await lint([("a/deny.yaml", named), ("b/web.yaml", Self.web)]).findings.isEmpty)
    #expect(try await lint([build, ("k/deny.yaml", named), ("k/web.yaml", Self.web)]).findings.isEmpty)
    let elsewhere = named.replacing("namespace: default", with: "namespace: shop")
    #expect(try await lint([("a/deny.yaml", elsewhere), ("b/web.yaml", Self.web)]).findings.count == 1)
  }

  @Test(arguments: ["https://example.com/base//web?ref=v1", "github.com/example/base"])
  func aRemoteBaseLeavesUndecidedWhatItsObjectsCouldMend(_ base: String) async throws {
    let overlay = [("prod/kustomization.yaml", Self.kustomization("\(base), web.yaml")), ("prod/web.yaml", Self.web)]
    for rule in ["NP101", "NP102"] as [RuleID] {
      let result = try await lint(overlay, rule)
      #expect(result.findings.isEmpty)
      #expect(result.undecided.map(\.reason) == ["\(base), a remote resource of prod, was not read"])
    }
  }

  @Test func aBaseThatIsNotThereFailsTheBuild() async throws {
    let overlay = [("prod/kustomization.yaml", Self.kustomization("../base, web.yaml")), ("prod/web.yaml", Self.web)]
    #expect(try await lint(overlay, "NP010").findings.map(\.message).first?.contains("`../base`") == true)
    let result = try await lint(overlay, "NP101")
    #expect(result.findings.isEmpty)
  }

  @Test func aComponentThatNothingUsesIsNotApplied() async throws {
    let component = Self.kustomization("web.yaml").replacing("kind: Kustomization", with: "kind: Component")
    let result = try await lint([("part/kustomization.yaml", component), ("part/web.yaml", Self.web)])
    #expect(result.findings.isEmpty && result.undecided.isEmpty)
  }
}

import Diagnostics
import Rules
import TestSupport
import Testing

/// What a kustomization calls a patch is a fragment, not an object.
@Suite struct KustomizeTests {
  private func findings(_ kustomization: String, _ patch: String) async -> [String] {
    let texts = [("base/kustomization.yaml", kustomization), ("base/patch.yaml", patch)]
    let files = texts.enumerated().map {
      SourceFile(id: FileID($0), path: $1.0, bytes: Array($1.1.utf8))
    }
    return await Lint.run(files).findings.map { $0.rule.description }
  }

  private let fragment = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec:
      podSelector: {$patch: replace, matchLabels: {app: web}}
      policyTypes: [Ingress]
      ingress: [{ports: [{port: 0}]}]
    """

  @Test func onlyTheSyntaxOfAPatchIsJudged() async {
    #expect(await findings("patches: [{path: patch.yaml}]", fragment).isEmpty)
    #expect(await findings("patchesStrategicMerge: [patch.yaml]", fragment).isEmpty)
    #expect(await findings("patches: [{path: patch.yaml}]", fragment + "\nspec: {}") == ["NP002"])
  }

  @Test func aResourceIsJudgedAsAWhole() async {
    let found = await findings("resources: [patch.yaml]", fragment)
    #expect(found.contains("NP003") && found.contains("NP005"))
  }
}

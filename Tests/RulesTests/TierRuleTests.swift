import Diagnostics
import Rules
import TestSupport
import Testing

/// Rules about policies for the whole cluster, where alternatives meet.
@Suite struct TierRuleTests {
  private func member(_ path: String, _ name: String, _ image: String, _ policy: String = "") -> (String, String) {
    let workload = """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: \(name), namespace: shop}
      spec:
        selector: {matchLabels: {app: \(name)}}
        template:
          metadata: {labels: {app: \(name)}}
          spec: {containers: [{name: c, image: \(image)}]}
      ---

      """
    return (path + "/app.yaml", workload + policy)
  }

  private func policy(_ name: String, _ priority: Int, _ peer: String) -> String {
    """
    apiVersion: policy.networking.k8s.io/v1alpha2
    kind: ClusterNetworkPolicy
    metadata: {name: \(name)}
    spec:
      tier: Admin
      priority: \(priority)
      subject: {namespaces: {}}
      ingress: [{action: Deny, from: [{namespaces: \(peer)}]}]
    ---

    """
  }

  private func shadowed(_ files: [(String, String)]) async throws -> Int {
    let files = files.enumerated().map { SourceFile(id: FileID($0), path: $1.0, bytes: Array($1.1.utf8)) }
    return await Lint.run(files, [try #require(Registry.rule("NP516"))]).findings.count
  }

  /// Nothing says that two alternatives of different groups are live together.
  @Test func aRuleIsNotShadowedByOneOfAnotherAlternative() async throws {
    let (wide, narrow) = (policy("wide", 1, "{}"), policy("narrow", 2, "{matchLabels: {a: b}}"))
    let web = member("web/prod", "web", "w1")
    let db = [member("db/eu", "db", "d1", narrow), member("db/us", "db", "d2")]
    #expect(try await shadowed([member("web/dev", "web", "w2", wide), web] + db) == 0)
    #expect(try await shadowed([member("web/dev", "web", "w2"), web, ("all.yaml", wide)] + db) == 1)
    #expect(try await shadowed([member("db/asia", "db", "d3", wide + narrow), web, db[1]]) == 1)
  }
}

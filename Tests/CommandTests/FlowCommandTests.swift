import TestSupport
import Testing

@Suite struct FlowCommandTests {
  private let manifests = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: db, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: db}}
      policyTypes: [Ingress]
      ingress: [{from: [{podSelector: {matchLabels: {app: web}}}, {ipBlock: {cidr: 10.0.0.0/8}}]}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: db, namespace: shop, labels: {app: db}}
    spec: {containers: [{name: db}]}
    """

  @Test func canReachEndsWithItsAnswer() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k8s/a.yaml", manifests)
    #expect(try tool.run("can-reach", "shop:app=web", "shop/db:5432", "k8s").status == 0)
    #expect(try tool.run("can-reach", "203.0.113.1", "shop/db:5432", "k8s").status == 1)
    #expect(try tool.run("can-reach", "shop:app=other", "shop/db:5432", "k8s").status == 2)
    let wrong = try tool.run("can-reach", "shop:app=web", "shop/bd:5432", "k8s")
    #expect(
      wrong.status == 2 && wrong.errors.contains("TO `shop/bd`") && wrong.errors.contains("did you mean 'shop/db'"))
  }

  @Test func verifyReadsTheFlowsThatLieBesideTheManifests() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k8s/a.yaml", manifests)
    let none = try tool.run("verify", "k8s")
    #expect(none.status == 2 && none.errors.contains("*.flows.yaml"))
    try tool.write(
      "k8s/db.flows.yaml", "flows: [{name: web, from: 'shop:app=web', to: shop/db, port: 5432, expect: allow}]\n")
    let holds = try tool.run("verify", "k8s")
    #expect(
      holds.status == 0
        && holds.output.hasPrefix("ok   web: ")
        && holds.output.contains("shop/db allows it by spec.ingress[0].from[0] (k8s/a.yaml:7)"))
    try tool.write(
      "k8s/db.flows.yaml", "flows: [{name: web, from: 'shop:app=web', to: shop/db, port: 5432, expect: deny}]\n")
    #expect(try tool.run("verify", "k8s").status == 1)
    #expect(try tool.run("lint", "--select", "NP506", "k8s").output.contains("k8s/db.flows.yaml:1:10"))
  }

  /// A policy that cannot be read may decide otherwise: the answer is given, and the gap is named.
  @Test func policiesThatCannotBeReadAreNamed() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k8s/a.yaml", manifests)
    try tool.write("k8s/broken.yaml", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: {podSelector: {\n")
    try tool.write(
      "k8s/db.flows.yaml", "flows: [{name: web, from: 'shop:app=web', to: shop/db, port: 5432, expect: allow}]\n")
    let answer = try tool.run("can-reach", "shop:app=web", "shop/db:5432", "k8s")
    #expect(answer.status == 0 && answer.errors.contains("Not read: k8s/broken.yaml:"))
    let report = try tool.run("verify", "k8s")
    #expect(report.status == 0 && report.errors.contains("Not read: k8s/broken.yaml:"))
    #expect(report.output.hasSuffix("1 flow: 1 holds, 0 do not\n"))
  }
}

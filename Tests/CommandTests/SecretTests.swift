import Foundation
import TestSupport
import Testing

/// No output of any command holds a password of the input.
@Suite struct SecretTests {
  /// What must not be seen; the parts tell where it was seen.
  private static let manifests = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop, annotations: {dsn: "postgres://u:hunter2-annotation@db.shop:5432/x"}}
    spec:
      podSelector: {matchLabels: {app: web}}
      policyTypes: [Ingress, Egress]
      ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 8080}]}] # postgres://u:hunter2-comment@db.shop:5432/x
      egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5433}]}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: shop}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
            - name: web
              ports: [{containerPort: 80}]
              args: [--db, "postgres://u:hunter2-args@db.shop:5432/x", --password=hunter2-flag]
              env: [{name: PASSWORD, value: hunter2-env}, {name: URL, value: "postgres://u:hunter2-url@db.shop:5432/x"}]
    ---
    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"db","namespace":"shop"},"spec":{"selector":{"matchLabels":\
    {"app":"db"}},"template":{"metadata":{"labels":{"app":"db"}},"spec":{"containers":[{"name":"db","env":[{"name":"P","value":\
    "hunter2-json"}],"ports":[{"containerPort":5432}],"command":["db","hunter2-command"]}]}}}}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings, namespace: shop}
    data: {url: "postgres://u:hunter2-configmap@db.shop:5432/x", NetworkPolicy: hunter2-data}
    ---
    apiVersion: v1
    kind: Secret
    metadata: {name: settings, namespace: shop}
    stringData: {NetworkPolicy: hunter2-secret}
    """

  /// Documents that cannot be read, and name the kind of which nothing may be lost.
  private static let broken = """
    kind: Secret # NetworkPolicy
    stringData: {key: hunter2-broken
    ---
    kind: Deployment # NetworkPolicy
    spec: {env: [{name: A, value: hunter2-value}]
    ---
    kind: Deployment # NetworkPolicy
    url: [postgres://u:hunter2-line@db.shop:5432/x
    ---
    kind: NetworkPolicy
    password: [hunter2-word
    """

  private func withTool(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k8s/a.yaml", SecretTests.manifests + "\n")
    try tool.write("k8s/broken.yaml", SecretTests.broken + "\n")
    try tool.write("old/a.yaml", "")
    try tool.write(
      ".netpol-lint.yaml", "profile: strict\nflows: [{from: shop/web, to: shop/db, port: 5432, expect: allow}]\n")
    try body(tool)
  }

  @Test(arguments: [
    "text", "concise", "json", "sarif", "junit", "github", "gitlab", "checkstyle", "rdjson", "markdown", "prometheus",
  ])
  func noReportHoldsAPassword(_ format: String) throws {
    try withTool { tool in
      let run = try tool.run("k8s", "--format", format, "--show-suppressed", "-v")
      #expect(run.status == 1 && !run.output.contains("hunter2") && !run.errors.contains("hunter2"))
    }
  }

  @Test func noAnswerHoldsAPassword() throws {
    try withTool { tool in
      let commands =
        ["text", "json", "junit"].map { ["verify", "k8s", "--format", $0] }
        + ["text", "json", "csv", "markdown", "dot", "mermaid", "matrix", "matrix-markdown"].map {
          ["connectivity", "k8s", "--format", $0]
        }
        + ["text", "json", "markdown"].map { ["diff", "old", "k8s", "--format", $0] }
        + [["report", "html", "k8s"], ["report", "html", "k8s", "--against", "./old"]]
        + ["text", "json"].map { ["can-reach", "shop/web", "shop/db:5432", "k8s", "--format", $0] }
      for command in commands {
        let run = try tool.shell("\"$0\" \"$@\"", [Tool.binary] + command)
        #expect(!run.output.isEmpty && !run.output.contains("hunter2") && !run.errors.contains("hunter2"), "\(command)")
      }
    }
  }

  @Test func framesShowHostAndPort() throws {
    try withTool { tool in
      let run = try tool.run("k8s")
      let lines = run.output.split(separator: "\n").map { $0.drop { $0 != "|" } }
      #expect(lines.contains { $0.hasSuffix("# …db.shop:5432…") })
      // The place in the minified document, with what stands around it.
      #expect(lines.contains { $0.contains(#""value":…}],"ports":[{"containerPort":5432}],"command":[…,…"#) })
    }
  }
}

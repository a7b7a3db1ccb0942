import Foundation
import TestSupport
import Testing

/// A chart, rendered by the real helm.
@Suite(.enabled(if: Helm.path != nil, "there is no helm: run `make kubectl`"))
struct HelmTests {
  /// The chart's release, linted from standard input.
  private func lint(_ arguments: String..., values: String = "") throws -> Tool.Run {
    let tool = try Tool()
    defer { tool.remove() }
    for (path, text) in Helm.chart { try tool.write("shop/\(path)", text) }
    try tool.write("values.yaml", values)
    let rendered = try tool.shell(
      "\"$0\" template live shop --namespace prod --values values.yaml", [Helm.path ?? ""],
      environment: ["HOME": tool.directory.path])
    try #require(rendered.status == 0, "helm: \(rendered.errors)")
    return try tool.shell("\"$0\" \"$@\" -", [Tool.binary] + arguments, input: rendered.output)
  }

  /// What each finding of a JSON report has under a key.
  private func values(_ key: String, _ run: Tool.Run) throws -> [String] {
    let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    return (report?["findings"] as? [[String: Any]] ?? []).map { $0[key] as? String ?? "" }
  }

  @Test(
    arguments: ["text", "concise", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjson", "markdown"])
  func findingsNameTheirTemplates(format: String) throws {
    let run = try lint("--format", format, "--profile", "strict", values: "clients: [api, job]\n")
    #expect(run.status == 1)
    #expect(run.output.contains("shop/templates/clients.yaml"))
    #expect(run.output.contains("shop/templates/metrics.yaml"))
  }

  @Test func eachFindingNamesTheTemplateOfItsOwnDocument() throws {
    let run = try lint("--format", "json", "--select", "NP306", values: "clients: [api, job]\n")
    #expect(
      try values("template", run) == ["clients", "clients", "metrics"].map { "shop/templates/\($0).yaml" })
    #expect(try values("file", run) == ["<stdin>", "<stdin>", "<stdin>"])
  }

  @Test func valuesDecideWhatIsRendered() throws {
    let run = try lint("--format", "json", "--select", "NP306")
    #expect(try values("template", run) == ["shop/templates/metrics.yaml"])
  }

  @Test func aChartIsNotTheWholeNamespace() throws {
    let strict = try lint("--format", "json", "--profile", "strict", "--select", "NP101,NP102", values: "api: true\n")
    let severities = try values("severity", strict)
    #expect(!severities.isEmpty && severities.allSatisfy { $0 == "note" })
    let usual = try lint("--format", "json", values: "api: true\n")
    #expect(try values("rule", usual).allSatisfy { $0 != "NP101" && $0 != "NP102" })
  }

  @Test func rolesAndAggregatedAPIsAreEvidence() throws {
    let run = try lint("--format", "json", "-n", "prod", values: "api: true\n")
    let found = zip(try values("rule", run), try values("template", run)).map { "\($0) \($1)" }
    #expect(found.contains("NP512 shop/templates/api.yaml"))
    #expect(found.contains("NP504 shop/templates/api.yaml"))
    let without = try lint("--format", "json", "-n", "prod")
    #expect(try values("rule", without).allSatisfy { $0 != "NP512" && $0 != "NP504" })
  }

  @Test func theNamespaceOfTheReleaseIsGivenByHand() throws {
    #expect(try lint("--select", "NP102").output.contains("namespace default has no default deny"))
    #expect(try lint("--select", "NP102", "-n", "prod").output.contains("namespace prod has no default deny"))
  }
}

/// The real helm, which `make kubectl` brings, and a chart for it.
private enum Helm {
  /// `nil` where it is not there.
  static let path: String? = {
    let beside = Fixture.repository.appendingPathComponent(".build/kubectl/helm").path
    let path = ProcessInfo.processInfo.environment["NETPOL_HELM"] ?? beside
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  /// The files of a chart, by path.
  static let chart = [
    "Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "values.yaml": "replicas: 2\nclients: []\napi: false\n",
    "templates/_names.tpl": "{{- define \"shop.app\" -}}\napp: {{ .Release.Name }}\n{{- end }}\n",
    "templates/web.yaml": """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: {{ .Release.Name }}-web}
    spec:
      replicas: {{ .Values.replicas }}
      selector: {matchLabels: {{ "{" }}{{ include "shop.app" . }}{{ "}" }}}
      template:
        metadata:
          labels:
            {{- include "shop.app" . | nindent 8 }}
        spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}

    """,
    "templates/clients.yaml": """
    {{- range .Values.clients }}
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: {{ $.Release.Name }}-from-{{ . }}}
    spec:
      podSelector:
        matchLabels:
          {{- include "shop.app" $ | nindent 6 }}
      ingress: [{from: [{podSelector: {matchLabels: {app: {{ . }}}}}]}]
    {{- end }}

    """,
    // An aggregated API whose pods may call nobody, and which its own namespace alone may call.
    "templates/api.yaml": """
    {{- if .Values.api }}
    apiVersion: v1
    kind: Pod
    metadata: {name: api, namespace: {{ .Release.Namespace }}, labels: {app: api}}
    spec: {serviceAccountName: api, containers: [{name: api, image: api, ports: [{containerPort: 6443}]}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: api, namespace: {{ .Release.Namespace }}}
    spec: {selector: {app: api}, ports: [{port: 443, targetPort: 6443}]}
    ---
    apiVersion: apiregistration.k8s.io/v1
    kind: APIService
    metadata: {name: v1.shop.test}
    spec: {group: shop.test, version: v1, service: {name: api, namespace: {{ .Release.Namespace }}}}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: api}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
    subjects: [{kind: ServiceAccount, name: api, namespace: {{ .Release.Namespace }}}]
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: api, namespace: {{ .Release.Namespace }}}
    spec:
      podSelector: {matchLabels: {app: api}}
      policyTypes: [Ingress, Egress]
      ingress: [{from: [{podSelector: {}}], ports: [{port: 6443}]}]
      egress: [{to: [{podSelector: {matchLabels: {app: store}}}], ports: [{port: 5432}]}]
    {{- end }}

    """,
    "templates/metrics.yaml": """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: {{ .Release.Name }}-metrics}
    spec:
      podSelector: {}
      ingress: [{from: [{namespaceSelector: {matchLabels: {team: metrics}}}]}]

    """,
  ]
}

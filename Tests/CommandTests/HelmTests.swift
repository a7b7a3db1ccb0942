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
    let run = try lint("--format", format, values: "clients: [api, job]\n")
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
    "values.yaml": "replicas: 2\nclients: []\n",
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

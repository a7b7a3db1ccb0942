import Diagnostics
import Rules
import TestSupport
import Testing

/// Template text is told once for each chart.
@Suite struct TemplateTests {
  private func findings(_ paths: [String]) async throws -> [String] {
    let rule = try #require(Registry.rule("NP009"))
    let template = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: {{ .Values.name }}}\n"
    let files = paths.enumerated().map { index, path in
      SourceFile(
        id: FileID(index), path: path, bytes: Array((path.hasSuffix("Chart.yaml") ? "name: x\n" : template).utf8))
    }
    return await Lint.run(files, [rule]).findings.map { "\(files[Int($0.span.file.index)].path): \($0.remedy ?? "")" }
  }

  @Test func oncePerChartAndOnceForEachFileOutside() async throws {
    let found = try await findings([
      "a/Chart.yaml", "a/templates/p.yaml", "a/templates/q.yaml", "b/Chart.yaml", "b/files/p.yaml", "b/files/q.yaml",
      "c/templates/p.yaml", "c/templates/q.yaml", "d/p.yaml", "d/q.yaml",
    ])
    let places = found.map { String($0.prefix { $0 != ":" }) }
    #expect(places == ["a/templates/p.yaml", "b/files/p.yaml", "c/templates/p.yaml", "d/p.yaml", "d/q.yaml"])
    #expect(found[1].contains("helm template b |") && found[2].contains("helm template c |"))
  }

  @Test func aChartOfCharts() async throws {
    let found = try await findings([
      "a/Chart.yaml", "a/charts/b/Chart.yaml", "a/charts/b/templates/p.yaml", "a/templates/p.yaml",
    ])
    #expect(found.map { $0.contains("helm template a/charts/b |") } == [true, false])
  }

  @Test func theWorkingDirectoryCanBeAChart() async throws {
    let found = try await findings(["Chart.yaml", "templates/p.yaml", "templates/q.yaml"])
    #expect(found.count == 1 && found[0].contains("helm template . |"))
  }

  @Test func onlyBelowAChartIsAFolderOfTemplatesOne() async {
    let policy = """
      # {{ .Values.text }}
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: p
        namespace: shop
        annotations: {a: "{{ .Values.a }}"}
        labels:
          b: x{{ .Values.b }}
      spec: {podSelector: {}, policyTypes: [Ingress]}
      """
    func problems(_ paths: [String], _ text: String) async -> [String] {
      let files = paths.enumerated().map { index, path in
        SourceFile(
          id: FileID(index), path: path, bytes: Array((path.hasSuffix("Chart.yaml") ? "name: x\n" : text).utf8))
      }
      return await Lint.run(files).findings.map(\.rule.description).filter { $0.hasPrefix("NP0") }
    }
    let commented = policy.replacing("x{{ .Values.b }}", with: "x")
    #expect(await problems(["k8s/templates/p.yaml"], commented).isEmpty)
    #expect(await problems(["k8s/templates/p.yaml"], policy) == ["NP005"])
    #expect(await problems(["k8s/Chart.yaml", "k8s/templates/p.yaml"], policy) == ["NP009"])
    #expect(await problems(["k8s/Chart.yaml", "k8s/templates/p.yaml"], commented).isEmpty)
  }
}

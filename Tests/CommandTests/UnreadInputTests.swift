import TestSupport
import Testing

/// What is not read, or not read in full, is said: nothing of it may look clean.
@Suite struct UnreadInputTests {
  private func withTool(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try body(tool)
  }

  private let head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"

  @Test func patchesOfKustomizationsNeedNotBeWholeObjects() throws {
    try withTool { tool in
      try tool.write("base/kustomization.yaml", "resources: [policy.yaml]\n")
      try tool.write("base/policy.yaml", head + "metadata: {name: p, namespace: shop}\nspec: {podSelector: {}}\n")
      let fragment = head + "metadata: {name: p, namespace: shop}\nspec: {policyTypes: [Ingress]}\n"
      for name in ["a", "b", "c"] { try tool.write("over/\(name).yaml", fragment) }
      try tool.write(
        "over/kustomization.yaml",
        """
        resources: [../base]
        patches: [{path: a.yaml}]
        patchesStrategicMerge: [./b.yaml]
        patchesJson6902: [{path: c.yaml, target: {kind: NetworkPolicy}}]

        """)
      try tool.write("over/c.yaml", "- {op: add, path: /spec/egress, value: []}\n")
      let run = try tool.run("--profile", "api", "--format", "concise", ".")
      #expect(run.status == 0 && run.output.isEmpty && run.errors.contains("in 1 policy"), "\(run)")

      try tool.write("over/b.yaml", head + "kind: NetworkPolicy\n")
      try tool.write("over/c.yaml", head + "spec: [\n")
      let broken = try tool.run("--profile", "api", "--format", "concise", ".").output
      #expect(broken.contains("over/b.yaml:3:1: error[NP002]") && broken.contains("over/c.yaml:4:1: error[NP001]"))
      #expect(broken.contains("NP010"))

      // A file in two roles is judged as what it is in each.
      try tool.write("over/a.yaml", head + "metadata: {name: a}\nspec: {podSelector: {}, ingres: []}\n")
      try tool.write("over/kustomization.yaml", "resources: [../base, a.yaml]\npatches: [{path: a.yaml}]\n")
      #expect(try tool.run("--select", "NP003", "--format", "concise", ".").output.contains("over/a.yaml:4:25:"))
    }
  }

  @Test func templatesAreToldWhateverRulesRun() throws {
    try withTool { tool in
      try tool.write("chart/Chart.yaml", "name: web\n")
      for name in ["a", "b"] {
        try tool.write("chart/templates/\(name).yaml", head + "{{- if .Values.x }}\n{{ end }}\n")
      }
      let run = try tool.run("--select", "NP402", "chart")
      let lines = (run.output + run.errors).split(separator: "\n").filter { $0.hasPrefix("Skipped") }
      #expect(lines.count == 1 && lines[0].contains("`helm template chart | netpol-lint -`"))
    }
  }

  @Test func theNameOfStandardInputNeedsStandardInput() throws {
    try withTool { tool in
      try tool.write("a.yaml", head)
      let run = try tool.run("--stdin-filename", "x.yaml", "a.yaml")
      #expect(run.status == 2 && run.errors.contains("--stdin-filename needs -"))
    }
  }
}

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

  @Test func ignoredPoliciesAreCountedByEveryCommand() throws {
    try withTool { tool in
      let policy = head + "metadata: {name: p, namespace: shop}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n"
      for name in ["a.yaml", "out/b.yaml", "node_modules/c.json", "gen/d.yaml", "E.YML"] {
        try tool.write(name, policy)
      }
      try tool.write("out/nothing.yaml", "a: NetworkPolicy of old\n")
      try tool.write("out/broken.yaml", head + "spec: [\n")
      try tool.write(".gitignore", "out/\n")
      let line = """
        5 ignored files hold NetworkPolicies: E.YML (its name), gen/d.yaml (exclude), node_modules/c.json \
        (node_modules), out/b.yaml (.gitignore), out/broken.yaml (.gitignore). --no-gitignore reads what .gitignore \
        and node_modules leave out.

        """
      let flags = ["--exclude", "gen/", "."]
      let lint = try tool.shell("\"$0\" --fail-on never \"$@\"", [Tool.binary] + flags)
      #expect(lint.status == 0 && lint.output.hasSuffix(line) && lint.errors.isEmpty, "\(lint)")
      #expect(try tool.shell("\"$0\" worlds \"$@\"", [Tool.binary] + flags).errors.contains(line))
      #expect(
        try tool.shell("\"$0\" connectivity \"$@\"", [Tool.binary] + flags).output
          .contains("Not read: out/b.yaml and 1 more places: it is ignored by .gitignore, and holds a NetworkPolicy"))
      let json = try tool.shell("\"$0\" -q --format json \"$@\"", [Tool.binary] + flags).output
      #expect(json.contains(#"{"file":"gen/d.yaml","reason":"it is ignored by exclude, and holds a NetworkPolicy"}"#))

      let all = try tool.run("--no-gitignore", "--list-files", ".")
      #expect(all.output == "a.yaml\ngen/d.yaml\nnode_modules/c.json\nout/b.yaml\nout/broken.yaml\nout/nothing.yaml\n")
      // What a build names is read, whatever ignores it.
      try tool.write("kustomization.yaml", "resources: [a.yaml, out/b.yaml]\n")
      #expect(!(try tool.run("--fail-on", "never", ".").output.contains("out/b.yaml (.gitignore)")))
    }
  }

  /// An overlay elsewhere takes nothing out of linting in silence.
  @Test func policiesThatEveryBuildDeletesOrMendsAreNamed() throws {
    try withTool { tool in
      let policy = head + "metadata: {name: p, namespace: shop}\nspec: {podSelector: {}, ingres: []}\n"
      try tool.write("k/p.yaml", policy)
      try tool.write("k/kustomization.yaml", "resources: [p.yaml]\n")
      let select = ["--select", "NP003", "--fail-on", "warning", "."]
      for (patch, text) in [
        (
          "patches: [{target: {kind: NetworkPolicy}, patch: '- {op: remove, path: /spec/ingres}'}]",
          "1 fault in it is mended"
        ),
        (
          "patches: [{patch: '{$patch: delete, kind: NetworkPolicy, apiVersion: networking.k8s.io/v1, "
            + "metadata: {name: p, namespace: shop}}'}]",
          "its NetworkPolicy is in no build"
        ), ("commonAnnotations: {a: b}", ""),
      ] {
        try tool.write("elsewhere/kustomization.yaml", "resources: [../k]\n\(patch)\n")
        let run = try tool.shell("\"$0\" \"$@\"", [Tool.binary] + select)
        #expect(text.isEmpty == (run.status == 1), "\(run)")
        if !text.isEmpty { #expect(run.output.contains("Skipped k/p.yaml: \(text)"), "\(run)") }
      }
    }
  }

  /// A whole policy that a kustomization takes for a patch is linted through what it is patched into: nothing of it may
  /// get lost on the way in silence.
  @Test(arguments: [
    ("patches: [{path: p.yaml}]", false),
    ("patches: [{path: p.yaml}, {patch: '- {op: remove, path: /spec/ingress}', target: {kind: NetworkPolicy}}]", true),
    ("patches: [{path: p.yaml}, {path: q.yaml}]", true),
    ("patches: [{path: p.yaml, target: {kind: ConfigMap}}]", true),
    ("patches: [{path: p.yaml}]\npatchesStrategicMerge: [p.yaml]", false),
    ("patchesStrategicMerge: [p.yaml, q.yaml]", true),
    (
      "patchesStrategicMerge: [p.yaml]\npatches: [{patch: '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, "
        + "metadata: {name: p}, $patch: delete}'}]", true
    ),
    (
      "patches: [{path: p.yaml}, {patch: '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, "
        + "metadata: {name: p}, $patch: delete}'}]", true
    ),
  ])
  func policiesThatArePatchesAreLintedOrNamed(_ keys: String, _ isNamed: Bool) throws {
    try withTool { tool in
      try tool.write("k/g.yaml", head + "metadata: {name: p}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n")
      try tool.write("k/p.yaml", head + "metadata: {name: p}\nspec: {podSelector: {}, ingress: [{}]}\n")
      try tool.write("k/q.yaml", head + "metadata: {name: p}\nspec: {ingress: []}\n")
      try tool.write("k/c.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: p}}\n")
      try tool.write("k/kustomization.yaml", "resources: [g.yaml, c.yaml]\n\(keys)\n")
      let run = try tool.run("--select", "NP401", "--format", "concise", ".")
      let name = "Skipped k/p.yaml: its NetworkPolicy is taken for a patch, and no build keeps all of what it says"
      #expect(run.errors.contains(name) == isNamed, "\(run)")
      #expect(run.output.hasPrefix("k/p.yaml:4:") != isNamed, "\(run)")
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

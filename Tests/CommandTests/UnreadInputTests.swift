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
        let word = text.hasPrefix("its") ? "Skipped" : "Note:"
        if !text.isEmpty { #expect(run.output.contains("\(word) k/p.yaml: \(text)"), "\(run)") }
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

/// What tests of policies apply and expect is no cluster's state.
@Suite struct TestAssetTests {
  private static let open = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: p, namespace: shop}
    spec: {podSelector: {}, ingress: [{}]}

    """

  private func lint(_ files: [String: String]) throws -> Tool.Run {
    let tool = try Tool()
    defer { tool.remove() }
    for (path, text) in files { try tool.write(path, text) }
    return try tool.run("--select", "NP401,NP001", "--format", "concise", "--allow-empty", ".")
  }

  @Test(arguments: [
    "apiVersion: chainsaw.kyverno.io/v1alpha1\nkind: Test\n", "apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\n",
    "apiVersion: kuttl.dev/v1beta1\nkind: TestAssert\n",
  ])
  func assetsAreNamedAndNotJudged(_ test: String) throws {
    let text = test + "metadata: {name: t}\nspec: {steps: [{file: deep/down/named.yaml}, {file: ../real.yaml}]}\n"
    for path in ["t/p.yaml", "t/resources/p.yaml", "t/resources/deep/p.yaml", "t/deep/down/named.yaml"] {
      let run = try lint(["t/test.yaml": text, path: Self.open])
      #expect(run.status == 0, "\(run)")
      #expect(run.errors.contains("Skipped \(path): its NetworkPolicy is not applied: it belongs to the test in t"))
    }
    // What the test names from elsewhere, and what only lies near, is judged as ever.
    for path in ["real.yaml", "t/deep/down/other.yaml", "resources/p.yaml"] {
      #expect(try lint(["t/test.yaml": text, path: Self.open]).status == 1, "\(path)")
    }
    let broken = try lint(["t/test.yaml": text, "t/p.yaml": Self.open + "  {\n"])
    #expect(broken.status == 0 && broken.errors.contains("Skipped t/p.yaml: it cannot be read"))
  }
}

/// Policies that makers of software write into every repository.
@Suite struct VendorPolicyTests {
  private static let scraping = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: allow-scraping, namespace: flux-system, labels: {app.kubernetes.io/version: v2.9.9}}
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 8080, protocol: TCP}]}]

    """

  private func lint(_ text: String) throws -> Tool.Run {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("a.yaml", text)
    return try tool.run("--profile", "strict", "--select", "NP402,NP101,NP102", "--format", "concise", ".")
  }

  @Test func whatIsFoundInThemIsANote() throws {
    let run = try lint(Self.scraping)
    #expect(run.output.contains("note[NP402] ingress from every pod of every namespace (Flux writes this policy so)"))
    #expect(!run.output.contains("error") && !run.output.contains("warning"), "\(run)")
  }

  /// One field changed, another namespace or name, or a policy beside them, and they are judged as ever.
  @Test(arguments: [("port: 8080", "port: 8081"), ("flux-system", "flux"), ("allow-scraping", "allow-metrics")])
  func changedOnesAreJudged(_ old: String, _ new: String) throws {
    #expect(try lint(Self.scraping.replacing(old, with: new)).output.contains("warning[NP402]"))
  }

  /// Notes that are not shown stand for nothing, and what the maker's policy does to others is no fault of the maker.
  @Test func whatElseIsWrongThereIsJudged() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write(
      "a.yaml",
      Self.scraping.replacing("podSelector: {}", with: "podSelector: {}").replacing(
        "allow-scraping", with: "argocd-dex-server-network-policy"
      ).replacing("namespace: flux-system", with: "namespace: argocd").replacing(
        "podSelector: {}", with: "podSelector: {matchLabels: {app.kubernetes.io/name: argocd-dex-server}}"
      ).replacing(
        "ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 8080, protocol: TCP}]}]",
        with: """
          ingress:
              - from: [{podSelector: {matchLabels: {app.kubernetes.io/name: argocd-server}}}]
                ports: [{port: 5556, protocol: TCP}, {port: 5557, protocol: TCP}]
              - from: [{namespaceSelector: {}}]
                ports: [{port: 5558}]
          """)
          + """
          ---
          apiVersion: v1
          kind: Pod
          metadata: {name: mine, namespace: argocd, labels: {app: mine}}
          spec: {containers: [{name: c, image: c, ports: [{containerPort: 80}]}]}

          """)
    let run = try tool.run("--format", "concise", ".")
    #expect(run.output.contains("warning[NP107] no policy isolates Pod mine for ingress"), "\(run)")
    #expect(!run.output.contains("NP101") && !run.output.contains("NP402"), "\(run)")
  }

  @Test func aNamespaceWithAPolicyOfItsOwnIsJudged() throws {
    let own = Self.scraping.replacing("allow-scraping", with: "own").replacing(
      "podSelector: {}", with: "podSelector: {matchLabels: {a: b}}")
    let run = try lint(Self.scraping + "---\n" + own)
    #expect(run.output.contains("warning[NP102]") || run.output.contains("error[NP102]"), "\(run)")
  }
}

/// Equal copies of a document are one fault.
@Suite struct EqualCopyTests {
  private static let open = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: p, namespace: shop}
    spec: {podSelector: {}, ingress: [{}]}

    """

  @Test func copiesAreOneFindingWithTheirPlaces() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("a/p.yaml", Self.open)
    try tool.write("b/p.yaml", Self.open)
    try tool.write("c/p.yaml", Self.open + "# mine\n")
    let run = try tool.run("--select", "NP401", "--format", "json", ".")
    #expect(run.output.matches(of: #/"rule":"NP401"/#).count == 2, "\(run)")
    #expect(
      run.output.contains("\"file\":\"b/p.yaml\",\"line\":4,\"column\":35,\"message\":\"an equal copy\""), "\(run)")
    // What is accepted in one file is not in another one, and a file that is named alone has its own.
    try tool.write("a/p.yaml", "# netpol-lint: ignore-file[NP401]: not applied\n---\n" + Self.open)
    let left = try tool.run("--select", "NP401", "--format", "concise", "a", "b")
    #expect(left.output.hasPrefix("b/p.yaml:4:"), "\(left)")
    #expect(try tool.run("--select", "NP401", "--context", ".", "b/p.yaml").status == 1)
  }
}

import Foundation
import TestSupport
import Testing

/// Config, context, roots, flows and suppression, as the binary has them.
@Suite struct ProjectTests {
  private func policy(_ name: String, app: String = "web", peer: String = "namespaceSelector: {}") -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: \(name), namespace: shop}
    spec:
      podSelector: {matchLabels: {app: \(app)}}
      policyTypes: [Ingress, Egress]
      ingress:
        - from: [{\(peer)}]
          ports: [{port: 80}]

    """
  }
  private let deployment = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: shop}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: web, image: web}]}

    """

  private func withTool(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try body(tool)
  }

  @Test func aConfigExtendsOthersInsideTheRepository() throws {
    try withTool { tool in
      try tool.write("k8s/a.yaml", policy("web"))
      try tool.write(".netpol-lint.yaml", "extends: [base/a.yaml]\n")
      try tool.write("base/a.yaml", "extends: b.yaml\nexclude: [nothing]\n")
      try tool.write("base/b.yaml", "rules: {NP4: off}\n")
      _ = try tool.shell("git init -q .", [])
      #expect(try tool.run("k8s", "--select", "NP402").status == 0)
      let shown = try tool.run("config", "show").output
      #expect(shown.contains("  NP4: off  # base/b.yaml:1") && shown.contains("[nothing]  # base/a.yaml:2"))
      // Globs and files are found from a folder below, too.
      let below = try tool.shell("cd k8s && \"$0\" --select NP402 .", [Tool.binary])
      #expect(below.status == 0)
      try tool.write("base/b.yaml", "extends: [../.netpol-lint.yaml]\n")
      let circle = try tool.run("k8s")
      #expect(circle.status == 2 && circle.errors.contains("base/b.yaml:1:11: extends: the files extend one another"))
      try tool.write("base/b.yaml", "extends: [../../outside.yaml]\n")
      let outside = try tool.shell("echo > ../outside.yaml; \"$0\"; rm ../outside.yaml", [Tool.binary])
      #expect(outside.errors.contains("lies outside of"))
      try tool.write("base/b.yaml", "requiredVersion: 99.1\n")
      #expect(try tool.run("k8s").errors.contains("base/b.yaml:1:18: this config is for netpol-lint 99.1 or later"))
      try tool.write("base/b.yaml", "protected: [split-pear]\n")
      #expect(try tool.run("config", "check").errors.contains("did you mean 'split-peer'?"))
    }
  }

  @Test func tooManyFilesExtendOneAnother() throws {
    try withTool { tool in
      for number in 0..<8 { try tool.write("\(number).yaml", "extends: \(number + 1).yaml\n") }
      try tool.write("8.yaml", "profile: api\n")
      #expect(try tool.run("config", "check", "--config", "1.yaml").status == 0)
      #expect(try tool.run("config", "check", "--config", "0.yaml").errors.contains("more than 8 files"))
    }
  }

  @Test func contextIsReadForFactsAlone() throws {
    try withTool { tool in
      try tool.write("a/policy.yaml", policy("db", app: "db"))
      try tool.write("b/policy.yaml", policy("api", app: "web-service", peer: "podSelector: {}"))
      try tool.write("b/work.yaml", deployment)
      try tool.write("b/broken.yaml", "kind: NetworkPolicy\na: [\n")
      let alone = try tool.run("b/policy.yaml", "--format", "concise", "--select", "NP201,NP402,NP001")
      #expect(alone.status == 0 && alone.errors.contains("no workload manifests were read"))
      let run = try tool.run("b/policy.yaml", "--context", ".", "--format", "concise", "--select", "NP201,NP4,NP001")
      #expect(run.status == 1 && run.output.hasPrefix("b/policy.yaml:5:"))
      #expect(!run.output.contains("a/policy.yaml") && !run.output.contains("broken"))
      #expect(try tool.run("b/work.yaml", "--context", "nothere").status == 2)
    }
  }

  /// The first policy of the namespace is the same whichever files are named.
  @Test func whatIsSaidOfANamespaceStaysWhereItIs() throws {
    try withTool { tool in
      for name in ["a", "b"] {
        try tool.write(
          "\(name).yaml", policy(name, peer: "podSelector: {}").replacing("app: web", with: "app: \(name)"))
      }
      let all = try tool.run(".", "--select", "NP101", "--format", "concise")
      let named = try tool.run("b.yaml", "--context", ".", "--select", "NP101", "--format", "concise")
      #expect(all.output.hasPrefix("a.yaml:") && named.output.isEmpty)
    }
  }

  /// A commit that changes the policy alone, and cuts off what another file leads to.
  @Test func aFindingElsewhereIsShownWhereANamedFileHasToDoWithIt() throws {
    try withTool { tool in
      try tool.write(
        "web.yaml",
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
        """)
      try tool.write(
        "netpol.yaml",
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: web, namespace: shop}
        spec:
          podSelector: {matchLabels: {app: web}}
          policyTypes: [Ingress]
          ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]
        """)
      try tool.write("other.yaml", policy("other").replacing("shop", with: "elsewhere"))
      let flags = ["--context", ".", "--select", "NP504", "--format", "concise"]
      func run(_ files: String...) throws -> Tool.Run {
        try tool.shell("\"$0\" \"$@\"", [Tool.binary] + flags + ["--"] + files)
      }
      let changed = try run("netpol.yaml")
      #expect(changed.status == 1 && changed.output.hasPrefix("web.yaml:"))
      #expect(try run("web.yaml").status == 1)
      #expect(try run("other.yaml").status == 0)
      #expect(try tool.run("--context", ".", "--select", "NP504", "--fix", "netpol.yaml").status == 1)
    }
  }

  @Test func namedFilesAreExcludedWhereThatIsForced() throws {
    try withTool { tool in
      try tool.write("gen/a.yaml", policy("web"))
      try tool.write(".netpol-lint.yaml", "exclude: [gen/]\n")
      #expect(try tool.run("gen/a.yaml", "--select", "NP402").status == 1)
      #expect(try tool.run("gen/a.yaml", "--select", "NP402", "--force-exclude").status == 0)
      #expect(try tool.run("--list-files").output == ".netpol-lint.yaml\n")
    }
  }

  @Test func rootsAreWorldsOfTheirOwn() throws {
    try withTool { tool in
      try tool.write("clusters/a/policy.yaml", policy("api", app: "web-service", peer: "podSelector: {}"))
      try tool.write("clusters/b/work.yaml", deployment)
      #expect(try tool.run("clusters", "--select", "NP201").status == 1)
      try tool.write(".netpol-lint.yaml", "roots: ['clusters/*']\n")
      #expect(try tool.run("clusters", "--select", "NP201").status == 0)
      // A kustomization inside of a root is a part of it.
      try tool.write("clusters/a/app/work.yaml", deployment)
      try tool.write("clusters/a/app/kustomization.yaml", "resources: [work.yaml]\n")
      #expect(try tool.run("clusters", "--select", "NP201").status == 1)
    }
  }

  @Test func flowFilesAreReadWhereverTheyLie() throws {
    try withTool { tool in
      try tool.write("k8s/a.yaml", policy("web"))
      try tool.write("k8s/deep/x.flows.yaml", "flows: [{from: a, to: b, expect: maybe}]\n")
      let run = try tool.run("k8s")
      #expect(run.status == 2 && run.errors.contains("k8s/deep/x.flows.yaml:1:34: flows[0].expect must be one of"))
      #expect(try tool.run("k8s/a.yaml", "--context", ".", "--select", "NP0").status == 0)
      try tool.write("k8s/deep/x.flows.yaml", "flows: [{from: a, to: b, expect: deny}]\n")
      #expect(try tool.run("k8s", "--select", "NP0").status == 0)
    }
  }

  @Test func suppressionsAreCountedAndShownWhenAsked() throws {
    try withTool { tool in
      try tool.write("a.yaml", "# netpol-lint: ignore[NP402]: why\n" + policy("web"))
      let run = try tool.run("a.yaml", "--select", "NP402")
      #expect(run.status == 0 && run.output.contains("(1 suppressed)"))
      #expect(try tool.run("a.yaml", "--select", "NP402", "--no-ignores").status == 1)
      let shown = try tool.run("a.yaml", "--select", "NP402", "--show-suppressed", "--format", "concise")
      #expect(shown.status == 0 && shown.output.contains("suppressed warning[NP402]"))
      try tool.write("a.yaml", "# netpol-lint: ignore[NP402] until=2026-11-24: why\n" + policy("web"))
      #expect(try tool.run("a.yaml", "--select", "NP402", "--today", "2026-11-24").status == 0)
      #expect(try tool.run("a.yaml", "--select", "NP402", "--today", "2026-11-25").status == 1)
      try tool.write(".netpol-lint.yaml", "ignores: [{rules: [NP402], reason: r, until: 2026-11-24}]\n")
      let over = try tool.run("a.yaml", "--select", "NP605", "--today", "2026-11-25", "--format", "concise")
      #expect(over.output.contains(".netpol-lint.yaml:1:46: error[NP605]"))
    }
  }

  /// Each setting asks for all that it names, by globs that begin at the config.
  @Test(arguments: [
    ("names: [web]", "api"), ("names: ['w*']", "api"), ("paths: [k8s/web.yaml]", "api"), ("paths: [web.yaml]", "api"),
    ("paths: [k8s/]", ""), ("paths: [/k8s]", ""), ("paths: ['k8s/**'], names: [api]", "web"),
    ("paths: [other/web.yaml]", "api web"),
    ("namespaces: [shop], names: [web]", "api"), ("namespaces: [bank], names: [web]", "api web"),
    ("namespaces: ['s*'], names: [nobody]", "api web"), ("names: [api, web]", ""),
  ])
  func theConfigAcceptsByNamesAndPaths(_ ignore: String, _ left: String) throws {
    try withTool { tool in
      for name in ["web", "api"] {
        try tool.write("k8s/\(name).yaml", policy(name))
      }
      try tool.write(".netpol-lint.yaml", "ignores: [{rules: [NP402], \(ignore), reason: r}]\n")
      _ = try tool.shell("mkdir .git", [])
      for (folder, path) in [(".", "k8s"), ("k8s", ".")] {
        let run = try tool.shell(
          "cd $1 && \"$0\" $2 --select NP402 --format concise", [Tool.binary, folder, path])
        let names = ["api", "web"].filter { run.output.contains("\($0).yaml:") }
        #expect(names.joined(separator: " ") == left, "\(run.output)\(run.errors)")
      }
    }
  }

  /// Only where all is read that the config is for.
  @Test func anEntryThatIgnoresNothingIsFound() throws {
    try withTool { tool in
      try tool.write("k8s/web.yaml", policy("web"))
      try tool.write(
        ".netpol-lint.yaml",
        """
        ignores:
          - {rules: [NP402], names: [wbe], reason: r}
          - {rules: [NP402], names: [web], reason: r}
          - {rules: [NP402], reason: the same and more}
          - {rules: [NP409], names: [wbe], reason: it does not run}

        """)
      let stale = ".netpol-lint.yaml:2:14: warning[NP604]"
      let run = try tool.run("--select", "NP402,NP604", "--format", "concise")
      #expect(run.status == 1 && run.output.hasPrefix(stale), "\(run.output)")
      #expect(run.output.ranges(of: "NP604").count == 1)
      for part in [
        ["k8s"], ["k8s/web.yaml", "--context", "."], [".", "--exclude", "a"], [".", "--no-ignores"], ["--no-config"],
      ] {
        let run = try tool.shell(
          "\"$0\" \"$@\"", [Tool.binary, "--select", "NP402,NP604", "--format", "concise"] + part)
        #expect(!run.output.contains("NP604"), "\(part)")
      }
      try tool.write("base.yaml", "ignores: [{rules: [NP402], names: [wbe], reason: r}]\n")
      try tool.write(".netpol-lint.yaml", "extends: base.yaml\n")
      #expect(try !tool.run("--select", "NP402,NP604", "--format", "concise").output.contains("NP604"))
    }
  }

  @Test func ignoresAreWrittenIntoFiles() throws {
    try withTool { tool in
      try tool.write("k8s/a.yaml", policy("web"))
      try tool.write("real.yaml", policy("api"))
      let setUp = try tool.shell("chmod 640 k8s/a.yaml; ln -s ../real.yaml k8s/link.yaml", [])
      #expect(setUp.status == 0)
      let run = try tool.run("k8s", "--select", "NP402", "--add-ignores", "--reason", "the mesh decides")
      #expect(run.status == 0 && run.errors.contains("netpol-lint: 2 findings ignored in 2 files"))
      #expect(try tool.run("k8s", "--select", "NP402").status == 0)
      let after = try tool.shell(
        "stat -c %a k8s/a.yaml; test -L k8s/link.yaml && grep -c mesh real.yaml; ls -A k8s", [])
      #expect(after.output == "640\n1\na.yaml\nlink.yaml\n")
      #expect(try tool.run("k8s", "--add-ignores").status == 2)
      let piped = try tool.run("-", "--add-ignores", "--reason", "r", "--select", "NP402", input: policy("x"))
      #expect(piped.status == 0 && piped.output.contains("# netpol-lint: ignore[NP402]: r"))
      let clean = try tool.run("-", "--add-ignores", "--reason", "r", "--select", "NP001", input: policy("x"))
      #expect(clean.output == policy("x"))
    }
  }

  @Test func ignoresEndOnADayAndCanBeLookedAtFirst() throws {
    try withTool { tool in
      try tool.write("a.yaml", policy("web"))
      let before = try tool.shell("cat a.yaml", []).output
      let flags = [
        "a.yaml", "--select", "NP402,NP602,NP604", "--add-ignores", "--reason", "the mesh", "--until", "2030-01-31",
      ]
      let shown = try tool.shell("\"$0\" \"$@\"", [Tool.binary] + flags + ["--diff"])
      #expect(shown.status == 1 && shown.output.contains("# netpol-lint: ignore[NP402] until=2030-01-31: the mesh\n"))
      #expect(shown.errors.contains("1 finding would be ignored in 1 file"))
      #expect(try tool.shell("cat a.yaml", []).output == before)
      #expect(try tool.shell("\"$0\" \"$@\"", [Tool.binary] + flags).status == 0)
      #expect(try tool.run("a.yaml", "--select", "NP402", "--today", "2030-01-31").status == 0)
      #expect(try tool.run("a.yaml", "--select", "NP402", "--today", "2030-02-01").status == 1)
      for wrong in [["--until", "2030-01-31"], ["--add-ignores", "--reason", "r", "--until", "soon"]] {
        #expect(try tool.shell("\"$0\" \"$@\"", [Tool.binary, "a.yaml"] + wrong).status == 2)
      }
    }
  }

  @Test func fewFindingsAreShownAndAllCount() throws {
    try withTool { tool in
      try tool.write("a.yaml", policy("web") + "---\n" + policy("api"))
      let text = try tool.run("a.yaml", "--select", "NP101,NP402", "--max-findings", "1")
      #expect(text.output.contains("1 more, which --max-findings leaves out.\n") && text.status == 1)
      #expect(text.output.contains("2 policies"))
      let none = try tool.run("a.yaml", "--select", "NP402", "--format", "concise", "--max-findings", "0")
      #expect(none.output.isEmpty && none.status == 1 && none.errors.contains("2 warnings"))
      let json = try tool.run("a.yaml", "--select", "NP402", "--format", "json", "--max-findings", "1")
      #expect(json.output.components(separatedBy: "\"rule\":\"NP402\"").count == 3)
      #expect(try tool.run("a.yaml", "--max-findings", "-1").status == 2)
    }
  }

  @Test func theEnvironmentNamesTheConfig() throws {
    try withTool { tool in
      try tool.write("a.yaml", policy("web"))
      try tool.write("other.yaml", "rules: {NP402: off}\n")
      func status(_ setting: String, _ flags: [String]) throws -> Int32 {
        try tool.shell("export \(setting); \"$0\" a.yaml --select NP402 \"$@\"", [Tool.binary] + flags).status
      }
      #expect(try status("NETPOL_LINT_CONFIG=missing.yaml", []) == 2)
      #expect(try status("NETPOL_LINT_CONFIG=missing.yaml", ["--no-config"]) == 1)
      #expect(try status("NETPOL_LINT_CONFIG=missing.yaml", ["--config", "other.yaml"]) != 2)
      #expect(try status("NETPOL_LINT_CONFIG=", []) == 1)
    }
  }

  @Test func statisticsCountRules() throws {
    try withTool { tool in
      try tool.write("a.yaml", policy("web") + "---\n" + policy("api"))
      let run = try tool.run("a.yaml", "--select", "NP402", "--statistics")
      #expect(run.output == "2  warning  NP402  ingress-from-all-namespaces\n" && run.status == 1)
      let verbose = try tool.run("a.yaml", "-v", "--select", "NP402")
      #expect(verbose.errors.contains("config: none\nread: a.yaml\n2 documents, 2 policies, 0 workloads, 1 worlds\n"))
    }
  }

  @Test func twoGoesBeforeOneAndOneBeforeThree() throws {
    try withTool { tool in
      try tool.write("k8s/a.yaml", policy("web"))
      let run = try tool.shell("mkfifo pipe.yaml; \"$0\" k8s pipe.yaml --format concise", [Tool.binary])
      #expect(
        run.status == 2 && run.output.contains("NP402") && run.errors.contains("pipe.yaml: this is no regular file"))
      try tool.write("empty/broken.json", "{\"kind\": \"NetworkPolicy\", ")
      #expect(try tool.run("empty").status == 1)
      #expect(try tool.run("empty", "--ignore", "NP001").status == 3)
    }
  }

  @Test func devicesAndFullDisksAreWrittenToAsTheyAre() throws {
    try withTool { tool in
      try tool.write("a.yaml", policy("web"))
      let full = try tool.run("a.yaml", "--output", "json:/dev/full")
      #expect(full.status == 2 && full.errors.contains("cannot write /dev/full"))
      let run = try tool.shell("\"$0\" a.yaml --select NP402 --output json:/dev/null; test -c /dev/null", [Tool.binary])
      #expect(run.status == 0)
      let closed = try tool.shell("\"$0\" a.yaml | true; echo ${PIPESTATUS[0]}", [Tool.binary])
      #expect(closed.output == "1\n")
    }
  }

  @Test func aMisspeltCommandIsNoPath() throws {
    try withTool { tool in
      for (word, command) in [("cofnig", "config"), ("rulse", "rules"), ("lnit", "lint")] {
        let run = try tool.run(word)
        #expect(run.status == 2 && run.errors.contains("did you mean the command `\(command)`?"), "\(word)")
      }
      try tool.write("rulse/a.yaml", policy("web"))
      #expect(try tool.run("rulse", "--select", "NP402").status == 1)
    }
  }
}

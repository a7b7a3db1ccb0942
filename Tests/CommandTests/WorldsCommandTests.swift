import Foundation
import Testing

/// `worlds` and `--world`, as the binary has them.
@Suite struct WorldsCommandTests {
  private let pods = """
    {apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}
    ---
    {apiVersion: v1, kind: Pod, metadata: {name: db, labels: {app: db}}, spec: {containers: [{name: c, image: i}]}}
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: db}
    spec:
      podSelector: {matchLabels: {app: db}}
      policyTypes: [Ingress]
      ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 80}]}]

    """

  /// Two overlays of one base: dev opens 8080 as well, and prod everything to everybody.
  private func withTool(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k8s/base/a.yaml", pods)
    try tool.write("k8s/base/kustomization.yaml", "resources: [a.yaml]\n")
    for (name, path, value) in [("dev", "ports/-", "{port: 8080}"), ("prod", "from", "[{namespaceSelector: {}}]")] {
      try tool.write(
        "k8s/envs/\(name)/kustomization.yaml",
        """
        namespace: shop
        resources: [../../base]
        patches:
          - target: {kind: NetworkPolicy, name: db}
            patch: '- {op: add, path: /spec/ingress/0/\(path), value: \(value)}'

        """)
    }
    try body(tool)
  }

  @Test func worldsAreListedAndToldBeforeALint() throws {
    try withTool { tool in
      let text = try tool.run("worlds", "k8s")
      #expect(text.status == 0 && text.output.hasPrefix("world k8s/envs/dev:\n  kustomization k8s/envs/dev (k8s/envs/"))
      #expect(text.output.contains("kept apart:\n  NetworkPolicy shop/db differs: k8s/envs/dev (k8s/base/a.yaml:7)"))
      let json = try tool.run("worlds", "k8s", "--format", "json")
      #expect(json.status == 0 && json.output.contains("\"name\": \"k8s/envs/prod\""))
      let lint = try tool.run("k8s", "-v", "--select", "NP402")
      #expect(lint.errors.contains("world k8s/envs/prod:\n") && !lint.output.contains("kept apart"))
      #expect(try tool.run("worlds", "nowhere").status == 2)
      try tool.write("empty/a.txt", "")
      #expect(try tool.run("worlds", "empty").status == 3)
      #expect(try tool.run("worlds", "empty", "--allow-empty").status == 0)
    }
  }

  @Test func oneWorldIsLintedAlone() throws {
    try withTool { tool in
      let all = try tool.run("k8s", "--select", "NP402", "--format", "json")
      #expect(all.status == 1 && all.output.contains("\"worlds\":[\"k8s/envs/prod\"],\"builds\":[\"k8s/envs/prod\"]"))
      #expect(try tool.run("k8s", "--select", "NP402", "--world", "k8s/envs/prod").status == 1)
      #expect(try tool.run("k8s", "--select", "NP402", "--world", "k8s/envs/dev").status == 0)
      let wrong = try tool.run("k8s", "--world", "k8s/envs/prd")
      #expect(wrong.status == 2 && wrong.errors.contains("did you mean 'k8s/envs/prod'?") && wrong.output.isEmpty)
    }
  }

  @Test func whatSuppressesInAnotherWorldIsOfUse() throws {
    try withTool { tool in
      let comment = "# netpol-lint: ignore[NP402]: prod is open"
      let open = "    [{from: [{namespaceSelector: {}}], ports: [{port: 80}]}] \(comment)"
      let base = pods.split(separator: "\n").dropLast().joined(separator: "\n") + "\n  ingress:\n\(open)\n"
      try tool.write("k8s/base/a.yaml", base)
      try tool.write(
        "k8s/envs/dev/kustomization.yaml",
        """
        namespace: shop
        resources: [../../base]
        patches:
          - target: {kind: NetworkPolicy, name: db}
            patch: '- {op: replace, path: /spec/ingress/0/from, value: [{podSelector: {}}]}'

        """)
      try tool.write("k8s/envs/prod/kustomization.yaml", "namespace: shop\nresources: [../../base]\n")
      for world in ["dev", "prod"] {
        let run = try tool.run("k8s", "--select", "NP604,NP402", "--world", "k8s/envs/\(world)")
        #expect(run.status == 0, "\(run.output)")
      }
      let suppressed = try tool.run("k8s", "--select", "NP402", "--show-suppressed", "--format", "json")
      #expect(suppressed.output.contains("\"worlds\":[\"k8s/envs/prod\"]"))
    }
  }

  @Test func faultsOfOtherWorldsFilesAreLeftOut() throws {
    try withTool { tool in
      let kustomization = try String(
        contentsOf: tool.directory.appendingPathComponent("k8s/envs/dev/kustomization.yaml"), encoding: .utf8)
      try tool.write(
        "k8s/envs/dev/kustomization.yaml", kustomization.replacing("[../../base]", with: "[../../base, x.yaml]"))
      try tool.write(
        "k8s/envs/dev/x.yaml",
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: x}
        spec: {podSelector: {}, wrong: 1}

        """)
      let all = try tool.run("k8s", "--select", "NP003", "--format", "json")
      #expect(all.status == 1 && all.output.contains("\"worlds\":[\"k8s/envs/dev\"]"))
      #expect(try tool.run("k8s", "--select", "NP003", "--world", "k8s/envs/prod").status == 0)
    }
  }

  @Test func answersDifferBetweenWorlds() throws {
    try withTool { tool in
      #expect(try tool.run("can-reach", "shop/web", "shop/db:80", "k8s").status == 0)
      let differs = try tool.run("can-reach", "shop/web", "shop/db:8080", "k8s", "--format", "json")
      #expect(differs.status == 2 && differs.output.contains("\"reason\": \"differs between worlds\""))
      #expect(try tool.run("can-reach", "shop/web", "shop/db:8080", "k8s", "--world", "k8s/envs/dev").status == 0)
      #expect(try tool.run("can-reach", "shop/web", "shop/db:8080", "k8s", "--world", "k8s/envs/prod").status == 1)
      let list = try tool.run("connectivity", "k8s", "--world", "k8s/envs/dev")
      #expect(list.output.contains("shop/web [Pod] -> shop/db [Pod]: TCP 80, 8080\n") && !list.output.contains("world"))
    }
  }

  @Test func aFlowFailsWhereOneWorldFails() throws {
    try withTool { tool in
      try tool.write(
        "k8s/f.flows.yaml", "flows: [{name: f, from: shop/web, to: shop/db, port: 8080, expect: allow}]\n")
      let verify = try tool.run("verify", "k8s")
      #expect(verify.status == 1 && verify.output.hasPrefix("FAIL f: in k8s/envs/prod: "))
      #expect(try tool.run("verify", "k8s", "--world", "k8s/envs/dev").status == 0)
      let lint = try tool.run("k8s", "--select", "NP505,NP507")
      #expect(lint.status == 1 && lint.output.contains("= where: in k8s/envs/prod only\n"))
    }
  }

  /// What could not be decided for one build is not said to be right there.
  @Test(arguments: [("", "in k8s/envs/prod only"), ("helmCharts: [{name: more}]\n", "in k8s/envs/prod at least")])
  func whereAFaultHoldsIsNotSaidOfWhatIsUndecided(_ dev: String, _ scope: String) throws {
    try withTool { tool in
      let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
      try tool.write(
        "k8s/base/open.yaml",
        ["none", "a", "b", "c"].map {
          policy + "metadata: {name: \($0)}\nspec: {podSelector: {matchLabels: {app: \($0)}}, policyTypes: [Ingress]}\n"
        }.joined(separator: "---\n"))
      try tool.write("k8s/base/kustomization.yaml", "{namespace: shop, resources: [open.yaml]}\n")
      func pods(_ labels: [String], _ name: String) -> String {
        labels.map {
          "{apiVersion: v1, kind: Pod, metadata: {name: \($0), labels: {app: \($0)}}, spec: {containers: [{name: \(name)}]}}\n"
        }.joined(separator: "---\n")
      }
      for (name, keys) in [("dev", dev), ("prod", "")] {
        try tool.write(
          "k8s/envs/\(name)/kustomization.yaml", "namespace: shop\nresources: [../../base, pod.yaml]\n\(keys)")
        let last = name == "dev" && dev.isEmpty ? "none" : "d"
        try tool.write("k8s/envs/\(name)/pod.yaml", pods(["a", "b", "c", last], name))
      }
      let run = try tool.run("k8s", "--select", "NP201")
      #expect(run.output.contains("= where: \(scope)\n"), "\(run)")
    }
  }

  @Test func aDiffOfOneWorld() throws {
    try withTool { tool in
      _ = try tool.shell("cp -r k8s new && sed -i s/8080/8081/ new/envs/dev/kustomization.yaml", [])
      let all = try tool.run("diff", "k8s", "./new/", "--fail-on", "added")
      #expect(all.status == 1)
      #expect(all.output.hasPrefix("world envs/dev:\n  + shop/web [Pod] -> shop/db [Pod]: TCP 8081\n"))
      #expect(try tool.run("diff", "k8s", "new", "--fail-on", "any", "--world", "envs/prod").status == 0)
      #expect(try tool.run("diff", "k8s", "new", "--world", "envs/pro").errors.contains("did you mean 'envs/prod'?"))
      _ = try tool.shell("rm -r new/envs/dev", [])
      let gone = try tool.run("diff", "k8s", "new", "--world", "envs/dev", "--fail-on", "removed")
      #expect(gone.status == 1 && gone.output.contains("OLD alone has the world envs/dev"))
    }
  }

  /// Pods of any unit of the run are evidence that a peer means something, whatever world it is in.
  @Test func peersThatAnotherWorldHasAreNoFault() throws {
    try withTool { tool in
      func pods(_ names: [String], _ image: String) -> String {
        names.map {
          "{apiVersion: v1, kind: Pod, metadata: {name: \($0), namespace: shop, labels: {app: \($0)}}, "
            + "spec: {containers: [{name: c, image: \(image)}]}}\n"
        }.joined(separator: "---\n")
      }
      let policy = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: a, namespace: shop}
        spec:
          podSelector: {matchLabels: {app: a}}
          ingress: [{from: [{podSelector: {matchLabels: {app: elsewhere}}}]}]

        """
      try tool.write("x/k8s/a.yaml", policy)
      try tool.write("x/k8s/kustomization.yaml", "resources: [a.yaml]\n")
      for (name, last) in [("one", "elsewhere"), ("two", "d")] {
        try tool.write("x/envs/\(name)/pods.yaml", pods(["a", "b", "c", last], name))
        try tool.write("x/envs/\(name)/kustomization.yaml", "resources: [../../k8s, pods.yaml]\n")
      }
      let both = try tool.run("x", "--select", "NP202")
      #expect(both.status == 0, "\(both)")
      #expect(try tool.run("x/envs/two", "x/k8s", "--select", "NP202").output.contains("app=elsewhere"))
    }
  }
}

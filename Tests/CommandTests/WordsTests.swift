import Foundation
import TestSupport
import Testing

/// What the tool says beside its findings: once, and with what helps.
@Suite struct WordsTests {
  private let web = """
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: shop, labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}

    """

  private func withTool(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try body(tool)
  }

  private func policy(_ name: String, _ namespace: String, _ app: String, ingress: String = "") -> String {
    """
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: \(name), namespace: \(namespace)}
    spec: {podSelector: {matchLabels: {app: \(app)}}, policyTypes: [Ingress]\(ingress)}

    """
  }

  @Test(arguments: [
    ("cilium.io/v2", "CiliumNetworkPolicy"), ("projectcalico.org/v3", "NetworkPolicy"),
    ("policy.networking.k8s.io/v1beta1", "ClusterNetworkPolicy"),
    ("networking.k8s.aws/v1alpha1", "ClusterNetworkPolicy"),
  ])
  func policiesOfOtherAPIsAreSeen(_ version: String, _ kind: String) throws {
    try withTool { tool in
      try tool.write(
        "a.yaml", "apiVersion: \(version)\nkind: \(kind)\nmetadata: {name: wall, namespace: shop}\nspec: {}\n")
      for command in [["."], ["connectivity", "."]] {
        let run = try tool.shell("\"$0\" \"$@\"", [Tool.binary] + command)
        #expect(run.status == 3)
        let group = version.prefix { $0 != "/" }
        #expect(run.errors.contains("seen, and not evaluated: \(kind) of \(group) wall (a.yaml:3)"))
      }
    }
  }

  @Test(arguments: [
    ("v1alpha1", "AdminNetworkPolicy", "wall", "priority: 5, "),
    ("v1alpha1", "BaselineAdminNetworkPolicy", "default", ""),
    ("v1alpha2", "ClusterNetworkPolicy", "wall", "tier: Admin, priority: 5, "),
  ])
  func policiesForTheWholeClusterAreEnough(
    _ version: String, _ kind: String, _ name: String, _ fields: String
  ) throws {
    try withTool { tool in
      try tool.write(
        "a.yaml",
        """
        apiVersion: policy.networking.k8s.io/\(version)
        kind: \(kind)
        metadata: {name: \(name)}
        spec: {\(fields)subject: {namespaces: {}}}

        """)
      for command in [["."], ["connectivity", "."]] {
        let run = try tool.shell("\"$0\" \"$@\"", [Tool.binary] + command)
        #expect(run.status == 0)
        #expect(!run.errors.contains("not evaluated"))
      }
    }
  }

  @Test func aRightConfigSaysWhatRuns() throws {
    try withTool { tool in
      let none = try tool.run("config", "check")
      #expect(none.status == 0 && none.output.hasPrefix("ok: no config"))
      try tool.write(
        ".netpol-lint.yaml",
        """
        rules: {NP402: off, NP306: error, NP999: off}
        components: {db: {namespace: shop, labels: {app: db}}}
        """)
      let run = try tool.run("config", "check")
      #expect(run.status == 0)
      let lines = run.output.split(separator: "\n")
      #expect(lines.count == 5 && lines.first == "ok: .netpol-lint.yaml")
      #expect(lines[1].hasPrefix("profile recommended: "))
      #expect(lines[2] == "with a severity of their own: NP306 all-ports-allowed (error)")
      #expect(lines[3] == "off: NP402 ingress-from-all-namespaces")
      #expect(lines[4] == "declared: 1 component")
      #expect(run.errors == ".netpol-lint.yaml:1:35: there is no rule `NP999`; it is left out\n")
    }
  }

  @Test func everyUnknownRuleIsNamedWithItsPlace() throws {
    try withTool { tool in
      try tool.write(
        ".netpol-lint.yaml",
        """
        rules: {split-pear: off}
        protected: [NP40X]
        ignores: [{rules: [no-default-deny-ingres], reason: r}]
        """)
      try tool.write("a.yaml", web)
      for command in [["config", "check"], ["a.yaml"]] {
        let run = try tool.shell("\"$0\" \"$@\"", [Tool.binary] + command)
        #expect(run.status == 2)
        #expect(
          run.errors == """
            .netpol-lint.yaml:1:9: there is no rule `split-pear`; did you mean 'split-peer'?
            .netpol-lint.yaml:2:13: there is no rule `NP40X`; did you mean 'NP401'?
            .netpol-lint.yaml:3:20: there is no rule `no-default-deny-ingres`; did you mean 'no-default-deny-ingress'?

            """)
      }
    }
  }

  /// A build with a step that is not modelled: it leaves connections and rules open, and was not done.
  @Test func nothingIsSaidTwice() throws {
    try withTool { tool in
      try tool.write("kustomization.yaml", "resources: [a.yaml]\ntransformers: [t.yaml]\n")
      try tool.write("t.yaml", "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: t}\nlabels: {a: b}\n")
      try tool.write("a.yaml", web + policy("web", "shop", "web"))
      let word = "t.yaml, a transformer of ., is not run"
      let lint = try tool.run(".")
      #expect(lint.output.components(separatedBy: word).count == 2)
      #expect(lint.output.contains("kustomization.yaml"))
      let connectivity = try tool.run("connectivity", ".")
      #expect(connectivity.output.components(separatedBy: word).count == 2)
      #expect(connectivity.output.contains("Cannot tell: kustomization.yaml:2"))
    }
  }

  @Test func equalFaultsOfNamespacesAreOneBlock() throws {
    try withTool { tool in
      let namespaces = ["a", "b", "c"]
      try tool.write(
        "a.yaml",
        namespaces.map { web.replacing("shop", with: $0) + policy("db", $0, "db") }.joined(separator: "---\n"))
      let run = try tool.run("--select", "NP101", "a.yaml")
      #expect(run.output.components(separatedBy: "[NP101 ").count == 2)
      #expect(run.output.contains("= also at: lines 18 (Namespace b), 28 (Namespace c)"))
      let json = try tool.run("--select", "NP101", "--format", "json", "a.yaml")
      #expect(json.output.components(separatedBy: "\"rule\":\"NP101\"").count == 4)
    }
  }

  @Test func markdownNamesCausesAndEqualFaults() throws {
    try withTool { tool in
      let service =
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
        + "spec: {selector: {app: web}, ports: [{port: 80}]}\n"
      let cut = policy("deny", "shop", "web").replacing("[Ingress]", with: "[Ingress, Egress]")
      try tool.write("a.yaml", web + service + cut)
      let run = try tool.run("--format", "markdown", "a.yaml")
      #expect(run.output.contains("<br>so: nothing can reach Service web (NP509 at a.yaml:8:18)"))
      #expect(!run.output.contains("| NP509 service-without-client |"))
      let from = ", ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 8080}]}]"
      try tool.write(
        "b.yaml", policy("left", "one", "left", ingress: from) + policy("right", "one", "right", ingress: from))
      let equal = try tool.run("--select", "NP402", "--format", "markdown", "b.yaml")
      #expect(equal.output.components(separatedBy: "| NP402 ").count == 2)
      #expect(equal.output.contains("<br>also at line 10<br>"))
    }
  }
}

import Foundation
import TestSupport
import Testing

/// `--fix`, `--unsafe-fixes` and `--diff` as a user sees them.
@Suite struct FixCommandTests {
  private let faulty = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec:
      podSelector: {} # all
      policyTypes: [ingress, Egress]
      ingress:
        - from: [{namespaceSelector: {matchLabels: {name: front}}}]
          ports: [{port: "80"}]

    """
  private var safe: String {
    faulty.replacing("[ingress,", with: "[Ingress,").replacing("\"80\"", with: "80")
  }
  private var unsafe: String { safe.replacing("{name: front}", with: "{kubernetes.io/metadata.name: front}") }

  private func withTool(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try body(tool)
  }

  private func text(_ tool: Tool, _ name: String) throws -> String {
    try String(contentsOf: tool.directory.appendingPathComponent(name), encoding: .utf8)
  }

  /// What is not to be mended is reported all the same, and no flag is offered for it.
  @Test func someRulesAreLeftUnmended() throws {
    try withTool { tool in
      try tool.write("a.yaml", faulty)
      let flags = ["--select", "NP005,NP204", "--unsafe-fixes", "a.yaml"]
      let all = try tool.run("--select", "NP005", "a.yaml").output
      #expect(all.contains("fix: write Ingress  [safe: --fix]\n"), "\(all)")
      let some = try tool.run("--select", "NP005", "--unfixable", "invalid-value", "a.yaml").output
      #expect(some.contains("fix: write Ingress\n") && !some.contains("[safe: "), "\(some)")
      #expect(try tool.run("--fix", "--unfixable", "NP0,NP204", "--select", "NP0", "a.yaml").status == 1)
      #expect(try text(tool, "a.yaml") == faulty)
      func mended(_ arguments: String) throws -> String {
        try tool.write("a.yaml", faulty)
        _ = try tool.shell("\"$0\" --fix \(arguments) \"$@\"", [Tool.binary] + flags)
        return try text(tool, "a.yaml")
      }
      #expect(try mended("--fixable NP005") == safe)
      #expect(try mended("--fixable NP0,NP2") == unsafe)
      try tool.write(".netpol-lint.yaml", "unfixable: [NP204]\n")
      #expect(try mended("") == safe)
      #expect(try mended("--unfixable NP005") == faulty)
      #expect(try tool.run("--fix", "--fixable", "NP999", "a.yaml").status == 2)
    }
  }

  /// One change may mend what is found in several files, and lie in none of them.
  @Test func theFilesOfTheFindingsAreCounted() throws {
    try withTool { tool in
      func workload(_ name: String, _ namespace: String) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: \(name), namespace: \(namespace)}
        spec:
          selector: {matchLabels: {app: \(name)}}
          template: {metadata: {labels: {app: \(name)}}, spec: {containers: [{name: c, image: i}]}}
        ---

        """
      }
      try tool.write("b/pods.yaml", workload("a", "shop") + workload("c", "shop"))
      try tool.write("o/pods.yaml", workload("w", "other"))
      for name in ["a", "c"] {
        try tool.write(
          "b/\(name).yaml",
          """
          apiVersion: networking.k8s.io/v1
          kind: NetworkPolicy
          metadata: {name: \(name), namespace: shop}
          spec:
            podSelector: {matchLabels: {app: \(name)}}
            ingress:
              - from:
                  - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}
                    podSelector: {matchLabels: {app: w}}

          """)
      }
      try tool.write(
        "b/kustomization.yaml",
        "resources: [a.yaml, c.yaml, pods.yaml]\nlabels: [{pairs: {env: x}, includeSelectors: true}]\n")
      let run = try tool.run("--fix", "--unsafe-fixes", "--select", "NP210", ".")
      #expect(run.errors.contains("2 findings mended in 2 files, by changes to 1 file\n"), "\(run)")
    }
  }

  @Test func whatIsSafeIsWrittenAndTheRestReported() throws {
    try withTool { tool in
      try tool.write("a.yaml", faulty)
      let run = try tool.run("--fix", "--select", "NP005,NP204", "--format", "concise", "a.yaml")
      #expect(try text(tool, "a.yaml") == safe)
      #expect(run.status == 1 && run.output.contains("[NP204]") && !run.output.contains("[NP005]"))
      #expect(run.errors.contains("a.yaml: 2 findings of NP005 mended") && run.errors.contains("--unsafe-fixes"))
      let all = try tool.run("--fix", "--unsafe-fixes", "--select", "NP005,NP204", "a.yaml")
      #expect(try all.status == 0 && text(tool, "a.yaml") == unsafe)
      let again = try tool.run("--fix", "--unsafe-fixes", "--select", "NP005,NP204", "a.yaml")
      #expect(try again.status == 0 && text(tool, "a.yaml") == unsafe)
    }
  }

  @Test func whatRemainsIsNotSaidWhereOnlyFixesAreAskedFor() throws {
    try withTool { tool in
      try tool.write("a.yaml", faulty)
      let run = try tool.run("--fix-only", "--select", "NP005,NP204", "--output", "json:r.json", "a.yaml")
      #expect(try run.status == 0 && run.output.isEmpty && text(tool, "a.yaml") == safe)
      #expect(run.errors.contains("2 findings mended") && !run.errors.contains("[NP204"))
      #expect(try tool.shell("test -e r.json", []).status == 1)
      let input = try tool.run("--fix-only", "--select", "NP005", "-", input: faulty)
      #expect(input.status == 0 && input.output == safe)
      #expect(try tool.run("--fix-only", "-", input: "").status == 3)
    }
  }

  @Test func aChangedFileFailsTheRunWhereThatIsAskedFor() throws {
    try withTool { tool in
      for flag in ["--fix", "--fix-only"] {
        try tool.write("a.yaml", faulty)
        let flags = [flag, "--exit-non-zero-on-fix", "--select", "NP005", "a.yaml"]
        let run = { try tool.shell("\"$0\" \"$@\"", [Tool.binary] + flags) }
        #expect(try run().status == 1 && text(tool, "a.yaml") == safe)
        #expect(try run().status == 0)
      }
      try tool.write("a.yaml", faulty)
      #expect(try tool.run("--fix", "--select", "NP005", "a.yaml").status == 0)
      try tool.write("a.yaml", faulty)
      let counted = try tool.run("--fix", "--exit-non-zero-on-fix", "--statistics", "--select", "NP005", "a.yaml")
      #expect(counted.status == 1)
    }
  }

  @Test func aDiffCanBeApplied() throws {
    try withTool { tool in
      try tool.write("k/a.yaml", faulty)
      let run = try tool.run("--diff", "--unsafe-fixes", "--select", "NP005,NP204", "k")
      #expect(try run.status == 1 && text(tool, "k/a.yaml") == faulty)
      #expect(run.output.hasPrefix("--- k/a.yaml\n+++ k/a.yaml\n@@ -3,7 +3,7 @@\n"))
      try tool.write("patch", run.output)
      #expect(try tool.shell("command -v patch || exit 0; patch -p0 <patch", []).status == 0)
      try tool.write("k/a.yaml", unsafe)
      let none = try tool.run("--diff", "--unsafe-fixes", "--select", "NP005,NP204", "k")
      #expect(none.status == 0 && none.output.isEmpty)
    }
  }

  @Test func standardInputIsPrintedMended() throws {
    try withTool { tool in
      let run = try tool.run("--fix", "--select", "NP005,NP204", "-", input: faulty)
      #expect(run.status == 1 && run.output == safe && run.errors.contains("error[NP204") == false)
      #expect(run.errors.contains("warning[NP204 unset-namespace-label]"))
      let clean = try tool.run("--fix", "--select", "NP005", "-", input: safe)
      #expect(clean.status == 0 && clean.output == safe)
    }
  }

  @Test func aFileKeepsItsPermissionsAndItsLink() throws {
    try withTool { tool in
      try tool.write("real/a.yaml", faulty)
      let script = "mkdir .git k && ln -s ../real/a.yaml k/b.yaml && chmod 640 real/a.yaml"
      #expect(try tool.shell(script, []).status == 0)
      _ = try tool.run("--fix", "--select", "NP005", "k/b.yaml")
      #expect(try text(tool, "real/a.yaml") == safe)
      #expect(try tool.shell("test -L k/b.yaml && stat -c %a real/a.yaml", []).output == "640\n")
    }
  }

  @Test func whatMustNotBeWrittenIsSaid() throws {
    try withTool { tool in
      try tool.write("out/a.yaml", faulty)
      try tool.write("repo/k.txt", "")
      try tool.write("repo/a.yaml", faulty)
      let script = "mkdir repo/.git && ln -s ../out/a.yaml repo/l.yaml && chmod 444 repo/a.yaml"
      #expect(try tool.shell(script, []).status == 0)
      let link = try tool.run("--fix", "--select", "NP005", "repo/l.yaml")
      #expect(try link.status == 2 && text(tool, "out/a.yaml") == faulty)
      #expect(link.errors.contains("cannot write repo/l.yaml: a link leads out of the repository"))
      let readOnly = try tool.run("--fix", "--select", "NP005", "repo/a.yaml")
      #expect(try readOnly.status == 2 && text(tool, "repo/a.yaml") == faulty)
      #expect(readOnly.errors.contains("cannot write repo/a.yaml: the file is read-only"))
    }
  }

  @Test func theFileThatHoldsTheTextIsMendedIfItIsNamed() throws {
    try withTool { tool in
      try tool.write("base/kustomization.yaml", "resources: [policy.yaml]\n")
      try tool.write("base/policy.yaml", safe.replacing("port: 80", with: "port: 80}, {port: 80"))
      try tool.write("prod/kustomization.yaml", "resources: [../base]\npatches: [{path: patch.yaml}]\n")
      let patch = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: web, namespace: shop}
        spec:
          policyTypes: [ingress]

        """
      try tool.write("prod/patch.yaml", patch)
      _ = try tool.shell("mkdir .git", [])
      let run = try tool.run("--fix", "--select", "NP005,NP311", "--min-severity", "note", "prod")
      #expect(try text(tool, "prod/patch.yaml") == patch.replacing("ingress", with: "Ingress"))
      #expect(try text(tool, "base/policy.yaml").contains("{port: 80}, {port: 80}"))
      #expect(run.errors.contains("is not made: the file is not below what is named on the command line"))
      let diff = try tool.run("--diff", "--select", "NP311", "--min-severity", "note", "prod")
      #expect(diff.output.contains("-    ports") || diff.output.contains("+      ports: [{port: 80}]"))
      #expect(diff.errors.contains("base/policy.yaml is not below what is named"))
    }
  }

  @Test func flagsThatDoNotGoTogetherAreRefused() throws {
    try withTool { tool in
      try tool.write("a.yaml", faulty)
      for flags in [
        ["--unsafe-fixes"], ["--fix", "--add-ignores", "--reason", "x"],
        ["--diff", "--unsafe-fixes", "--add-ignores", "--reason", "x"], ["--diff", "--statistics"],
        ["--fix", "--write-baseline", "b.json"], ["--fix-only", "--diff"], ["--fix-only", "--statistics"],
        ["--exit-non-zero-on-fix"], ["--diff", "--exit-non-zero-on-fix"],
        ["--fix-only", "--add-ignores", "--reason", "x"],
      ] {
        let run = try tool.shell("\"$0\" \"$@\" a.yaml", [Tool.binary] + flags)
        #expect(run.status == 2, "\(flags)")
      }
      #expect(try text(tool, "a.yaml") == faulty)
    }
  }
}

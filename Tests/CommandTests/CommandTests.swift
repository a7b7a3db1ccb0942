import Foundation
import TestSupport
import Testing

@Suite struct CommandTests {
  private let open = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec:
      podSelector: {}
      policyTypes: [Ingress, Egress]
      ingress:
        - from: [{namespaceSelector: {}}]
          ports: [{port: 80}]

    """
  private let closed = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec: {podSelector: {}, policyTypes: [Ingress, Egress]}

    """

  private func withTool(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try body(tool)
  }

  @Test func exitCodesFollowTheFindings() throws {
    try withTool { tool in
      try tool.write("bad/a.yaml", open)
      try tool.write("good/a.yaml", closed)
      #expect(try tool.run("bad").status == 1)
      #expect(try tool.run("bad", "--fail-on", "error").status == 0)
      #expect(try tool.run("bad", "--fail-on", "never").status == 0)
      #expect(try tool.run("bad", "--min-severity", "error").output.contains("NP402") == false)
      #expect(try tool.run("good").status == 0)
      #expect(try tool.run("lint", "good").status == 0)
    }
  }

  @Test func aFolderWithoutPoliciesIsNoSuccess() throws {
    try withTool { tool in
      try tool.write("empty/values.yaml", "a: 1\n")
      #expect(try tool.run("empty").status == 3)
      #expect(try tool.run("empty", "--allow-empty").status == 0)
      #expect(try tool.run("empty/values.yaml").status == 0)
      #expect(try tool.run().status == 3)
    }
  }

  @Test func whatCannotBeDoneIsTwo() throws {
    try withTool { tool in
      try tool.write("a.yaml", closed)
      #expect(try tool.run("nothere.yaml").status == 2)
      #expect(try tool.run("--no-such-flag").status == 2)
      #expect(try tool.run("--select", "split-pear", "a.yaml").errors.contains("did you mean 'split-peer'?"))
      #expect(try tool.run("--select", "split-pear", "a.yaml").status == 2)
      #expect(try tool.run("--today", "2026-02-30", "a.yaml").status == 2)
      #expect(try tool.run("--jobs", "0", "a.yaml").status == 2)
      #expect(try tool.run("--output", "jsn", "a.yaml").status == 2)
      let typo = try tool.run("explian", "NP203")
      #expect(typo.status == 2 && typo.errors.contains("did you mean the command `explain`?"))
      #expect(try tool.run("--help").status == 0)
      #expect(try tool.run("--version").output.first?.isNumber == true)
    }
  }

  @Test func aConfigWithAMistakeIsRefusedWithItsPlace() throws {
    try withTool { tool in
      try tool.write("a.yaml", open)
      try tool.write(".netpol-lint.yaml", "rules:\n  NP402: of\n")
      let run = try tool.run("a.yaml")
      #expect(run.status == 2)
      #expect(run.errors.contains(".netpol-lint.yaml:2:10: rules.NP402 must be one of off, note, warning, error"))
      #expect(try tool.run("--no-config", "a.yaml").status == 1)
      try tool.write(".netpol-lint.yaml", "rules: {NP402: off}\n")
      #expect(try tool.run("a.yaml").status == 0)
      #expect(try tool.run("config", "check").status == 0)
      try tool.write("other.yml", "profile: api\n")
      #expect(try tool.run("--config", "other.yml", "a.yaml").status == 0)
    }
  }

  @Test func standardInputIsRead() throws {
    try withTool { tool in
      #expect(try tool.run("-", input: "").status == 3)
      #expect(try tool.run("-", "--allow-empty", input: "").status == 0)
      let run = try tool.run("-", "--format", "concise", input: open)
      #expect(run.status == 1 && run.output.hasPrefix("<stdin>:8:15: warning[NP402]"))
      let named = try tool.run("-", "--format", "concise", "--stdin-filename", "k8s/a.yaml", input: open)
      #expect(named.output.hasPrefix("k8s/a.yaml:8:15:"))
    }
  }

  /// As editors pipe a text that is not saved.
  @Test func standardInputStandsForTheFileOfItsName() throws {
    try withTool { tool in
      try tool.write("k8s/namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")
      try tool.write("k8s/a.yaml", open)
      let text = open.replacing("namespaceSelector: {}", with: "podSelector: {}")
      for context in [["--context", "."], ["--context", "k8s"], []] {
        let paths = context.isEmpty ? ["-", "k8s"] : context + ["-"]
        let arguments = paths + ["--stdin-filename", "k8s/a.yaml", "--format", "json"]
        let run = try tool.shell("\"$0\" \"$@\"", [Tool.binary] + arguments, input: text)
        let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        let summary = try #require((report as? [String: Any])?["summary"] as? [String: Int])
        #expect(summary["policies"] == 1 && summary["namespaces"] == 1, "\(context)")
      }
      let named = try tool.run("--context", ".", "k8s/a.yaml", "--format", "concise")
      let piped = try tool.run(
        "--context", ".", "-", "--stdin-filename", "k8s/a.yaml", "--format", "concise", input: open)
      #expect(named.output == piped.output && !named.output.isEmpty)
    }
  }

  @Test func jsonHoldsWhatTheContractSays() throws {
    try withTool { tool in
      try tool.write("a.yaml", open)
      let run = try tool.run("--format", "json", "a.yaml")
      let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      #expect(Set(report.keys) == ["schemaVersion", "tool", "summary", "findings", "undecided", "skipped"])
      let findings = try #require(report["findings"] as? [[String: Any]])
      let finding = try #require(findings.first)
      #expect(finding["rule"] as? String == "NP402" && finding["line"] as? Int == 8)
      #expect(finding["path"] as? String == "spec.ingress[0].from[0]" && finding["fix"] is NSNull)
      #expect((finding["fingerprint"] as? String)?.count == 32)
      #expect(run.errors.contains("1 warning in 1 policy, 1 file."))
    }
  }

  @Test func fingerprintsDoNotDependOnPlaceOrOrder() throws {
    try withTool { tool in
      func fingerprints(_ text: String) throws -> [String] {
        try tool.write("a.yaml", text)
        let run = try tool.run("--format", "json", "a.yaml", "--select", "NP402")
        let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        return (report?["findings"] as? [[String: Any]] ?? []).compactMap { $0["fingerprint"] as? String }
      }
      let other = open.replacing("  ingress:\n", with: "  ingress:\n    - from: [{podSelector: {}}]\n")
      let first = try fingerprints(open)
      #expect(first.count == 1)
      #expect(try fingerprints("# one line more\n" + other) == first)
      #expect(try fingerprints(open.replacing("port: 80", with: "port: 81")) != first)
    }
  }

  @Test func outputsCanGoToFiles() throws {
    try withTool { tool in
      try tool.write("a.yaml", open)
      let run = try tool.run("a.yaml", "--output", "json:report.json", "--output", "concise")
      #expect(run.output.hasPrefix("a.yaml:8:15:"))
      let report = try String(contentsOf: tool.directory.appendingPathComponent("report.json"), encoding: .utf8)
      #expect(report.contains("\"schemaVersion\""))
      #expect(try tool.run("a.yaml", "--output", "json", "--output", "text").status == 2)
      #expect(try tool.run("a.yaml", "--output", "json:no/such/folder.json").status == 2)
    }
  }

  @Test func aFullDiskIsToldAndAClosedPipeIsQuiet() throws {
    try withTool { tool in
      try tool.write("a.yaml", open)
      let full = try tool.shell("\"$0\" a.yaml > /dev/full", [Tool.binary])
      #expect(full.status == 2 && full.errors.contains("cannot write the output"))
      let pipe = try tool.shell("\"$0\" rules | head -1; echo ${PIPESTATUS[0]}", [Tool.binary])
      #expect(pipe.output.hasPrefix("NP001") && pipe.output.hasSuffix("\n0\n") && pipe.errors.isEmpty)
    }
  }

  @Test func rulesAreExplained() throws {
    try withTool { tool in
      #expect(try tool.run("rules").output.contains("NP203"))
      #expect(try tool.run("explain", "np203").output == tool.run("explain", "split-peer").output)
      let unknown = try tool.run("explain", "NP2O3")
      #expect(unknown.status == 2 && unknown.errors.contains("did you mean"))
    }
  }

  @Test func coloursFollowFlagAndEnvironment() throws {
    try withTool { tool in
      try tool.write("a.yaml", open)
      #expect(try !tool.run("a.yaml").output.contains("\u{1B}["))
      #expect(try tool.run("a.yaml", "--color", "always").output.contains("\u{1B}["))
      #expect(try tool.run("a.yaml", environment: ["FORCE_COLOR": "1"]).output.contains("\u{1B}["))
      #expect(try !tool.run("a.yaml", environment: ["FORCE_COLOR": "1", "NO_COLOR": "1"]).output.contains("\u{1B}["))
    }
  }
}

@Suite struct InputTests {
  private func list(_ tool: Tool, _ arguments: String...) throws -> [String] {
    let run = try tool.shell("\"$0\" --list-files \"$@\"", [Tool.binary] + arguments)
    return run.output.split(separator: "\n").map(String.init)
  }

  @Test func foldersAreReadInOrderWithoutWhatGitIgnores() throws {
    let tool = try Tool()
    defer { tool.remove() }
    for name in [
      "k8s/b.yaml", "k8s/a.yml", "k8s/c.json", "k8s/d.txt", "k8s/.git/x.yaml", "k8s/node_modules/x.yaml",
      "k8s/out/x.yaml",
      "k8s/keep/out/x.yaml", "k8s/sub/z.yaml", "k8s/sub/y.yaml",
    ] { try tool.write(name, "a: 1\n") }
    try tool.write("k8s/.gitignore", "/out/\nz.yaml\n!sub/z.yaml\n")
    try tool.write("k8s/sub/.gitignore", "y.*\n")
    #expect(
      try list(tool, "k8s") == ["k8s/a.yml", "k8s/b.yaml", "k8s/c.json", "k8s/keep/out/x.yaml", "k8s/sub/z.yaml"])
    #expect(try list(tool, "k8s", "--exclude", "**/keep/**").count == 4)
    #expect(try list(tool, "k8s/b.yaml", "k8s/b.yaml", "k8s/out/x.yaml") == ["k8s/b.yaml", "k8s/out/x.yaml"])
    #expect(try list(tool, ".").count == 5)
    #expect(try list(tool).count == 5)
  }

  @Test func linksInACircleAndPipesDoNotHang() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k8s/a.yaml", "a: 1\n")
    let run = try tool.shell("ln -s .. k8s/up && mkfifo k8s/pipe.yaml && \"$0\" --list-files k8s", [Tool.binary])
    #expect(run.output == "k8s/a.yaml\n" && run.status == 0)
  }

  @Test func whatMayNotBeReadIsToldAndTheRestIsRead() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k8s/a.yaml", "kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {name: A}\n")
    try tool.write("k8s/b.yaml", "a: 1\n")
    let run = try tool.shell(
      """
      chmod 755 . k8s; chmod 000 k8s/b.yaml
      if [ "$(id -u)" = 0 ]; then cp "$0" ./tool; chmod 755 ./tool; setpriv --reuid 65534 ./tool k8s; else "$0" k8s; fi
      """, [Tool.binary])
    #expect(run.status == 2 && run.errors.contains("k8s/b.yaml: the file cannot be read"))
    #expect(run.output.contains("error[NP005"))
  }
}

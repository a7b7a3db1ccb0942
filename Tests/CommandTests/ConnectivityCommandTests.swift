import Foundation
import Testing

@Suite struct ConnectivityCommandTests {
  private let pods = """
    {apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}
    ---
    {apiVersion: v1, kind: Pod, metadata: {name: db, labels: {app: db}}, spec: {containers: [{name: c, image: i}]}}
    ---

    """
  private func policy(_ port: Int) -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: db}
    spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}], ports: [{port: \(port)}]}]}

    """
  }

  private func withTool(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("old/a.yaml", pods + policy(80))
    try tool.write("new/a.yaml", pods + policy(81))
    try tool.write("bare/a.yaml", pods)
    try tool.write("empty/a.yaml", "a: 1\n")
    try body(tool)
  }

  @Test func onlyTextHoldsTheSummary() throws {
    try withTool { tool in
      let text = try tool.run("connectivity", "old")
      #expect(text.status == 0 && text.errors.isEmpty)
      #expect(text.output.contains("default/web [Pod] -> default/db [Pod]: TCP 80\n"))
      #expect(text.output.contains("5 connections, 2 workloads.\n"))
      let json = try tool.run("connectivity", "old", "--format", "json")
      #expect(
        json.errors.contains("5 connections, 2 workloads.\n") && json.output.hasPrefix("{\n  \"schemaVersion\": 1"))
      #expect(try tool.run("connectivity", "old", "--format", "json", "-q").errors.isEmpty)
      let file = try tool.run("connectivity", "old", "--format", "csv", "--output", "list.csv")
      #expect(file.status == 0 && file.output.isEmpty)
      let csv = try String(contentsOf: tool.directory.appendingPathComponent("list.csv"), encoding: .utf8)
      #expect(csv.hasPrefix("source_kind,"))
    }
  }

  @Test func aMatrixFitsItsTerminal() throws {
    try withTool { tool in
      let text = try tool.run("connectivity", "old", "--format", "matrix")
      #expect(text.status == 0 && text.errors.isEmpty && text.output.hasSuffix("outside the model.\n"))
      #expect(text.output.contains("\n5   web              *   *  a -\n"))
      let narrow = try tool.shell("COLUMNS=24 \"$0\" connectivity old --format matrix | head -9 | wc -L", [Tool.binary])
      #expect(Int(narrow.output.dropLast()) ?? 99 <= 24, "\(narrow.output)")
      let markdown = try tool.run("connectivity", "old", "--format", "matrix-markdown", "--by", "namespace")
      #expect(markdown.output.contains("| default (2) | all | all | all (some) |\n"), "\(markdown.output)")
      #expect(try tool.run("connectivity", "old", "--format", "json", "--by", "namespace").status == 2)
      #expect(try tool.run("connectivity", "old", "--format", "matrix", "--focus", "default/dbb").status == 2)
    }
  }

  @Test func exitCodesOfConnectivity() throws {
    try withTool { tool in
      let bare = try tool.run("connectivity", "bare")
      #expect(bare.status == 0 && bare.output.contains("No NetworkPolicy was read: everything is allowed."))
      #expect(try tool.run("connectivity", "empty").status == 3)
      #expect(try tool.run("connectivity", "empty", "--allow-empty").status == 0)
      #expect(try tool.run("connectivity", "nowhere").status == 2)
      #expect(try tool.run("connectivity", "old", "--format", "yaml").status == 2)
      let focus = try tool.run("connectivity", "old", "--focus", "default/dbb")
      #expect(focus.status == 2 && focus.output.isEmpty && focus.errors.contains("did you mean 'default/db'?"))
      #expect(try tool.run("connectivity", "old", "--focus", "default/db").output.contains("3 connections"))
    }
  }

  @Test func aDiffFailsWhenAsked() throws {
    try withTool { tool in
      let changed = try tool.run("diff", "old", "new")
      #expect(changed.status == 0 && changed.output.contains("+ default/web [Pod] -> default/db [Pod]: TCP 81\n"))
      #expect(changed.output.contains("    ingress: default/db spec.ingress[0].from[0] (new/a.yaml:8) allows it\n"))
      #expect(try tool.run("diff", "old", "new", "--fail-on", "added").status == 1)
      let findings = try tool.run("diff", "old", "bare", "--format", "json", "-q").output
      #expect(findings.contains("\"findings\": {\n    \"new\": [") && findings.contains("\"gone\": [{\"rule\":\"NP"))
      #expect(try tool.run("diff", "old", "bare", "--fail-on", "removed").status == 0)
      #expect(try tool.run("diff", "bare", "old", "--fail-on", "removed").status == 1)
      #expect(try tool.run("diff", "bare", "old", "--fail-on", "added,removed").status == 1)
      #expect(try tool.run("diff", "old", "old", "--fail-on", "any").status == 0)
      #expect(try tool.run("diff", "old", "new", "--fail-on", "some").status == 2)
      #expect(try tool.run("diff", "old", "nowhere").status == 2)
      #expect(try tool.run("diff", "empty", "empty").status == 3)
      let json = try tool.run("diff", "old", "old", "--format", "json")
      #expect(
        json.output
          == """
          {
            "added": [],
            "removed": [],
            "undecided": [],
            "otherPods": {
              "added": [],
              "removed": [],
              "undecided": []
            }
          }

          """)
    }
  }

  /// Policies isolate as well as allow: one that cannot be read may change anything.
  @Test func aDiffDoesNotPassWhatWasNotRead() throws {
    try withTool { tool in
      try tool.write("new/broken.yaml", policy(80).replacing("spec: {", with: "spec: {{"))
      for word in ["added", "removed", "any"] {
        let run = try tool.run("diff", "old", "new", "--fail-on", word)
        #expect(
          run.status == 1 && run.errors.contains("--fail-on \(word): a policy may be in what was not read: NEW: "))
      }
      #expect(try tool.run("diff", "old", "new").status == 0)
      try tool.write("old/broken.yaml", policy(80).replacing("spec: {", with: "spec: {{"))
      try tool.write("new/a.yaml", pods + policy(80))
      let same = try tool.run("diff", "old", "new", "--fail-on", "any")
      #expect(same.status == 1 && same.output.contains("No connection changes in what was read."), "\(same)")
      let json = try tool.run("diff", "old", "new", "--format", "json").output
      #expect(json.contains("{\"side\":\"old\",\"place\":\"old/broken.yaml:"), "\(json)")
      #expect(json.contains("{\"side\":\"new\",\"place\":\"new/broken.yaml:"))
    }
  }

  /// What is ignored on both sides is no news; a policy that a commit begins to ignore is.
  @Test func aDiffDoesNotPassWhatIsNewlyIgnored() throws {
    try withTool { tool in
      for side in ["old", "new"] { try tool.write("\(side)/out/more.yaml", policy(81)) }
      try tool.write("new/.gitignore", "out/\n")
      #expect(try tool.run("diff", "old", "new", "--fail-on", "added").status == 1)
      try tool.write("old/.gitignore", "out/\n")
      try tool.write("new/a.yaml", pods + policy(80))
      #expect(try tool.run("diff", "old", "new", "--fail-on", "any").status == 0)
    }
  }

  @Test func whereNothingCanConnectADiffSaysSo() throws {
    try withTool { tool in
      try tool.write("policies/a.yaml", policy(80))
      let run = try tool.run("diff", "policies", "policies")
      #expect(run.status == 0 && run.output.contains("NEW: No workload was read"))
    }
  }
}

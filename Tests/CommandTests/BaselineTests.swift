import TestSupport
import Testing

/// What was there when somebody began to lint is left out, and nothing else.
@Suite struct BaselineTests {
  private func policy(_ name: String, _ ingress: String = "[{}]") -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: \(name), namespace: shop}
    spec:
      podSelector: {}
      ingress: \(ingress)

    """
  }

  private static let lint = ["--no-config", "--select", "NP401", "--format", "concise"]

  private func call(_ tool: Tool, _ arguments: [String]) throws -> Tool.Run {
    try tool.shell("\"$0\" \"$@\"", [Tool.binary] + arguments)
  }

  private func withBaseline(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k8s/a.yaml", policy("a"))
    try tool.write("k8s/twin.yaml", policy("twin", "[{}, {}]"))
    let written = try call(tool, Self.lint + ["--write-baseline", "base.json", "k8s"])
    #expect(written.status == 0 && written.output.isEmpty, "\(written)")
    try body(tool)
  }

  @Test func knownFindingsNeitherShowNorFail() throws {
    try withBaseline { tool in
      let run = try call(tool, Self.lint + ["--baseline", "base.json", "k8s"])
      #expect(run.status == 0 && run.output.isEmpty, "\(run)")
      #expect(run.errors.contains("3 suppressed"), "\(run)")
      let shown = try call(
        tool, ["--no-config", "--select", "NP401", "--baseline", "base.json", "--show-suppressed", "k8s"])
      #expect(shown.status == 0 && shown.output.contains("NP401"), "\(shown)")
    }
  }

  /// Neither lines, nor names of files, nor overlays are in it.
  @Test func movedAndBuiltFindingsAreKnown() throws {
    try withBaseline { tool in
      _ = try tool.shell("mkdir new && mv k8s/a.yaml new/b.yaml", [])
      try tool.write("k8s/twin.yaml", "# a line\n\n" + policy("twin", "[{}, {}]"))
      #expect(try call(tool, Self.lint + ["--baseline", "base.json", "k8s", "new"]).status == 0)
      try tool.write("new/kustomization.yaml", "resources: [b.yaml]\nnamePrefix: x-\n")
      let run = try call(tool, Self.lint + ["--baseline", "base.json", "k8s", "new"])
      #expect(run.status == 0 && run.output.isEmpty && !run.errors.contains("fixed"), "\(run)")
    }
  }

  @Test func whatIsNewFails() throws {
    try withBaseline { tool in
      try tool.write("k8s/c.yaml", policy("c"))
      let run = try call(tool, Self.lint + ["--baseline", "base.json", "k8s"])
      #expect(run.status == 1 && run.output.hasPrefix("k8s/c.yaml:"), "\(run)")
      // One more of a kind that is known.
      try tool.write("k8s/c.yaml", "")
      try tool.write("k8s/twin.yaml", policy("twin", "[{}, {}, {}]"))
      let more = try call(tool, Self.lint + ["--baseline", "base.json", "k8s"])
      #expect(more.status == 1 && more.output.contains("k8s/twin.yaml:6:"), "\(more)")
      #expect(more.output.utf8.count { $0 == UInt8(ascii: "\n") } == 1, "\(more)")
    }
  }

  @Test func whatIsFixedIsNamed() throws {
    try withBaseline { tool in
      try tool.write("k8s/twin.yaml", policy("twin", "[{}]"))
      let run = try call(tool, Self.lint + ["--baseline", "base.json", "k8s"])
      #expect(run.status == 0, "\(run)")
      let line = "the baseline holds NP401 of NetworkPolicy shop/twin in k8s/twin.yaml, which is not found any more"
      #expect(run.errors.contains(line), "\(run)")
      #expect(try call(tool, Self.lint + ["--baseline", "base.json", "--baseline-strict", "k8s"]).status == 1)
      // Of what was not read, or not asked for, nothing is known.
      let other = try call(tool, Self.lint + ["--baseline", "base.json", "--baseline-strict", "k8s/a.yaml"])
      #expect(other.status == 0 && !other.errors.contains("fixed"), "\(other)")
      let rule = ["--no-config", "--select", "NP402", "--baseline", "base.json", "--baseline-strict", "k8s"]
      #expect(try call(tool, rule).status == 0)
    }
  }

  @Test(arguments: [
    "", "[]", "{}", "{\"schemaVersion\":2,\"findings\":[]}", "{\"schemaVersion\":1,\"findings\":[{}]}", "\u{0}",
  ])
  func whatIsNoBaselineIsRefused(_ text: String) throws {
    try withBaseline { tool in
      try tool.write("base.json", text)
      let run = try call(tool, Self.lint + ["--baseline", "base.json", "k8s"])
      #expect(run.status == 2 && run.errors.contains("cannot use the baseline base.json"), "\(run)")
      let missing = try call(tool, Self.lint + ["--baseline", "gone.json", "k8s"])
      #expect(missing.status == 2 && missing.errors.contains("cannot read the baseline gone.json"), "\(missing)")
    }
  }

  @Test func equalFindingsGiveEqualBytes() throws {
    try withBaseline { tool in
      let first = try tool.shell("cat base.json", []).output
      _ = try call(tool, Self.lint + ["--write-baseline", "base.json", "--jobs", "2", "k8s"])
      #expect(try tool.shell("cat base.json", []).output == first)
      #expect(first.split(separator: "\n").filter { $0.contains("\"fingerprint\"") }.count == 2)
    }
  }
}

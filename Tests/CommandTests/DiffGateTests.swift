import Foundation
import Testing

/// `diff --fail-on` passes only what is known not to have changed.
@Suite struct DiffGateTests {
  private static let pods = """
    {apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}
    ---
    {apiVersion: v1, kind: Pod, metadata: {name: db, labels: {app: db}}, spec: {containers: [{name: c, image: i}]}}
    ---

    """
  private static let deny = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: deny}
    spec: {podSelector: {}, policyTypes: [Ingress, Egress]}

    """
  private static let other = """
    apiVersion: cilium.io/v2
    kind: CiliumNetworkPolicy
    metadata: {name: c}
    spec: {endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]}

    """

  private func withTool(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    for side in ["old", "new"] { try tool.write("\(side)/a.yaml", Self.pods + Self.deny) }
    try body(tool)
  }

  /// What may have been allowed, and is blocked now, may be missed.
  @Test func whatMayHaveBeenAllowedCountsAsRemoved() throws {
    try withTool { tool in
      #expect(try tool.run("diff", "old", "new", "--fail-on", "any").status == 0)
      try tool.write("old/c.yaml", Self.other)
      for (word, status) in [("added", 0), ("removed", 1), ("any", 1)] as [(String, Int32)] {
        for format in ["text", "json", "markdown"] {
          let run = try tool.run("diff", "old", "new", "--fail-on", word, "--format", format)
          #expect(run.status == status, "\(word) \(format): \(run)")
          let words = "No connection changes for certain; 6 of which nobody could tell are blocked now"
          #expect((run.output + run.errors).contains(words), "\(run)")
        }
      }
      // The other way round it may be newly allowed.
      for (word, status) in [("added", 1), ("removed", 0), ("any", 1)] as [(String, Int32)] {
        let run = try tool.run("diff", "new", "old", "--fail-on", word)
        #expect(run.status == status, "\(word): \(run)")
      }
      // What could not be told before either is no news.
      #expect(try tool.run("diff", "old", "old", "--fail-on", "any").status == 0)
    }
  }

  /// A name that many folders have does not make another file the one that was left out before.
  @Test func anIgnoredFileIsKnownByItsPathBelowEachSide() throws {
    try withTool { tool in
      for side in ["old", "new"] {
        try tool.write("\(side)/y/netpol.yaml", Self.deny)
        try tool.write("\(side)/.gitignore", "y/\nz/\n")
      }
      for paths in [("old", "new"), ("./old/", "new"), (tool.directory.appendingPathComponent("old").path, "new")] {
        let run = try tool.run("diff", paths.0, paths.1, "--fail-on", "any")
        #expect(run.status == 0, "\(run)")
      }
      let beside = try tool.shell("cd new && \"$0\" diff ../old . --fail-on any", [Tool.binary])
      #expect(beside.status == 0, "\(beside)")
      try tool.write("new/z/netpol.yaml", Self.deny)
      for word in ["added", "removed", "any"] {
        let run = try tool.run("diff", "old", "new", "--fail-on", word)
        #expect(run.status == 1, "\(run)")
        #expect(run.errors.contains("a policy may be in what was not read: NEW: new/z"), "\(run)")
      }
      let swapped = try tool.run("diff", "new", "old", "--fail-on", "any")
      #expect(swapped.status == 1 && swapped.errors.contains("OLD: new/z"), "\(swapped)")
    }
  }
}

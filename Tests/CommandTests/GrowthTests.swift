import Testing

/// What grows in a repository, whoever writes it, must not make the linter work for minutes.
///
/// Time is measured as the processor's, so that a busy machine changes little, and compared with that of a smaller world on
/// the same machine: eight times as much may take twice as long as it should. What grows with the square takes
/// sixty-four times as long.
@Suite(.serialized) struct GrowthTests {
  private static let factor = 8
  /// Below this, the start of the process is most of what is measured.
  private static let shortest = 0.1

  @Test(arguments: GrowingWorld.all)
  func muchOfOneThingTakesAsMuchLongerAsThereIsMore(_ world: GrowingWorld) throws {
    let tool = try Tool()
    defer { tool.remove() }
    let size = Tool.isOptimized ? 4 * world.size : world.size
    let small = try seconds(world.manifests(size / Self.factor), tool)
    let large = try seconds(world.manifests(size), tool)
    #expect(large < 2 * Double(Self.factor) * max(small, Self.shortest))
  }

  @Test(arguments: GrowingReport.all)
  func aReportTakesAsMuchLongerAsThereIsMore(_ world: GrowingReport) throws {
    let tool = try Tool()
    defer { tool.remove() }
    func seconds(_ size: Int) throws -> Double {
      try tool.write(".netpol-lint.yaml", world.config(size))
      return try self.seconds(world.manifests(size), tool, ["report", "hipaa", "--format", "json"])
    }
    let size = Tool.isOptimized ? 4 * world.size : world.size
    let small = try seconds(size / Self.factor)
    #expect(try seconds(size) < 2 * Double(Self.factor) * max(small, Self.shortest))
  }

  /// Each namespace lacks its default denies.
  @Test func fixesTakeAsMuchLongerAsThereIsMore() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let flags = ["lint", "--no-config", "--fix", "--unsafe-fixes", "--select", "NP101,NP102,NP601", "--format", "json"]
    func seconds(_ size: Int) throws -> Double {
      let manifests = (0..<size).map { number in
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: web, namespace: ns-\(number)}
        spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress]}

        """
      }
      return try self.seconds(manifests.joined(separator: "---\n"), tool, flags)
    }
    let size = Tool.isOptimized ? 2400 : 400
    let small = try seconds(size / Self.factor)
    #expect(try seconds(size) < 2 * Double(Self.factor) * max(small, Self.shortest))
    #expect(try tool.run("--diff", "--unsafe-fixes", "--select", "NP101,NP102", "world.yaml").status == 0)
  }

  private static let lint = ["lint", "--no-config", "--profile", "hipaa", "--format", "json", "--fail-on", "never"]

  private func seconds(_ manifests: String, _ tool: Tool, _ arguments: [String] = lint) throws -> Double {
    try tool.write("world.yaml", manifests)
    let run = try tool.shell(
      "ulimit -t 60; TIMEFORMAT='%U %S'; time \"$0\" \"$@\"", [Tool.binary] + arguments + ["world.yaml"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.hasSuffix("}\n"))
    let times = (run.errors.split(separator: "\n").last ?? "").split(separator: " ").compactMap { Double($0) }
    #expect(times.count == 2, "the shell says how long it took")
    return times.reduce(0, +)
  }
}

import Foundation
import TestSupport
import Testing

/// Nothing hides: what kubectl would create of a generated checkout is linted, or named in the output. The real kubectl
/// is the judge.
@Suite(.enabled(if: RealKubectl.path != nil, "there is no kubectl: run `make kubectl`"))
struct HidingTreeTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count = environment["NETPOL_TREES"].flatMap { UInt64($0) } ?? 30
  private static let seed = environment["NETPOL_TREES_SEED"].flatMap { UInt64($0) } ?? 1

  @Test func whatKubectlWouldCreateIsLintedOrNamed() throws {
    var created = 0
    for seed in Self.seed..<(Self.seed + Self.count) {
      let tree = HidingTree(seed: seed)
      let tool = try Tool()
      defer { tool.remove() }
      try tree.write(to: tool.directory)
      let given = try Self.created(tree, tool)
      created += given.count
      let run = try tool.run("lint", "--no-config", "--profile", "api", "--select", "NP003", "--format", "json", ".")
      let silent = try given.subtracting(Self.linted(run)).filter { try !Self.isNamed($0, tree, run) }
      #expect(
        silent.isEmpty,
        "seed \(seed): nothing is said of \(silent.sorted())\n\(tree.description)\n\(run.output)\(run.errors)")
    }
    // The judge has a say in every tree, all in all.
    #expect(created > Int(Self.count))
  }

  /// The marks of the policies that kubectl would create of the whole folder, or of a kustomization in it.
  private static func created(_ tree: HidingTree, _ tool: Tool) throws -> Set<String> {
    let folders = tree.kustomizationFolders.map { $0.isEmpty ? "." : $0 }
    let run = try tool.shell(
      """
      "$0" annotate --local -R -f . k=v -o name 2>/dev/null
      for folder in "$@"; do "$0" kustomize "$folder" 2>/dev/null; done; true
      """, [RealKubectl.path ?? ""] + folders)
    // `kubectl kustomize` writes the objects themselves.
    return Set(
      run.output.matches(of: #/networkpolicy[^\n]*\/(m\d+z)\n|(?m)^ +(m\d+z): \[\]$/#).compactMap {
        ($0.1 ?? $0.2).map(String.init)
      })
  }

  /// The marks that a finding complains of.
  private static func linted(_ run: Tool.Run) throws -> Set<String> {
    Set(run.output.matches(of: #/"path":"[^"]*spec\.(m\d+z)"/#).map { String($0.1) })
  }

  /// Whether a file that holds the mark, or a folder above it, is said not to be read, built or applied.
  private static func isNamed(_ mark: String, _ tree: HidingTree, _ run: Tool.Run) throws -> Bool {
    let skipped = run.output.matches(of: #/\{"file":"([^"]*)","reason":"/#).map { String($0.1) }
    let holders = tree.entries.filter { entry in
      guard case .text(let bytes) = entry.entry else { return false }
      let text = HidingTree.text(bytes)
      return text.contains("name: \(mark)") || text.contains("\"\(mark)\"")
    }
    return holders.contains { holder in
      skipped.contains { $0 == holder.path || holder.path.hasPrefix($0 + "/") }
        || run.output.contains("\"rule\":\"NP001\"") && run.output.contains("\"file\":\"\(holder.path)\"")
    }
  }
}

/// kubectl, as `make kubectl` brings it.
enum RealKubectl {
  /// `nil` where it is not there.
  static let path: String? = {
    let path =
      ProcessInfo.processInfo.environment["NETPOL_KUBECTL"]
      ?? Fixture.repository.appendingPathComponent(".build/kubectl/kubectl").path
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()
}

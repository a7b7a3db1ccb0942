import Foundation
import TestSupport
import Testing

/// The kustomizations of a folder of real repositories mean what their real builds mean: `NETPOL_REAL_DATA` names it.
@Suite(.enabled(if: RealData.isEnabled, "NETPOL_REAL_DATA names no folder, or there is no kubectl"))
struct RealDataTests {
  @Test func kustomizationsMeanWhatTheirRealBuildsMean() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let list = try tool.shell(
      "find \"$0\" -name kustomization.yaml -o -name kustomization.yml -o -name Kustomization | sort",
      [RealData.root ?? ""])
    for file in list.output.split(separator: "\n") {
      let folder = URL(fileURLWithPath: String(file)).deletingLastPathComponent().path
      let build = try tool.shell("\"$0\" kustomize \"$1\" 2>/dev/null", [RealKubectl.path ?? "", folder])
      let isComponent = try String(contentsOfFile: String(file), encoding: .utf8).contains("kind: Component")
      guard build.status == 0, build.output.contains("kind: NetworkPolicy"), !isComponent else { continue }
      func answer(_ path: String, input: String = "") throws -> String {
        try tool.run("connectivity", "--no-config", "--format", "json", path, input: input).output
      }
      #expect(try answer(folder) == answer("-", input: build.output), "\(folder)")
    }
  }
}

private enum RealData {
  static let root = ProcessInfo.processInfo.environment["NETPOL_REAL_DATA"]
  static let isEnabled = root != nil && RealKubectl.path != nil
}

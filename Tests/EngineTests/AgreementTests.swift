import Foundation
import TestSupport
import Testing

@Suite struct AgreementTests {
  @Test func theEngineAgreesWithTheReference() {
    for seed in 1...UInt64(2_000) {
      let complaint = Agreement.complaint(seed: seed, portCount: 4, addressCount: 3)
      if let complaint { Issue.record("\(complaint)") }
    }
  }

  private static let environment = ProcessInfo.processInfo.environment
  private static let worldCount = environment["NETPOL_FUZZ_WORLDS"].flatMap(UInt64.init)

  /// As many worlds as the environment asks for (`make fuzz`), on all cores.
  @Test(.enabled(if: worldCount != nil))
  func theEngineAgreesOnManyMoreWorlds() async throws {
    let worldCount = try #require(Self.worldCount)
    let first = Self.environment["NETPOL_FUZZ_SEED"].flatMap(UInt64.init) ?? 1
    print("seeds \(first) to \(first + worldCount - 1)")
    let taskCount = UInt64(ProcessInfo.processInfo.activeProcessorCount)
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<taskCount {
        group.addTask {
          for seed in stride(from: first + task, to: first + worldCount, by: Int(taskCount)) {
            let complaint = Agreement.complaint(seed: seed, portCount: 4, addressCount: 3)
            if let complaint { Issue.record("\(complaint)") }
          }
        }
      }
    }
  }
}

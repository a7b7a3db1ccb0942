import Config
import Diagnostics
import Reporting
import Rules
import TestSupport
import Writing

/// Lints a file and writes its report; the same again must give the same.
enum FindingsFuzzer {
  static func complaint(_ bytes: [UInt8]) -> String? {
    reports([SourceFile(id: FileID(0), path: "manifest.yaml", bytes: bytes)])
  }

  /// - Parameter files: their ids are their places in the list.
  static func reports(_ files: [SourceFile]) -> String? {
    let first = Fuzzer.wait { await report(files, jobs: 1) }
    let second = Fuzzer.wait { await report(files, jobs: 2) }
    return first == second ? nil : "two reports of one input differ"
  }

  private static func report(_ files: [SourceFile], jobs: Int) async -> [UInt8] {
    let result = await Lint.run(files, jobs: jobs)
    var material = Report.Material(
      input: InputCounts(files: files.count, documents: 0, policies: 0, workloads: 0, namespaces: 0),
      findings: result.findings, sources: SourceTable(files), rules: Registry.infos)
    material.suppressed = result.suppressed.map { ($0.finding, Suppression(.inSource, reason: $0.reason)) }
    material.undecided = result.undecided
    let report = await Report.assemble(
      material, version: "0", fingerprinting: true, showsSuppressed: true, jobs: jobs)
    // One format for an input: most of what some write is the same for all.
    let sum = files.reduce(0) { $0 + $1.bytes.count }
    var out = ByteWriter()
    ReportFormat.allCases[sum % ReportFormat.allCases.count].write(report, to: &out)
    return out.bytes
  }
}

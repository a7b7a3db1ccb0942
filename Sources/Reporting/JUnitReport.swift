import Diagnostics
import Writing

/// A test report in the XML of JUnit: a suite for each file, a test case for each finding.
///
/// Errors and warnings are failures. Notes, suppressed findings and input that was not read are skipped cases: visible,
/// but no failures. A policy file without findings is a passed case.
enum JUnitReport {
  static func write(_ report: Report, to out: inout ByteWriter) { JUnit(suites(report)).write(to: &out) }

  private static func suites(_ report: Report) -> [JUnit.Suite] {
    var places = Places(report.sources)
    var byFile: [FileID: JUnit.Suite] = [:]
    for file in report.policyFiles { byFile[file] = JUnit.Suite(name: report.sources[file].path) }
    for reported in report.findings + report.suppressed {
      let file = reported.finding.span.file
      byFile[file, default: JUnit.Suite(name: report.sources[file].path)].cases.append(
        testCase(reported, report, &places))
    }
    var suites: [JUnit.Suite] = []
    for (_, suite) in byFile.sorted(by: { $0.key < $1.key }) {
      suites.append(numbered(suite))
      if suite.cases.isEmpty { suites[suites.count - 1].cases = [JUnit.Case(name: "netpol-lint", outcome: .passed)] }
    }
    return suites
      + report.skipped.map {
        JUnit.Suite(
          name: $0.file, cases: [JUnit.Case(name: "netpol-lint", outcome: .skipped, message: "not read: \($0.reason)")])
      }
  }

  /// The suite with a number behind each name that comes again: readers take cases of one name for one.
  private static func numbered(_ suite: JUnit.Suite) -> JUnit.Suite {
    var suite = suite
    var counts: [String: Int] = [:]
    for index in suite.cases.indices {
      let name = suite.cases[index].name
      counts[name, default: 0] += 1
      if let count = counts[name], count > 1 { suite.cases[index].name = "\(name) (\(count))" }
    }
    return suite
  }

  /// Readers follow a test case by its name, so that it holds no line.
  private static func testCase(_ reported: ReportedFinding, _ report: Report, _ places: inout Places) -> JUnit.Case {
    let finding = reported.finding
    var name = report.title(of: finding)
    if let object = finding.object {
      let path = [object.namespace, object.name].compactMap(\.self).joined(separator: "/")
      name += ": \(object.kind) \(path)"
    }
    if !finding.path.isEmpty { name += " \(finding.path)" }
    if let suppression = reported.suppression {
      let reason = suppression.reason.isEmpty ? "" : " (\(suppression.reason))"
      return JUnit.Case(name: name, outcome: .skipped, message: "suppressed\(reason): \(finding.placedMessage)")
    }
    if finding.severity == .note {
      return JUnit.Case(name: name, outcome: .skipped, message: "note: \(finding.placedMessage)")
    }
    let start = places.range(of: finding.span).start
    let place = "\(places.path(of: finding.span)):\(start.line):\(start.column)"
    return JUnit.Case(
      name: name, outcome: .failed, message: finding.placedMessage, type: finding.severity.rawValue,
      details: [place] + report.explanation(of: finding).dropFirst())
  }
}

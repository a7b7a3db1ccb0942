import Diagnostics

/// A test report in the XML of JUnit: a suite for each file, a test case for each finding, with the attributes that
/// every reader knows and no others.
///
/// Errors and warnings are failures. Notes, suppressed findings and input that was not read are skipped cases: visible,
/// but no failures. A policy file without findings is a passed case.
enum JUnitReport {
  private struct Suite {
    let name: String
    var cases: [Case] = []

    func count(_ outcome: Outcome) -> Int { cases.count { $0.outcome == outcome } }
  }

  private struct Case {
    let name: String
    let outcome: Outcome
    var message = ""
    var type = ""
    var details: [String] = []
  }

  private enum Outcome {
    case passed, skipped, failed
  }

  static func write(_ report: Report, to out: inout ByteWriter) {
    let suites = suites(report)
    let tests = suites.reduce(0) { $0 + $1.cases.count }
    let failures = suites.reduce(0) { $0 + $1.count(.failed) }
    out.append(XML.declaration)
    out.append("<testsuites name=\"netpol-lint\" tests=\"\(tests)\" failures=\"\(failures)\" errors=\"0\">\n")
    for suite in suites {
      if out.failed { return }
      write(suite, to: &out)
    }
    out.append("</testsuites>\n")
  }

  private static func suites(_ report: Report) -> [Suite] {
    var places = Places(report.sources)
    var byFile: [FileID: Suite] = [:]
    for file in report.policyFiles { byFile[file] = Suite(name: report.sources[file].path) }
    for reported in report.findings + report.suppressed {
      let file = reported.finding.span.file
      byFile[file, default: Suite(name: report.sources[file].path)].cases.append(testCase(reported, report, &places))
    }
    var suites: [Suite] = []
    for (_, suite) in byFile.sorted(by: { $0.key < $1.key }) {
      suites.append(suite)
      if suite.cases.isEmpty { suites[suites.count - 1].cases = [Case(name: "netpol-lint", outcome: .passed)] }
    }
    return suites
      + report.skipped.map {
        Suite(name: $0.file, cases: [Case(name: "netpol-lint", outcome: .skipped, message: "not read: \($0.reason)")])
      }
  }

  /// Readers follow a test case by its name, so that it holds no line.
  private static func testCase(_ reported: ReportedFinding, _ report: Report, _ places: inout Places) -> Case {
    let finding = reported.finding
    var name = report.title(of: finding)
    if let object = finding.object {
      let path = [object.namespace, object.name].compactMap(\.self).joined(separator: "/")
      name += ": \(object.kind) \(path)"
    }
    if !finding.path.isEmpty { name += " \(finding.path)" }
    if let suppression = reported.suppression {
      let reason = suppression.reason.isEmpty ? "" : " (\(suppression.reason))"
      return Case(name: name, outcome: .skipped, message: "suppressed\(reason): \(finding.message)")
    }
    if finding.severity == .note {
      return Case(name: name, outcome: .skipped, message: "note: \(finding.message)")
    }
    let start = places.range(of: finding.span).start
    let place = "\(places.path(of: finding.span)):\(start.line):\(start.column)"
    return Case(
      name: name, outcome: .failed, message: finding.message, type: finding.severity.rawValue,
      details: [place] + report.explanation(of: finding).dropFirst())
  }

  private static func write(_ suite: Suite, to out: inout ByteWriter) {
    let name = XML.escaped(suite.name)
    let className = XML.escaped(withoutExtension(suite.name))
    out.append("  <testsuite name=\"\(name)\" tests=\"\(suite.cases.count)\" failures=\"\(suite.count(.failed))\"")
    out.append(" errors=\"0\" skipped=\"\(suite.count(.skipped))\">\n")
    for test in suite.cases {
      out.append("    <testcase classname=\"\(className)\" name=\"\(XML.escaped(test.name))\"")
      switch test.outcome {
      case .passed: out.append("/>\n")
      case .skipped: out.append(">\n      <skipped message=\"\(XML.escaped(test.message))\"/>\n    </testcase>\n")
      case .failed:
        out.append(">\n      <failure message=\"\(XML.escaped(test.message))\" type=\"\(test.type)\">")
        out.append(test.details.map(XML.escaped).joined(separator: "\n"))
        out.append("</failure>\n    </testcase>\n")
      }
    }
    out.append("  </testsuite>\n")
  }

  /// Jenkins takes what stands before the last dot of a class name for a package.
  private static func withoutExtension(_ path: String) -> String {
    for suffix in [".yaml", ".yml", ".json"] where path.hasSuffix(suffix) { return String(path.dropLast(suffix.count)) }
    return path
  }
}

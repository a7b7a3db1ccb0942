/// A test report in the XML of JUnit, with the attributes that every reader knows and no others.
package struct JUnit {
  package struct Suite {
    package let name: String
    package var cases: [Case]

    package init(name: String, cases: [Case] = []) {
      self.name = name
      self.cases = cases
    }

    fileprivate func count(_ outcome: Outcome) -> Int { cases.count { $0.outcome == outcome } }
  }

  package struct Case {
    package var name: String
    package let outcome: Outcome
    /// Why the case was skipped or failed.
    package var message: String
    /// What kind of failure it is.
    package var type: String
    /// Lines on a failure.
    package var details: [String]

    package init(name: String, outcome: Outcome, message: String = "", type: String = "", details: [String] = []) {
      self.name = name
      self.outcome = outcome
      self.message = message
      self.type = type
      self.details = details
    }
  }

  package enum Outcome {
    case passed, skipped, failed
  }

  private let suites: [Suite]

  package init(_ suites: [Suite]) { self.suites = suites }

  /// Writes the report until writing fails.
  package func write(to out: inout ByteWriter) {
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

  private func write(_ suite: Suite, to out: inout ByteWriter) {
    let name = XML.escaped(suite.name)
    let className = XML.escaped(JUnit.withoutExtension(suite.name))
    out.append("  <testsuite name=\"\(name)\" tests=\"\(suite.cases.count)\" failures=\"\(suite.count(.failed))\"")
    out.append(" errors=\"0\" skipped=\"\(suite.count(.skipped))\">\n")
    for test in suite.cases {
      out.append("    <testcase classname=\"\(className)\" name=\"\(XML.escaped(test.name))\"")
      switch test.outcome {
      case .passed: out.append("/>\n")
      case .skipped: out.append(">\n      <skipped message=\"\(XML.escaped(test.message))\"/>\n    </testcase>\n")
      case .failed:
        out.append(">\n      <failure message=\"\(XML.escaped(test.message))\" type=\"\(XML.escaped(test.type))\">")
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

package import Diagnostics

/// A finding that a fixture expects: rule and line, and the field path where one is given.
package struct Mark: Hashable, Comparable, Sendable, CustomStringConvertible {
  package var file: String
  package var line: Int
  package var rule: RuleID
  /// `nil` where the fixture does not care.
  package var path: String?

  package init(file: String, line: Int, rule: RuleID, path: String? = nil) {
    self.file = file
    self.line = line
    self.rule = rule
    self.path = path
  }

  package var description: String { "\(file):\(line) \(rule)" + (path.map { " path=\($0)" } ?? "") }

  package static func < (a: Mark, b: Mark) -> Bool {
    (a.file, a.line, a.rule, a.path ?? "") < (b.file, b.line, b.rule, b.path ?? "")
  }
}

/// Reads the marks in fixtures: `# expect: NP203 NP204` at the end of a line says that these rules report something
/// that starts there, `# expect: NP005 path=spec.ingress[0]` that it does so for this field, `# expect-later: NP501` that
/// a rule which has no file yet should.
package enum Expectations {
  package static func marks(_ file: SourceFile, word: String = "expect:") -> [Mark] {
    var marks: [Mark] = []
    let index = LineIndex(file.bytes)
    for number in 1...index.lineCount {
      let line = String(decoding: index.line(number), as: UTF8.self)
      guard let mark = line.firstRange(of: "# " + word) else { continue }
      for word in line[mark.upperBound...].split(whereSeparator: { " ,\r".contains($0) }) {
        if word.hasPrefix("path="), !marks.isEmpty {
          marks[marks.count - 1].path = String(word.dropFirst("path=".count))
          continue
        }
        guard let rule = RuleID(word) else { break }
        marks.append(Mark(file: file.path, line: number, rule: rule))
      }
    }
    return marks
  }

  /// Where findings start, in the form of marks.
  package static func marks(_ findings: [Finding], in sources: SourceTable, withPaths: Bool = false) -> [Mark] {
    var indexes: [FileID: LineIndex] = [:]
    return findings.map { finding in
      let file = sources[finding.span.file]
      let index = indexes[file.id] ?? LineIndex(file.bytes)
      indexes[file.id] = index
      return Mark(
        file: file.path, line: index.position(of: finding.span.start).line, rule: finding.rule,
        path: withPaths ? finding.path : nil)
    }
  }
}

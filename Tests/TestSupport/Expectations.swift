package import Diagnostics

/// A finding that a fixture expects: rule and line.
package struct Mark: Hashable, Comparable, Sendable, CustomStringConvertible {
  package var file: String
  package var line: Int
  package var rule: RuleID

  package init(file: String, line: Int, rule: RuleID) {
    self.file = file
    self.line = line
    self.rule = rule
  }

  package var description: String { "\(file):\(line) \(rule)" }

  package static func < (a: Mark, b: Mark) -> Bool { (a.file, a.line, a.rule) < (b.file, b.line, b.rule) }
}

/// Reads the marks in fixtures: `# expect: NP203 NP204` at the end of a line says that these rules report something
/// that starts there, `# expect-later: NP501` that a rule which has no file yet should.
package enum Expectations {
  package static func marks(_ file: SourceFile, word: String = "expect:") -> [Mark] {
    var marks: [Mark] = []
    let index = LineIndex(file.bytes)
    for number in 1...index.lineCount {
      let line = String(decoding: index.line(number), as: UTF8.self)
      guard let mark = line.firstRange(of: "# " + word) else { continue }
      for word in line[mark.upperBound...].split(whereSeparator: { " ,".contains($0) }) {
        guard let rule = RuleID(word) else { break }
        marks.append(Mark(file: file.path, line: number, rule: rule))
      }
    }
    return marks
  }

  /// Where findings start, in the form of marks.
  package static func marks(_ findings: [Finding], in sources: SourceTable) -> [Mark] {
    var indexes: [FileID: LineIndex] = [:]
    return findings.map { finding in
      let file = sources[finding.span.file]
      let index = indexes[file.id] ?? LineIndex(file.bytes)
      indexes[file.id] = index
      return Mark(file: file.path, line: index.position(of: finding.span.start).line, rule: finding.rule)
    }
  }
}

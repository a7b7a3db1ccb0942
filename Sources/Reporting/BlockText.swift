import Diagnostics
import Writing

/// What a block says beside its first finding, in lines.
enum BlockText {
  private static let mostPlaces = 8
  private static let mostOfRule = 2

  /// `lines 72, 116; b.yaml:3 and 5 more`: the places of equal findings.
  static func places(of others: [ReportedFinding], beside first: Finding, _ places: inout Places) -> String {
    var texts: [String] = []
    var file = first.span.file
    var isFirst = true
    var template = first.template
    for other in others.prefix(others.count > mostPlaces + 1 ? mostPlaces : others.count) {
      // What is wrong at one place for several others is told apart by these.
      let span = other.finding.span == first.span ? other.finding.related.first?.span ?? first.span : other.finding.span
      let line = places.range(of: span).start.line
      if span.file != file {
        texts.append("\(DisplayText.escaped(places.path(of: span))):\(line)")
        (file, isFirst) = (span.file, false)
      } else {
        texts.append(texts.isEmpty && isFirst ? "\(others.count == 1 ? "line" : "lines") \(line)" : "\(line)")
      }
      // Where the first one's message names another object, this one is named here.
      if other.finding.message != first.message, other.finding.object != first.object, let object = other.finding.object
      {
        texts[texts.count - 1] += " (\(DisplayText.escaped("\(object.kind) \(object.name)")))"
      }
      if let scope = other.finding.scope, scope != first.scope {
        texts[texts.count - 1] += " (\(DisplayText.escaped(scope)))"
      }
      if let own = other.finding.template, own != template {
        texts[texts.count - 1] += " (in \(DisplayText.escaped(own)))"
        template = own
      }
    }
    let left = others.count - texts.count
    return texts.joined(separator: ", ") + (left > 0 ? " and \(left) more" : "")
  }

  /// What hangs on a block: a line for each of the first findings of a rule, and one that counts the others.
  ///
  /// - Parameter head: the severity that the block shows: severer ones are named.
  static func lines(
    on findings: [ReportedFinding], beneath head: Severity, _ places: inout Places
  ) -> [String] {
    var lines: [String] = []
    for group in Dictionary(grouping: findings, by: \.finding.rule).sorted(by: { $0.key < $1.key }) {
      let faults = Block.all(of: group.value.map(\.withoutCause))
      let shown = faults.prefix(faults.count > mostOfRule + 1 ? mostOfRule : faults.count)
      for fault in shown {
        let finding = fault.first.finding
        let start = places.range(of: finding.span).start
        let more = fault.others.isEmpty ? "" : ", and \(fault.others.count) more like it"
        let place = "\(DisplayText.escaped(places.path(of: finding.span))):\(start.line):\(start.column)"
        let severity = finding.severity > head ? "\(finding.severity.rawValue) " : ""
        lines.append("\(DisplayText.escaped(finding.message)) (\(severity)\(finding.rule) at \(place)\(more))")
      }
      if shown.count < faults.count {
        lines.append("\(faults.count - shown.count) more of \(group.key)")
      }
    }
    return lines
  }
}

extension ReportedFinding {
  fileprivate var withoutCause: ReportedFinding {
    var copy = self
    copy.finding.cause = nil
    return copy
  }
}

internal import Diagnostics
internal import Reporting
internal import Rules
internal import Writing

/// Writes findings as diagnostics.
struct DiagnosticsWriter {
  private var places: SnapshotPlaces
  private var infos: [RuleID: RuleInfo]
  private let form: DiagnosticForm
  /// `DiagnosticTag.Unnecessary`.
  static let unused = 1

  init(_ places: SnapshotPlaces, _ form: DiagnosticForm) {
    self.places = places
    self.form = form
    infos = Dictionary(uniqueKeysWithValues: Registry.infos.map { ($0.id, $0) })
  }

  mutating func write(_ findings: [Finding], to json: inout JSONWriter) {
    json.array { json in
      for finding in findings { write(finding, to: &json) }
    }
  }

  mutating func write(_ finding: Finding, to json: inout JSONWriter) {
    let range = places.range(of: finding.span)
    let related = (form.showsRelated ? finding.related : []).prefix(50).map {
      (places.uri(of: $0.span.file), places.range(of: $0.span), $0.message)
    }
    json.object { json in
      json.member("range", range)
      json.member("severity", finding.severity.number)
      json.member("code", finding.rule.description)
      if let rulePage = form.rulePage {
        json.object("codeDescription") { $0.member("href", rulePage.uri(of: finding.rule)) }
      }
      json.member("source", "netpol-lint")
      json.member("message", message(of: finding))
      // Unused suppressions are shown faint, as unused code is.
      if form.fadesUnused, finding.rule == "NP604" { json.array("tags") { $0.value(Self.unused) } }
      if !related.isEmpty {
        json.array("relatedInformation") { json in
          for (uri, range, message) in related {
            json.object { json in
              json.key("location")
              json.location(uri, range)
              json.member("message", DisplayText.escaped(message))
            }
          }
        }
      }
    }
  }

  private func message(of finding: Finding) -> String {
    var lines = [DisplayText.escaped(finding.placedMessage)]
    if let scope = finding.scope { lines.append("where: \(DisplayText.escaped(scope))") }
    if let why = finding.why { lines.append("why: \(DisplayText.escaped(why))") }
    let remedy = finding.remedy ?? finding.fix?.description ?? infos[finding.rule]?.remedy
    if let remedy { lines.append("fix: \(DisplayText.escaped(remedy))") }
    return lines.joined(separator: "\n")
  }
}

extension Severity {
  /// `DiagnosticSeverity`.
  fileprivate var number: Int {
    switch self {
    case .error: 1
    case .warning: 2
    case .note: 3
    }
  }
}

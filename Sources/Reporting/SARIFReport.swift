import Diagnostics
import Writing

/// SARIF 2.1.0 with what GitHub code scanning reads, within its limits: a file beyond them is refused as a whole.
///
/// Results stand errors first, for GitHub shows only the first 5,000. Paths have no `uriBaseId`: GitHub takes relative
/// ones as relative to the root of the repository.
enum SARIFReport {
  private static let mostResults = 25_000
  private static let mostRelatedLocations = 100

  static func write(_ report: Report, paths: RepositoryPaths, to out: inout ByteWriter) {
    var writer = SARIFResults(report, paths: paths, mostRelated: mostRelatedLocations)
    let all = report.findingsBySeverity + report.suppressed
    out.json(lineDepth: 4) { json in
      json.object { json in
        json.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
        json.member("version", "2.1.0")
        json.array("runs") { json in
          json.object { json in
            json.object("tool") { tool(report, &$0) }
            // A slash at the end: a category, whose runs have no ids of their own.
            json.object("automationDetails") { $0.member("id", "netpol-lint/") }
            json.array("invocations") { invocation(report, leftOut: all.count - mostResults, &$0) }
            json.member("columnKind", "unicodeCodePoints")
            json.array("results") { json in
              for reported in all.prefix(mostResults) {
                if json.failed { return }
                json.object { writer.write(reported, &$0) }
              }
            }
          }
        }
      }
    }
  }

  private static func tool(_ report: Report, _ json: inout JSONWriter) {
    json.object("driver") { json in
      json.member("name", "netpol-lint")
      json.member("semanticVersion", report.version)
      if let address = report.address { json.member("informationUri", address.text) }
      json.array("rules") { json in
        for info in report.rules { json.object { SARIFRule.write(info, page: report.page(of: info.id), &$0) } }
      }
    }
  }

  /// What was not looked at, so that an empty list of results is not taken for more than it is.
  private static func invocation(_ report: Report, leftOut: Int, _ json: inout JSONWriter) {
    let summary = Summary(report)
    json.object { json in
      json.member("executionSuccessful", true)
      json.array("toolExecutionNotifications") { json in
        if leftOut > 0 { notification("\(Summary.count(leftOut, "more result")) left out", "warning", &json) }
        for text in summary.skipped { notification(text.text, "warning", &json) }
        for text in summary.undecided { notification(text.text, "note", &json) }
      }
    }
  }

  private static func notification(_ text: String, _ level: String, _ json: inout JSONWriter) {
    json.object { json in
      json.member("level", level)
      json.object("message") { $0.member("text", text) }
    }
  }
}

/// Writes the results of a SARIF run.
private struct SARIFResults {
  private let report: Report
  private let paths: RepositoryPaths
  private let mostRelated: Int
  private var places: Places
  private var hashes: [FileID: LineHashes] = [:]

  init(_ report: Report, paths: RepositoryPaths, mostRelated: Int) {
    self.report = report
    self.paths = paths
    self.mostRelated = mostRelated
    places = Places(report.sources)
  }

  mutating func write(_ reported: ReportedFinding, _ json: inout JSONWriter) {
    let finding = reported.finding
    let related = report.related(of: finding).prefix(mostRelated)
    json.member("ruleId", finding.rule.description)
    if let index = report.index(of: finding.rule) { json.member("ruleIndex", index) }
    json.member("level", finding.severity.rawValue)
    json.object("message") { $0.member("text", text(of: finding, related)) }
    json.array("locations") { json in
      json.object { location(finding.span, &$0) }
    }
    if !related.isEmpty {
      json.array("relatedLocations") { json in
        for (number, place) in related.enumerated() {
          json.object { json in
            json.member("id", number + 1)
            location(place.span, &json)
            json.object("message") { $0.member("text", DisplayText.escaped(place.message)) }
          }
        }
      }
    }
    json.object("partialFingerprints") { json in
      json.member("primaryLocationLineHash", lineHash(finding.span))
      json.member("netpolLint/v1", reported.fingerprint)
    }
    suppressions(reported, &json)
    if let fix = finding.fix, !fix.edits.isEmpty { write(fix, &json) }
  }

  /// The message in sentences, GitHub showing the first one where space is short, with links to the related places.
  private func text(of finding: Finding, _ related: ArraySlice<RelatedPlace>) -> String {
    var sentences = [Report.oneLine(finding.placedMessage) ?? ""]
    if let why = Report.oneLine(finding.why) { sentences.append("Why: \(why)") }
    if let remedy = Report.oneLine(finding.remedy ?? finding.fix?.description) { sentences.append("Fix: \(remedy)") }
    // What the input says must not become a link.
    sentences = sentences.map { $0.replacingScalars { $0 == "(" && $1 == "]" ? " (" : nil } }
    if !related.isEmpty {
      let links = related.enumerated().map { "[\(Self.linkText($1.message))](\($0 + 1))" }
      sentences.append("See " + links.joined(separator: ", "))
    }
    return sentences.map { $0.hasSuffix(".") ? $0 : $0 + "." }.joined(separator: " ")
  }

  /// Backslashes and brackets are escaped in the text of a link (SARIF 2.1.0, 3.11.6).
  private static func linkText(_ text: String) -> String {
    DisplayText.escaped(text).replacingScalars { scalar, _ in
      switch scalar {
      case "\\", "[", "]": "\\\(scalar)"
      default: nil
      }
    }
  }

  private mutating func location(_ span: SourceSpan, _ json: inout JSONWriter) {
    json.object("physicalLocation") { json in
      json.object("artifactLocation") { $0.member("uri", paths.uri(of: report.sources.path(of: span))) }
      json.object("region") { region(span, &$0) }
    }
  }

  private mutating func region(_ span: SourceSpan, _ json: inout JSONWriter) {
    let range = places.range(of: span)
    json.member("startLine", range.start.line)
    json.member("startColumn", range.start.column)
    json.member("endLine", range.end.line)
    json.member("endColumn", range.end.column)
  }

  private mutating func lineHash(_ span: SourceSpan) -> String {
    let hashes = hashes[span.file] ?? LineHashes(report.sources[span.file].bytes)
    self.hashes[span.file] = hashes
    return hashes[places.range(of: span).start.line]
  }

  /// All results of a run have the property, or none has (SARIF 2.1.0, 3.27.23).
  private func suppressions(_ reported: ReportedFinding, _ json: inout JSONWriter) {
    guard !report.suppressed.isEmpty else { return }
    json.array("suppressions") { json in
      guard let suppression = reported.suppression else { return }
      json.object { json in
        json.member("kind", suppression.origin == .inSource ? "inSource" : "external")
        if !suppression.reason.isEmpty { json.member("justification", suppression.reason) }
      }
    }
  }

  private mutating func write(_ fix: Fix, _ json: inout JSONWriter) {
    json.array("fixes") { json in
      json.object { json in
        json.object("description") { $0.member("text", fix.description) }
        json.array("artifactChanges") { json in
          for file in Set(fix.edits.map(\.span.file)).sorted() {
            json.object { change(fix.edits.filter { $0.span.file == file }, &$0) }
          }
        }
      }
    }
  }

  /// The edits of one file.
  private mutating func change(_ edits: [Fix.Edit], _ json: inout JSONWriter) {
    json.object("artifactLocation") { $0.member("uri", paths.uri(of: report.sources.path(of: edits[0].span))) }
    json.array("replacements") { json in
      for edit in edits {
        json.object { json in
          json.object("deletedRegion") { region(edit.span, &$0) }
          json.object("insertedContent") { $0.member("text", edit.replacement) }
        }
      }
    }
  }
}

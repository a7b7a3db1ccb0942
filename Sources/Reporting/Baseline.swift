package import Diagnostics
package import Writing
internal import YAMLSource

/// Findings that were there when somebody began to lint: they are known by their fingerprints, so that moved lines,
/// renamed files and added overlays change nothing.
package struct Baseline: Sendable {
  /// Findings with one fingerprint.
  package struct Entry: Hashable, Sendable {
    /// Without the number that tells twins apart.
    package let fingerprint: String
    package internal(set) var count: Int
    package let rule: String
    /// For readers, as is the file: `Kind namespace/name`, empty for findings about no object.
    package let object: String
    /// Where the first one was.
    package let file: String
  }

  /// What cannot be read as a baseline.
  package struct Fault: Error {
    /// No full stop.
    package let message: String
  }

  /// In order of rule, object and fingerprint.
  package let entries: [Entry]

  /// Of nothing.
  package static let empty = Baseline()

  private init() { entries = [] }

  /// All findings of a report that has fingerprints.
  package init(_ report: Report) {
    var entries: [String: Entry] = [:]
    for reported in report.findings {
      let (fingerprint, finding) = (reported.sharedFingerprint, reported.finding)
      let object = finding.object.map { object in
        let namespace = object.asWritten.namespace
        return "\(object.kind) \(namespace.isEmpty ? "" : namespace + "/")\(object.asWritten.name)"
      }
      let entry = Entry(
        fingerprint: fingerprint, count: 0, rule: finding.rule.description, object: object ?? "",
        file: report.sources.path(of: finding.span))
      entries[fingerprint, default: entry].count += 1
    }
    self.entries = entries.values.sorted {
      ($0.rule, $0.object, $0.fingerprint) < ($1.rule, $1.object, $1.fingerprint)
    }
  }

  /// What `write` wrote; keys that it does not know are passed over.
  package init(_ file: SourceFile) throws(Fault) {
    let root: NodeRef?
    do throws(YAMLProblem) {
      let chunks = DocumentSplitter.split(file.bytes)
      root = chunks.count == 1 ? try YAMLReader.read(chunks[0], of: file).root : nil
    } catch {
      root = nil
    }
    guard let root, root["schemaVersion"]?.text == "1", let list = root["findings"], list.kind == .sequence else {
      throw Fault(message: "it is no baseline of netpol-lint: --write-baseline writes one")
    }
    var entries: [Entry] = []
    for item in list.items {
      guard let fingerprint = item["fingerprint"]?.text, let count = item["count"].flatMap({ Int($0.text) }), count > 0
      else {
        throw Fault(message: "an entry lacks its fingerprint or its count: write it anew with --write-baseline")
      }
      entries.append(
        Entry(
          fingerprint: fingerprint, count: count, rule: item["rule"]?.text ?? "", object: item["object"]?.text ?? "",
          file: item["file"]?.text ?? ""))
    }
    self.entries = entries
  }

  /// Writes it as JSON, an entry on each line.
  package func write(to out: inout ByteWriter) {
    out.json(lineDepth: 2) { json in
      json.object { json in
        json.member("schemaVersion", 1)
        json.array("findings") { json in
          for entry in entries {
            json.object { json in
              json.member("fingerprint", entry.fingerprint)
              json.member("count", entry.count)
              json.member("rule", entry.rule)
              json.member("object", entry.object)
              json.member("file", entry.file)
            }
          }
        }
      }
    }
  }
}

extension Report {
  /// The report without the findings that a baseline holds, which count as suppressed; and what of the baseline is there
  /// no more. Of more findings with one fingerprint than the baseline has, the last ones stay.
  ///
  /// - Parameter showsSuppressed: whether the report lists what the baseline holds.
  package func accepting(_ baseline: Baseline, showsSuppressed: Bool) -> (report: Report, stale: [Baseline.Entry]) {
    let counts = Dictionary(baseline.entries.map { ($0.fingerprint, $0.count) }, uniquingKeysWith: +)
    var kept: [ReportedFinding] = []
    var accepted: [ReportedFinding] = []
    var found: [String: Int] = [:]
    for var reported in findings {
      guard reported.rank <= counts[reported.sharedFingerprint] ?? 0 else {
        kept.append(reported)
        continue
      }
      found[reported.sharedFingerprint, default: 0] += 1
      reported.suppression = Suppression(.external, reason: "")
      accepted.append(reported)
    }
    let report = Report(
      version: version, input: input, findings: kept, suppressed: showsSuppressed ? suppressed + accepted : [],
      suppressedCount: suppressedCount + accepted.count, undecided: undecided, skipped: skipped, sources: sources,
      rules: rules, policyFiles: policyFiles)
    let asked = Set(rules.map(\.id.description))
    let stale = baseline.entries.filter { asked.contains($0.rule) }.compactMap { entry -> Baseline.Entry? in
      var entry = entry
      entry.count -= found[entry.fingerprint] ?? 0
      return entry.count > 0 ? entry : nil
    }
    return (report, stale)
  }
}

extension ReportedFinding {
  /// The fingerprint without the number that tells twins apart.
  fileprivate var sharedFingerprint: String { String(fingerprint.prefix { $0 != ":" }) }

  /// Its place among its twins, from 1.
  fileprivate var rank: Int { Int(fingerprint.drop { $0 != ":" }.dropFirst()) ?? 1 }
}

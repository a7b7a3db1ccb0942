internal import Config

/// A report of a folder of reports.
package struct KeptReport: Sendable {
  /// How it is called, and the SHA-256 of its file.
  package let name: String
  package let digest: String
  package let report: EarlierReport

  package init(name: String, digest: String, report: EarlierReport) {
    self.name = name
    self.digest = digest
    self.report = report
  }
}

/// The reports that were kept: their dates, how they hang together, and what changed from one to the next.
struct HistorySection {
  private let interval: Int
  /// The names of the reports, by their digests.
  private let names: [String: String]
  /// The date of the report before.
  private var last: String?
  private var reports = TableBuilder(
    "reports", "Reports",
    [
      ("date", "Date"), ("file", "File"), ("sha256", "SHA-256"), ("supersedes", "Supersedes"),
      ("days", "Days since the one before"), ("gap", "Gap"),
    ], whenEmpty: "")
  private var changes = TableBuilder(
    "changes", "Changes",
    [("date", "Date"), ("kind", "What"), ("change", "Change"), ("acknowledged", "Acknowledged")],
    whenEmpty: "No report tells of a change.")

  static func section(
    _ kept: [KeptReport], _ comparison: EvidenceComparison?, _ context: EvidenceContext
  ) -> EvidenceSection {
    let material = context.material
    let kept = kept.sorted { ($0.report.date, $0.name) < ($1.report.date, $1.name) }
    var history = HistorySection(kept, interval: material.configuration.hipaa.reviewIntervalDays)
    // Made again from an old commit, this one is not the last.
    for one in kept where one.report.date <= material.today { history.add(one) }
    history.addReport(material.today, "this report", nil, supersedes: material.earlier?.digest)
    for (change, _) in comparison?.changes ?? [] {
      history.addChange(material.today, change.kind.title, change.sentence, material.acknowledgement)
    }
    for one in kept where one.report.date > material.today { history.add(one) }
    return history.section
  }

  private init(_ kept: [KeptReport], interval: Int) {
    self.interval = interval
    names = Dictionary(kept.map { ($0.digest, $0.name) }) { first, _ in first }
  }

  private var section: EvidenceSection {
    var section = EvidenceSection("history", "History")
    section.paragraphs = [
      "The reports of the folder that was named, by their dates, and this one. Whether there were others is not seen here. A gap "
        + "is longer than the interval of \(interval) days, which is the organisation's own."
    ]
    section.tables = [reports.table([]), changes.table([])]
    return section
  }

  private mutating func add(_ one: KeptReport) {
    addReport(one.report.date, one.name, one.digest, supersedes: one.report.supersedes)
    for (kind, change) in one.report.changes { addChange(one.report.date, kind, change, one.report.acknowledgement) }
  }

  private mutating func addReport(_ date: String, _ file: String, _ digest: String?, supersedes: String?) {
    let days = last.flatMap { DateText.days(from: $0, to: date) }
    let link = supersedes.map { names[$0] ?? "\($0), which is not among these" } ?? "none is named"
    reports.add(
      [
        .text(date), .text(file), EvidenceCell(digest), .text(link), days.map { .number($0) } ?? .none,
        .text(days.map { $0 > interval ? "longer than \(interval) days" : "no" } ?? "the first one"),
      ], in: nil)
    last = date
  }

  private mutating func addChange(_ date: String, _ kind: String, _ change: String, _ acknowledgement: String?) {
    changes.add([.text(date), .text(kind), .text(change), .text(acknowledgement ?? "nowhere")], in: nil)
  }
}

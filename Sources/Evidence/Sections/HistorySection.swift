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
enum HistorySection {
  static func section(
    _ kept: [KeptReport], _ comparison: EvidenceComparison?, _ context: EvidenceContext
  ) -> EvidenceSection {
    let material = context.material
    let kept = kept.sorted { ($0.report.date, $0.name) < ($1.report.date, $1.name) }
    let interval = material.configuration.hipaa.reviewIntervalDays
    var section = EvidenceSection("history", "History")
    section.paragraphs = [
      "The reports of the folder that was named, by their dates, and this one. Whether there were others is not seen here. A gap "
        + "is longer than the interval of \(interval) days, which is the organisation's own."
    ]
    var reports = TableBuilder(
      "reports", "Reports",
      [
        ("date", "Date"), ("file", "File"), ("sha256", "SHA-256"), ("supersedes", "Supersedes"),
        ("days", "Days since the one before"), ("gap", "Gap"),
      ], whenEmpty: "")
    var changes = TableBuilder(
      "changes", "Changes",
      [("date", "Date"), ("kind", "What"), ("change", "Change"), ("acknowledged", "Acknowledged")],
      whenEmpty: "No report tells of a change.")
    let names = Dictionary(kept.map { ($0.digest, $0.name) }) { first, _ in first }
    func link(_ supersedes: String?) -> String {
      guard let supersedes else { return "none is named" }
      return names[supersedes] ?? "\(supersedes), which is not among these"
    }
    var last: String?
    func addReport(_ date: String, _ file: String, _ digest: String?, _ supersedes: String?) {
      let days = last.flatMap { DateText.days(from: $0, to: date) }
      reports.add(
        [
          .text(date), .text(file), EvidenceCell(digest), .text(link(supersedes)), days.map { .number($0) } ?? .none,
          .text(days.map { $0 > interval ? "longer than \(interval) days" : "no" } ?? "the first one"),
        ], in: nil)
      last = date
    }
    func addChange(_ date: String, _ kind: String, _ change: String, _ acknowledgement: String?) {
      changes.add([.text(date), .text(kind), .text(change), .text(acknowledgement ?? "nowhere")], in: nil)
    }
    func addKept(_ one: KeptReport) {
      addReport(one.report.date, one.name, one.digest, one.report.supersedes)
      for (kind, change) in one.report.changes { addChange(one.report.date, kind, change, one.report.acknowledgement) }
    }
    // Made again from an old commit, this one is not the last.
    for one in kept where one.report.date <= material.today { addKept(one) }
    addReport(material.today, "this report", nil, material.earlier?.digest)
    for (change, _) in comparison?.changes ?? [] {
      addChange(material.today, change.kind.title, change.sentence, material.acknowledgement)
    }
    for one in kept where one.report.date > material.today { addKept(one) }
    section.tables = [reports.table([]), changes.table([])]
    return section
  }
}

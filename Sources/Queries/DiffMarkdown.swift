internal import Engine
internal import Model
internal import Reporting
internal import Writing

// A diff as one comment on a pull request: a marker by which the comment is found again, what is newly allowed before
// what is newly blocked, then findings; long lists are folded, and cut before GitHub refuses the whole.

/// The sizes of a comment's parts.
private enum CommentLimits {
  /// GitHub takes 65,536 characters.
  static let all = 62_000
  static let removed = 12_000
  static let matrix = 10_000
  static let findings = 9_000
  static let notes = 6_000
  static let addition = 8_000
  /// Longer lists are folded.
  static let mostOpenRows = 12
}

extension DiffReport {
  /// What tells the comment from others of the same author.
  package static let marker = "<!-- netpol-lint diff -->"

  mutating func writeMarkdown(to out: inout ByteWriter) {
    var tail = ""
    if let findings { tail = DiffReport.tables(of: findings) }
    if let addition {
      // It names things one by one, and a change may touch very many.
      tail +=
        addition.markdown.utf8.count <= CommentLimits.addition
        ? addition.markdown : "What the change does to ePHI is more than fits: `netpol-lint diff` says it.\n\n"
    }
    tail += DiffReport.notes(summaryNotes)
    var left = CommentLimits.all - tail.utf8.count - CommentLimits.matrix
    var body = ""
    var matrices = ""
    for share in shares {
      let place = name(of: share).map { " in \(Markdown.escaped($0.text))" } ?? ""
      var matrix = ChangeMatrix()
      for change in DiffChange.allCases {
        let room = change == .added ? left - CommentLimits.removed : min(left, CommentLimits.removed)
        let rows = rows(share, change, room: max(room, 0), &matrix)
        let text = DiffReport.section(rows, change, place)
        left -= text.utf8.count
        body += text
      }
      if let table = matrix.text, matrices.utf8.count + table.utf8.count < CommentLimits.matrix {
        matrices += (place.isEmpty ? "" : "What changes\(place):\n\n") + table + "\n"
      }
    }
    out.append("\(DiffReport.marker)\n### Network policies: changed connections\n\n")
    out.append("**\(headline)**\n\n")
    for line in verdictLines.dropFirst() { out.append("\(Markdown.escaped(line.text))\n\n") }
    if let line = otherPodsLine { out.append("\(Markdown.escaped(line.text))\n\n") }
    out.append(matrices + body + tail)
    out.append(Markdown.escaped(ConnectivitySummary.limits.text) + "\n")
  }

  private var headline: String {
    let first = Markdown.escaped(verdictLines.first?.text ?? "")
    return findings.map { "\(first.hasSuffix(".") ? String(first.dropLast()) : first); \($0.sentence)." } ?? first
  }

  // MARK: Connections

  private struct Rows {
    var rows: [String] = []
    var count = 0
  }

  /// The connections of a change as rows with their reasons, as far as they fit; all of them are counted.
  private mutating func rows(
    _ share: ConnectionShare, _ change: DiffChange, room: Int, _ matrix: inout ChangeMatrix
  ) -> Rows {
    guard var table = tables.removeValue(forKey: change) else { return Rows() }
    defer { tables[change] = table }
    let nodes = table.nodes
    var reasons = DiffReasons(diff, change, old: Places(old), new: Places(new))
    var result = Rows()
    var left = room
    var others = 0
    var filter = OtherPodFilter(nodes)
    table.walk(share) { entry, portSets in
      let connection = entry.connection
      let kind = filter.kind(of: connection)
      if kind == .untold { return true }
      if kind == .ofOtherPods {
        others += 1
        // An ipBlock may hold the addresses of pods anywhere: that is counted, and is no row.
        if change.isOpen { return true }
      }
      let ports = portSets[connection.ports]
      matrix.add(connection, ports, change, nodes)
      result.count += 1
      let ends = [connection.source, connection.destination]
      guard left > 0 else { return true }
      let cells = ends.map { end in
        let mark = if case .node(let number) = end, ephi.contains(nodes[number]) { " **ePHI**" } else { "" }
        return Markdown.escaped(ConnectionText.end(end, nodes)) + mark
      }
      let because = reasons.lines(connection, ports, list: entry.list, nodes).map(Markdown.escaped)
      let row =
        "| \(cells.joined(separator: " | ")) | \(Markdown.escaped(ConnectionText.ports(ports))) | \(because.joined(separator: "<br>")) |\n"
      left -= row.utf8.count
      if left > 0 { result.rows.append(row) }
      return true
    }
    if others > 0 { addOtherPods(others, change) }
    let known = change.isOpen ? result.count : result.count - others
    if known > 0 { countsOfShares[share, default: [:]][change] = known }
    return result
  }

  private static func section(_ rows: Rows, _ change: DiffChange, _ place: String) -> String {
    if rows.count == 0 { return "" }
    let title =
      switch change {
      case .added: "Newly allowed"
      case .removed: "Newly blocked"
      case .undecided: "Blocked before, and now it cannot be told"
      case .possiblyRemoved: "Blocked now, and before it could not be told"
      }
    let table = "| Source | Destination | Ports | Because |\n|---|---|---|---|\n" + rows.rows.joined()
    let left = rows.count - rows.rows.count
    let more = left > 0 ? "\n\(Summary.count(left, "more connection")): `netpol-lint diff` lists all.\n" : ""
    return "**\(title)\(place)**\n\n"
      + folded(table + more, Summary.count(rows.count, "connection"), isLong: rows.count > CommentLimits.mostOpenRows)
      + "\n"
  }

  private static func folded(_ text: String, _ title: String, isLong: Bool) -> String {
    isLong ? "<details><summary>\(title)</summary>\n\n\(text)\n</details>\n" : text
  }

  // MARK: Findings and notes

  private static func tables(of findings: DiffFindings) -> String {
    var text = ""
    for (title, report, isLong) in [
      ("New findings", findings.new, false), ("Findings that are gone", findings.gone, true),
    ] {
      let (rows, left) = MarkdownTable.rows(of: report, room: CommentLimits.findings)
      if rows.isEmpty, left == 0 { continue }
      let table = MarkdownTable.header + rows.joined()
      let more = left > 0 ? "\n\(Summary.count(left, "more finding")): `netpol-lint lint` lists all.\n" : ""
      let isFolded = isLong || rows.count > CommentLimits.mostOpenRows
      text +=
        "**\(title)**\n\n" + folded(table + more, Summary.count(report.findings.count, "finding"), isLong: isFolded)
        + "\n"
    }
    return text
  }

  private static func notes(_ notes: [SafeText]) -> String {
    if notes.isEmpty { return "" }
    var text = ""
    for (number, note) in notes.enumerated() {
      let line = "- \(Markdown.escaped(note.text))\n"
      if text.utf8.count + line.utf8.count > CommentLimits.notes {
        text += "- \(Summary.count(notes.count - number, "more note"))\n"
        break
      }
      text += line
    }
    return "<details><summary>What cannot be told, or was not read</summary>\n\n\(text)\n</details>\n\n"
  }
}

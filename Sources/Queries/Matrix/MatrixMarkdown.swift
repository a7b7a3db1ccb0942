internal import Model
internal import Writing

/// A matrix as a table of GitHub-flavoured Markdown, for the summary of a job.
struct MatrixMarkdown {
  private let matrix: ConnectionMatrix
  private let legend: MatrixLegend
  private let names: [String]

  /// Of more columns the numbers stand in the header, and names only in the rows.
  private static let mostNamedColumns = 10
  /// Longer lists of ports are explained below the table.
  private static let longestPorts = 14

  init(_ matrix: ConnectionMatrix) {
    self.matrix = matrix
    legend = MatrixLegend(matrix)
    names = MatrixLegend.names(matrix).enumerated().map { number, name in
      let isGrouped = if case .workload = matrix.ends[number] { true } else { false }
      return Markdown.escaped(isGrouped ? "\(matrix.ends[number].namespace ?? "")/\(name)" : name)
    }
  }

  func write(to out: inout ByteWriter) {
    let shown = columns
    let isNamed = shown.count <= MatrixMarkdown.mostNamedColumns
    let titles = shown.map { isNamed ? names[$0] : "\($0 + 1)" }
    out.append("| from \\ to | \(titles.joined(separator: " | ")) |\n")
    out.append("|---|" + String(repeating: ":-:|", count: shown.count) + "\n")
    let texts = matrix.cells.indices.map(text)
    for row in matrix.ends.indices {
      if out.failed { return }
      let cells = matrix.cells(ofRow: row)
      let values = shown.map { column in
        matrix.isMeaningless(row, column, cells[column]) ? (row == column ? "–" : " ") : texts[cells[column]]
      }
      out.append("| \(isNamed ? "" : "\(row + 1) ")\(names[row]) | \(values.joined(separator: " | ")) |\n")
    }
    writeLegend(to: &out)
  }

  /// All columns but the ingress controller's, which is no destination.
  private var columns: [Int] { matrix.ends.indices.filter { matrix.ends[$0] != .ingressController } }

  /// `443`, `53/UDP`, `all`, or a letter that is explained below.
  private func text(_ number: Int) -> String {
    let cell = matrix.cells[number]
    if cell.isBlocked { return " " }
    if cell.certain.isEmpty { return "?" }
    let short = MatrixMarkdown.short(cell.certain)
    let marks = (cell.isPartial ? " (some)" : "") + (cell.possible != cell.certain ? " ?" : "")
    guard let short else { return legend.signs[number] == MatrixLegend.others ? "more" : "*\(legend.signs[number])*" }
    return short + marks
  }

  /// `nil` where it is too long.
  static func short(_ ports: PortSet) -> String? {
    if ports == .all { return "all" }
    var parts: [String] = []
    for transport in TransportProtocol.allCases {
      for range in ports[transport].ranges {
        let number = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
        parts.append(transport == .tcp ? number : "\(number)/\(transport.rawValue)")
        if parts.count > 3 { return nil }
      }
    }
    let text = parts.joined(separator: ", ")
    return text.utf8.count <= longestPorts ? text : nil
  }

  private func writeLegend(to out: inout ByteWriter) {
    out.append("\nPorts are TCP unless they say otherwise. Empty: nothing is allowed. ?: cannot tell.")
    if MatrixLegend.meaningOfSome(matrix) != nil { out.append(" (some): not for all addresses or workloads.") }
    if let text = MatrixLegend.ingressController(matrix) { out.append(" I\(text.dropFirst()).") }
    out.append(" Other pods: a pod without labels, in a namespace that was not read.\n")
    let long = legend.ports.filter { entry in
      matrix.cells.indices.contains { legend.signs[$0] == entry.sign && text($0) == "*\(entry.sign)*" }
    }
    for (number, entry) in long.enumerated() {
      out.append("\(number == 0 ? "\n" : "")- *\(entry.sign)*: \(Markdown.escaped(entry.text))\n")
    }
  }
}

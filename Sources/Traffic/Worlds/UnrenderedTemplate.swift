package import Diagnostics
package import Model

/// Template text that was not read: one for each chart, and one for each file that belongs to none.
package struct UnrenderedTemplate {
  /// The chart's folder, if any.
  package let chart: Substring?
  /// The first file with such text.
  package let path: String
  package let problem: ManifestProblem

  package var message: String {
    chart.map { "the templates of chart \($0) have not been rendered, so they are not read" } ?? problem.message
  }

  /// Said whichever rules run: what was not read must never look as if it were clean.
  var skippedInput: SkippedInput {
    SkippedInput(file: path, reason: message + (chart.map { ": try `helm template \($0) | netpol-lint -`" } ?? ""))
  }

  /// In the order of files.
  package static func all(_ problems: [ManifestProblem], _ sources: SourceTable) -> [UnrenderedTemplate] {
    let templates = problems.filter { $0.kind == .template }.sorted { $0.span < $1.span }
    if templates.isEmpty { return [] }
    let charts = Set(sources.files.lazy.map(\.path).filter(isChart).map(directory))
    var seen: Set<Substring> = []
    return templates.compactMap { problem in
      let path = sources.path(of: problem.span)
      let chart = chart(of: path, charts)
      guard seen.insert(chart ?? path[...]).inserted else { return nil }
      return UnrenderedTemplate(chart: chart, path: path, problem: problem)
    }
  }

  private static func isChart(_ path: String) -> Bool { path == "Chart.yaml" || path.hasSuffix("/Chart.yaml") }

  private static func directory(_ path: String) -> Substring { path.lastIndex(of: "/").map { path[..<$0] } ?? "" }

  /// The folder of the chart that a file belongs to: the nearest one above with a Chart.yaml in the input, else what
  /// stands before `templates/`; `nil` when there is none.
  private static func chart(of path: String, _ charts: Set<Substring>) -> Substring? {
    var folder = directory(path)
    while !folder.isEmpty {
      if charts.contains(folder) { return folder }
      folder = directory(String(folder))
    }
    if charts.contains("") { return "." }
    return path.firstRange(of: "/templates/").map { path[..<$0.lowerBound] }
  }
}

package import Diagnostics
internal import Model

/// Template text in place of manifests.
package enum NP009UnrenderedTemplate: Rule {
  package static let info = RuleInfo(
    id: "NP009", name: "unrendered-template", severity: .note,
    summary: "Helm or Jinja template text, which is skipped.",
    rationale: """
      What a template means is known only once it has been rendered with its values. The file is skipped, and nothing \
      is said about its policies.
      """,
    remedy: "lint what it renders to: `helm template CHART | netpol-lint -`",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: {{ include "app.fullname" . }} # expect: NP009
      spec:
        podSelector: {}
      """),
    good: Example(
      """
      # Source: shop/templates/web.yaml
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: shop-web
      spec:
        podSelector: {}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var seen: Set<Substring> = []
    let charts = Set(analysis.sources.files.lazy.map(\.path).filter(isChart).map(directory))
    for problem in analysis.problems.sorted(by: { $0.span < $1.span }) where problem.kind == .template {
      let path = analysis.sources.path(of: problem.span)
      let chart = chart(of: path, charts)
      guard seen.insert(chart ?? path[...]).inserted else { continue }
      sink.report(
        chart.map { "the templates of chart \($0) have not been rendered, so they are not read" } ?? problem.message,
        at: problem.span, remedy: chart.map { "lint what it renders to: `helm template \($0) | netpol-lint -`" },
        object: nil, path: "")
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

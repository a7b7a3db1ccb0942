package import Diagnostics
internal import Model
internal import Traffic

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

  package static let looksAtFiles = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for template in UnrenderedTemplate.all(analysis.problems, analysis.sources) {
      let command = template.chart.map { "lint what it renders to: `helm template \($0) | netpol-lint -`" }
      sink.report(
        template.message, at: Place(template.problem.span),
        .remedy(command))
    }
  }
}

internal import Config
package import Diagnostics
internal import Model

/// A policy without a label or annotation that the config requires.
package enum NP603RequiredMetadataMissing: Rule {
  package static let info = RuleInfo(
    id: "NP603", name: "required-metadata-missing", severity: .warning,
    summary: "A label or an annotation that the config requires is missing or empty.",
    rationale: """
      `metadata.requiredLabels` and `metadata.requiredAnnotations` of the config say what every policy must carry: an \
      owner, a ticket, the name of the application.
      """,
    remedy: "add it",
    citations: ["164.316(b)(1)"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: db # expect: NP603
        namespace: shop
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
      """, config: "metadata: {requiredAnnotations: [example.com/owner]}"),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: db
        namespace: shop
        annotations: {example.com/owner: data-team}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
      """, config: "metadata: {requiredAnnotations: [example.com/owner]}"))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let configuration = analysis.configuration
    for policy in analysis.world.policies {
      check(configuration.requiredLabels, "label", "labels", policy.meta.labels, of: policy, &sink)
      check(configuration.requiredAnnotations, "annotation", "annotations", policy.meta.annotations, of: policy, &sink)
    }
  }

  private static func check(
    _ required: [String], _ what: String, _ field: String, _ present: [Label], of policy: NetworkPolicy,
    _ sink: inout FindingSink
  ) {
    for key in required {
      let found = present.last { $0.key == key }
      if let found, found.value.contains(where: { !$0.isWhitespace }) { continue }
      sink.report(
        found == nil ? "the \(what) \(key) is missing" : "the \(what) \(key) has no value",
        at: .field(
          "metadata.\(field).\(key)", of: policy.meta,
          at: found?.valueSpan ?? present.first?.keySpan ?? policy.meta.metadataSpan),
        .why("the config requires it of every policy"), .key(key))
    }
  }
}

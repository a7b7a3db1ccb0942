package import Diagnostics
internal import Model
internal import Traffic
internal import YAMLSource

/// Two policies of one name in one apply set.
package enum NP007DuplicatePolicy: Rule {
  package static let info = RuleInfo(
    id: "NP007", name: "duplicate-policy", severity: .error,
    summary: "The same namespace and name twice in what is applied together.",
    rationale: """
      The second one overwrites the first when both are applied, so that only the rules of one are in force. Within \
      one file, folder, List or kustomization that is a fault; elsewhere the two may belong to different clusters.
      """,
    remedy: "give one of them another name, or join their rules",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop} # expect: NP007
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web-ingress, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web-egress, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
      """))

  private struct Identity: Hashable {
    let namespace: String
    let name: String
  }

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var first: [Identity: PolicyID] = [:]
    for (id, policy) in analysis.world.identifiedPolicies {
      // A generated name is another one each time.
      guard !policy.meta.name.value.isEmpty, !policy.meta.name.value.hasSuffix("*") else { continue }
      let identity = Identity(namespace: policy.meta.namespace, name: policy.meta.name.value)
      guard let earlier = first[identity] else {
        first[identity] = id
        continue
      }
      report(policy.meta, analysis.world[earlier].meta, analysis, &sink)
    }
    for (id, other) in analysis.world.disputedClusterPolicies.sorted(by: { $0.key < $1.key }) where other < id {
      report(analysis.world[id].meta, analysis.world[other].meta, analysis, &sink)
    }
  }

  private static func report(
    _ meta: ObjectMeta, _ earlier: ObjectMeta, _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    guard meta.span != earlier.span, content(meta, analysis) != content(earlier, analysis) else { return }
    sink.report(
      "\(meta.kind) \(meta.qualifiedName) stands here a second time: the one applied last overwrites the other",
      at: .name(of: meta), .related(earlier.name.span, "the other one"))
  }

  /// The object's text without blanks and comments: identical objects merge without harm.
  private static func content(_ meta: ObjectMeta, _ analysis: Analysis) -> [UInt8] {
    let span = meta.span
    let bytes = analysis.sources[span.file].bytes
    let end = min(Int(span.end), bytes.count)
    var content: [UInt8] = []
    var start = min(Int(span.start), end)
    for comment in analysis.comments(of: meta) where comment.span.start >= start && comment.span.end <= end {
      content += bytes[start..<Int(comment.span.start)].lazy.filter { $0 > 0x20 }
      start = Int(comment.span.end)
    }
    return content + bytes[start..<end].lazy.filter { $0 > 0x20 }
  }
}

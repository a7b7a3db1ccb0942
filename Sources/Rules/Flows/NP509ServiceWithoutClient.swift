package import Diagnostics
internal import Engine
internal import Model
internal import Traffic

/// A Service that nothing is let in to.
package enum NP509ServiceWithoutClient: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP509", name: "service-without-client", severity: .warning,
    summary: "A Service whose pods are isolated, and which nothing that is known can reach.",
    rationale: """
      A Service says that somebody calls these pods. Where the policies let in no pod, no address and no ingress \
      controller on any port, the caller was forgotten, or the Service is left over.
      """,
    remedy: "let its clients in, by a rule for the port of these pods; delete the Service only if nothing calls it",
    yieldsTo: ["NP504"], followsFrom: SelectorFaults.rules + RuleFaults.rules + ["NP111", "NP504", "NP501", "NP511"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: default-deny, namespace: shop}
      spec:
        podSelector: {}
        policyTypes: [Ingress]
      ---
      apiVersion: v1
      kind: Service
      metadata:
        name: db # expect: NP509
        namespace: shop
      spec: {selector: {app: db}, ports: [{port: 5432}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: db, namespace: shop, labels: {app: db}}
      spec: {containers: [{name: db, image: db}]}
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: db, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: db}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: api}}}]
            ports: [{port: 5432}]
      ---
      apiVersion: v1
      kind: Service
      metadata:
        name: db
        namespace: shop
      spec: {selector: {app: db}, ports: [{port: 5432}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: db, namespace: shop, labels: {app: db}}
      spec: {containers: [{name: db, image: db}]}
      """))

  package static let missesUnreadObjects = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    var opens: [Int: Bool] = [:]
    for (id, service) in analysis.world.identifiedServices where service.kind != .externalName {
      let classes = Set(analysis.services.backends(of: id).map { analysis.reach.podClass(of: $0) }).sorted()
      guard let first = classes.first else { continue }
      if classes.contains(where: { analysis.reach.isIsolated($0, .ingress) == .unknown }),
        sink.undecidedByOtherPolicyAPI(first, analysis)
      {
        continue
      }
      guard classes.allSatisfy({ isCutOff($0, &opens, analysis) }) else { continue }
      sink.report(
        "nothing can reach Service \(service.meta.name.value)", at: .name(of: service.meta),
        .why(
          """
          \(analysis.name(ofClass: first)) is isolated for ingress, and no policy lets in anything that is known, on \
          any port
          """),
        .related(analysis.isolationPlaces(of: first, .ingress)),
        .mayFollowFrom(
          analysis.causes(of: first, .ingress)
            + analysis.reach[first].workloads.prefix(10).flatMap { workload in
              [.anything(.ingress, of: analysis.world[workload].meta)]
                + analysis.arrivals(at: analysis.world[workload].meta, on: analysis.services.targetPorts(of: workload))
            }),
        // What one policy closes and nothing opens is one gap, whatever stands behind it.
        .common(
          analysis.reach.policies(of: first, .ingress).count == 1
            ? analysis.isolatingPolicy(of: first, .ingress).map { "nothing can reach what \($0.meta.title) isolates" }
            : nil))
    }
  }

  /// - Parameter opens: for pods to which the same policies apply, by their number, whether one of these lets in every
  ///   namespace: some pod of which nothing was read will be there.
  private static func isCutOff(_ podClass: ClassID, _ opens: inout [Int: Bool], _ analysis: Analysis) -> Bool {
    guard analysis.reach.isIsolated(podClass, .ingress) == .yes, !analysis.reach.mayBeReached(podClass) else {
      return false
    }
    let number = analysis.reach.profileNumber(of: podClass, .ingress)
    let isOpen =
      opens[number]
      ?? analysis.reach.policies(of: podClass, .ingress).contains { id in
        analysis.world[id].effectiveRules(.ingress).contains { rule in
          rule.peers.items.contains { $0.namespaceSelector?.isEmpty ?? false }
        }
      }
    opens[number] = isOpen
    return !isOpen
  }
}

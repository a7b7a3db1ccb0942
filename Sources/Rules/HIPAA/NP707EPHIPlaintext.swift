internal import Config
package import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// A plaintext port to or from an ePHI workload.
package enum NP707EPHIPlaintext: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP707", name: "ephi-plaintext", severity: .error,
    summary: "A rule that allows a plaintext port to or from an ePHI store or processor.",
    rationale: """
      Who can read the network can read what goes through such a port. The numbers are conventions: 6379 is Redis \
      without TLS, 80 is HTTP. A port on which plaintext and TLS are both spoken (5432, 9042), and one that is not \
      known, stay undecided until the component that takes the calls attests `tls: true`; an attestation is a claim, and \
      reports show it as one. An open port for TLS proves no TLS either.
      """,
    remedy: "allow the port with TLS alone, once all clients use it", citations: ["164.312(e)(1)"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: sessions, namespace: clinic}
      spec:
        podSelector: {matchLabels: {app: sessions}}
        policyTypes: [Ingress, Egress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: api}}}]
            ports:
              - port: 6379 # expect: NP707
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: sessions, namespace: clinic, labels: {app: sessions}}
      spec: {containers: [{name: redis, image: redis}]}
      """, config: "components: {sessions: {namespace: clinic, labels: {app: sessions}, data: ephi}}"),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: sessions, namespace: clinic}
      spec:
        podSelector: {matchLabels: {app: sessions}}
        policyTypes: [Ingress, Egress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: api}}}]
            ports:
              - port: 6380
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: sessions, namespace: clinic, labels: {app: sessions}}
      spec: {containers: [{name: redis, image: redis}]}
      """, config: "components: {sessions: {namespace: clinic, labels: {app: sessions}, data: ephi}}"))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    guard let zones = ZoneFindings.zones(analysis, &sink) else { return }
    var seen: Set<SourceSpan> = []
    for group in zones.ephi {
      for type in PolicyType.allCases {
        guard let reason = zones.openness(of: group, type) else { continue }
        sink.undecided(namespace: zones.view.world[group.workloads[0]].meta.namespace, reason)
      }
      for use in PortUses(of: group, in: zones).all {
        switch use.security {
        case .tls, .toldElsewhere: continue
        case .plain(let title):
          guard seen.insert(use.span).inserted else { continue }
          report(use, title, group, zones, &sink)
        case .undecided(let reason):
          sink.undecided(namespace: zones.view.world[group.workloads[0]].meta.namespace, reason)
        case .attested: continue
        }
      }
    }
  }

  private static func report(
    _ use: PortUse, _ title: String, _ group: Zones.Group, _ zones: Zones, _ sink: inout FindingSink
  ) {
    let name = zones.view.name(of: group.end)
    let way = use.direction == .ingress ? "into" : "out of"
    let both = use.twin.map { ", beside \($0) with TLS: clients may fall back to it" } ?? ""
    let place = Place(use.span, of: zones.view.world[use.policy].meta.reference, path: use.path)
    sink.report(
      "\(title) on \(use.text) is open \(way) \(name), an \(group.member.zone.title)\(both)",
      at: place, .related([zones.view.world[group.workloads[0]].relatedPlace]), .key(use.text),
      .accountsFor(place.subjects))
  }
}

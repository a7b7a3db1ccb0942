package import Diagnostics
internal import Model

/// A block of addresses that no connection of a pod has at its other end.
package enum NP414CIDRWithoutHosts: Rule {
  package static let info = RuleInfo(
    id: "NP414", name: "cidr-without-hosts", severity: .warning,
    summary: "A CIDR of addresses that no other host has: `0.0.0.0/24`, or loopback as a source.",
    rationale: """
      All addresses are `0.0.0.0/0`; `0.0.0.0/8` and smaller blocks at its beginning are addresses that no host has. \
      Nothing arrives from loopback addresses but what the pod sends to itself, which no policy stops. Such a peer allows \
      nothing. As destinations loopback addresses are no finding: some network plugins ask for them.
      """,
    remedy: "write the block that is meant, or delete the peer",
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - ipBlock:
                  cidr: 0.0.0.0/24 # expect: NP414
            ports: [{port: 8080}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - ipBlock:
                  cidr: 203.0.113.0/24
            ports: [{port: 8080}]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        for peer in rule.peers.items {
          guard let text = peer.ipBlock?.cidr, let cidr = text.parsed?.cidr, let what = what(of: cidr, type) else {
            continue
          }
          let place = Place.cidr(text, of: peer, in: rule, of: policy)
          sink.report(
            "\(text.text) \(what)", at: place, .why("the peer matches no connection"), .key(text.text),
            .accountsFor(
              place.subjects + Place.peer(peer, in: rule, of: policy).subjects + [.lostPeers(type, of: policy)]
                + (type == .ingress ? [.lostOutside(of: policy)] : [])
                + (rule.peers.items.count == 1 ? [.rule(rule, of: policy)] : [])))
        }
      }
    }
  }

  /// What a block without hosts holds, as the end of a sentence; `nil` for all others.
  private static func what(of cidr: CIDR, _ type: PolicyType) -> String? {
    if unspecified.contains(where: { $0.contains(cidr) }) {
      return "holds no address of a host: all addresses are \(cidr.isIPv6 ? "::/0" : "0.0.0.0/0")"
    }
    let isLoopback = type == .ingress && loopback.contains { $0.contains(cidr) }
    return isLoopback ? "is the pod itself, which no policy keeps from calling itself" : nil
  }

  private static let unspecified = blocks("0.0.0.0/8", "::/128")
  private static let loopback = blocks("127.0.0.0/8", "::1/128")

  private static func blocks(_ texts: String...) -> [CIDR] { texts.compactMap { CIDR.parse($0)?.cidr } }
}

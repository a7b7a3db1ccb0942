internal import Config
package import Diagnostics
internal import Model

/// Egress to every address.
package enum NP403EgressToAnywhere: Rule {
  package static let info = RuleInfo(
    id: "NP403", name: "egress-to-anywhere", severity: .warning, lower: [.note],
    summary: "Egress to everyone: no `to`, or CIDRs that hold most of the internet.",
    rationale: """
      A pod that is taken over can then send what it reads to any host, and attack any other pod. Where external hosts \
      are needed, name the port, and except the private ranges and link-local addresses. A note where these last are all \
      that is missing and port 80, on which metadata services answer, is closed.
      """,
    remedy: "name the destinations; for external hosts an ipBlock with named ports and `except` of the private ranges",
    citations: ["164.312(e)(1)"], yieldsTo: ["NP312", "NP404"], followsFrom: ["NP201", "NP103"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress:
          - ports: [{port: 443}] # expect: NP403
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Egress]
        egress:
          - to:
              - ipBlock:
                  cidr: 0.0.0.0/0
                  except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 169.254.0.0/16]
            ports: [{port: 443}]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    analysis.forEachRule(.egress) { policy, rule in
      guard rule.reachesAnywhere else { return }
      let addresses = rule.allowsAllPeers ? AddressSet.everything : rule.addresses
      let mayAsk = rule.allowsAllPorts || rule.certainPorts.contains(80, .tcp)
      let unwanted = NP403EgressToAnywhere.unwanted(analysis)
      if !rule.allowsAllPorts, !addresses.intersects(unwanted) { return }
      let left = addresses.intersection(unwanted)
      let isLinkLocalAlone =
        !rule.allowsAllPeers && !rule.allowsAllPorts && left.isSubset(of: Addresses.linkLocalMetadata)
      let what =
        if rule.allowsAllPeers {
          "egress to everyone: the rule names no peer"
        } else if isLinkLocalAlone {
          "egress to most of the internet, and to link-local addresses, which are not excepted"
        } else {
          "egress to everyone: its CIDRs hold most of the internet"
        }
      let metadata = Addresses.metadata.first { addresses.contains($0) }
      sink.report(
        what + (metadata.map { mayAsk ? ". This includes the cloud's metadata address, \($0)" : "" } ?? ""),
        at: .rule(rule, of: policy), .severity(isLinkLocalAlone && !mayAsk ? .note : nil),
        .remedy(remedy(rule, addresses, unwanted)), .accountsFor([.width(rule, of: policy)]))
    }
  }

  /// Where a rule excepts a part of what it should, the rest; `nil` where it excepts nothing of it.
  private static func remedy(_ rule: PolicyRule, _ addresses: AddressSet, _ unwanted: AddressSet) -> String? {
    let isPartial =
      rule.peers.items.contains { !($0.ipBlock?.except.isEmpty ?? true) } && !unwanted.isSubset(of: addresses)
    guard isPartial else { return nil }
    let missing = addresses.intersection(unwanted).cidrs
    let named = missing.prefix(4).map { "\($0)" } + (missing.count > 4 ? ["\(missing.count - 4) more"] : [])
    let ports = rule.allowsAllPorts ? ", and name the ports" : ""
    return missing.isEmpty ? "name the ports" : "except \(named.joined(separator: ", ")) as well\(ports)"
  }

  /// What external traffic must except: the cluster's own addresses (the private ranges when they are not configured)
  /// and the metadata address, of the link-local ones the only one that a pod gets anything from.
  private static func unwanted(_ analysis: Analysis) -> AddressSet {
    let cluster = analysis.configuration.cluster
    let own = [cluster.podCIDRs, cluster.serviceCIDRs, cluster.nodeCIDRs].compactMap(\.self)
    let inside = own.isEmpty ? Addresses.private : own.reduce(AddressSet()) { $0.union($1) }
    return inside.union(Addresses.linkLocalMetadata)
  }
}

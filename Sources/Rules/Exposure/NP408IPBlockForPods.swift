internal import Config
package import Diagnostics
internal import Facts
internal import Model

/// An ipBlock of addresses that belong to pods or Services.
package enum NP408IPBlockForPods: Rule {
  package static let info = RuleInfo(
    id: "NP408", name: "ip-block-for-pods", severity: .warning,
    summary: "An ipBlock inside of the cluster's pod or Service addresses.",
    rationale: """
      Pods get other addresses each time they start, and network plugins differ in whether an ipBlock matches a pod at \
      all (Cilium: never). The address of a Service is replaced by that of a pod before most plugins look at it. The \
      ranges are those of the config (`cluster.podCIDRs`, `cluster.serviceCIDRs`) and the addresses of the Services that \
      were read; for egress also those by which the outside calls them, for calls from inside go straight to the pods. \
      Rules for DNS are left alone.
      """,
    remedy: "select the pods by their labels",
    citations: ["164.312(a)(1)"], followsFrom: ["NP201"],
    bad: Example(
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
                  cidr: 10.244.3.7/32 # expect: NP408
            ports: [{port: 5432}]
      """, config: "cluster: {podCIDRs: [10.244.0.0/16], serviceCIDRs: [10.96.0.0/12]}"),
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
                  cidr: 10.9.3.7/32
            ports: [{port: 5432}]
      """, config: "cluster: {podCIDRs: [10.244.0.0/16], serviceCIDRs: [10.96.0.0/12]}"))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let services = addresses(of: analysis.world) { $0.clusterIPs }
    let outside = addresses(of: analysis.world) { $0.outsideIPs }
    let apiServer = APIServer(analysis)
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        guard !rule.isForDNS else { return }
        for peer in rule.peers.items {
          guard let text = peer.ipBlock?.cidr, let cidr = text.parsed?.cidr, !apiServer.isServiceAddress(cidr) else {
            continue
          }
          guard
            let what = owner(of: cidr, services, analysis)
              ?? (type == .egress ? ownBalancer(cidr, outside) : nil)
          else {
            noteUndecided(cidr, analysis, &sink)
            continue
          }
          sink.report(
            "\(text.text) \(what.text)", at: .cidr(text, of: peer, in: rule, of: policy),
            .why(what.why), .related(what.related), .key(text.text))
        }
      }
    }
  }

  /// The Service of the cluster that the outside calls by the only address of a block.
  private static func ownBalancer(
    _ cidr: CIDR, _ services: [IPAddress: Service]
  ) -> (text: String, why: String, related: [RelatedPlace])? {
    guard cidr.prefixLength == cidr.base.width, let service = services[cidr.base] else { return nil }
    return (
      "is the address by which the outside calls Service \(service.meta.name.value)",
      "inside of the cluster it is replaced by that of a pod before most network plugins look at it",
      [RelatedPlace(service.meta.name.span, "this Service")]
    )
  }

  /// What the cluster uses a block for, as the end of a sentence; `nil` when nothing says so.
  private static func owner(
    of cidr: CIDR, _ services: [IPAddress: Service], _ analysis: Analysis
  ) -> (text: String, why: String, related: [RelatedPlace])? {
    let cluster = analysis.configuration.cluster
    let block = AddressSet(cidr)
    let replaced = "the address of a Service is replaced by that of a pod before most network plugins look at it"
    if cidr.prefixLength == cidr.base.width, let service = services[cidr.base] {
      return (
        "is the address of Service \(service.meta.name.value)", replaced,
        [RelatedPlace(service.meta.name.span, "this Service")]
      )
    }
    if let pods = cluster.podCIDRs, block.isSubset(of: pods) {
      return (
        "lies in the addresses of the cluster's pods",
        "pods get new addresses, and network plugins differ in whether an ipBlock matches a pod", []
      )
    }
    if let range = cluster.serviceCIDRs, block.isSubset(of: range) {
      return ("lies in the addresses of the cluster's Services", replaced, [])
    }
    return nil
  }

  /// A block of private addresses may be one of pods where the config does not say which addresses they have.
  private static func noteUndecided(_ cidr: CIDR, _ analysis: Analysis, _ sink: inout FindingSink) {
    let cluster = analysis.configuration.cluster
    guard AddressSet(cidr).isSubset(of: Addresses.private) else { return }
    if cluster.podCIDRs == nil {
      sink.undecided(namespace: nil, "cluster.podCIDRs is not configured")
    } else if cluster.serviceCIDRs == nil {
      sink.undecided(namespace: nil, "cluster.serviceCIDRs is not configured")
    }
  }

  /// The Services of the world by some of their addresses.
  private static func addresses(
    of world: World, _ addresses: (Service) -> [Located<String>]
  ) -> [IPAddress: Service] {
    var result: [IPAddress: Service] = [:]
    for service in world.services {
      for text in addresses(service) {
        guard let address = IPAddress.parse(text.value) else { continue }
        result[address] = result[address] ?? service
      }
    }
    return result
  }
}

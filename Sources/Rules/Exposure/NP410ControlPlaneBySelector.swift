internal import Config
package import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic
internal import YAMLSource

/// The API server as something that only its node's address matches.
package enum NP410ControlPlaneBySelector: Rule {
  package static let info = RuleInfo(
    id: "NP410", name: "control-plane-by-selector", severity: .error,
    summary: "The API server as a pod, as some or all namespaces, or as its Service's address.",
    rationale: """
      The API server uses its node's network, or runs outside of the cluster, so that no selector matches it, and the \
      address of the Service `kubernetes` has been replaced by the API server's own before policies are applied. Only an \
      ipBlock of the API server's own addresses matches.
      """,
    remedy: """
      use an ipBlock of the API server's addresses, which `kubectl get endpointslices -n default -l \
      kubernetes.io/service-name=kubernetes` shows, with their port (mostly 6443)
      """,
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: operator, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: operator}}
        policyTypes: [Egress]
        egress:
          - to:
              - namespaceSelector: # expect: NP410
                  matchLabels: {kubernetes.io/metadata.name: default}
            ports: [{port: 443}]
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: operator, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: operator}}
        policyTypes: [Egress]
        egress:
          - to:
              - ipBlock: {cidr: 10.0.0.10/32}
            ports: [{port: 6443}]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let apiServer = APIServer(analysis)
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        for peer in rule.peers.items {
          guard let fault = fault(peer, rule, policy, apiServer, analysis),
            !(type == .egress && isReachedOtherwise(policy, apiServer, analysis))
          else { continue }
          let place = Place.peer(peer, in: rule, of: policy)
          sink.report(
            fault.message, at: fault.address.map { .cidr($0, of: peer, in: rule, of: policy) } ?? place,
            .why(fault.why), .accountsFor(place.subjects + (type == .egress ? [.apiServer(of: policy)] : [])))
        }
      }
    }
  }

  private struct Fault {
    let message: String
    let why: String
    /// What of the peer is to be marked; the peer where it is `nil`.
    var address: LocatedCIDR?
  }

  private static func fault(
    _ peer: Peer, _ rule: PolicyRule, _ policy: NetworkPolicy, _ apiServer: APIServer, _ analysis: Analysis
  ) -> Fault? {
    if let text = peer.ipBlock?.cidr {
      guard rule.type == .egress, let cidr = text.parsed?.cidr, apiServer.isServiceAddress(cidr),
        rule.allowsAllPorts || analysis.apiServerPort(of: rule) != nil
      else { return nil }
      return Fault(
        message: "\(text.text) is the address of the Service `kubernetes`, which no connection has any more when "
          + "policies are applied", why: "the address has been replaced by the API server's own by then", address: text)
    }
    if let selector = peer.podSelector, selector.terms.contains(where: { namesAPIServer($0, analysis) }) {
      // A hosted control plane's API servers are ordinary pods.
      let pods = analysis.selection.pods(of: peer, in: policy)
      let workloads = (pods.certain + pods.possible).map { analysis.world[$0] }
      if workloads.contains(where: { !$0.hostNetwork }) { return nil }
      return Fault(
        message: "no selector matches the API server",
        why: "it uses its node's network, or runs outside of the cluster")
    }
    return namespaceFault(peer, rule, analysis) ?? broadFault(peer, rule, policy, analysis)
  }

  /// All pods of the cluster, or of the policy's namespace, where a comment or the policy's name says that the API server
  /// is meant.
  private static func broadFault(
    _ peer: Peer, _ rule: PolicyRule, _ policy: NetworkPolicy, _ analysis: Analysis
  ) -> Fault? {
    let isBroad = peer.isEveryPod || (peer.namespaceSelector == nil && peer.podSelector?.isEmpty == true)
    guard isBroad, rule.type == .egress, let port = analysis.apiServerPort(of: rule),
      isNamedAfterAPIServer(policy) && !serves(port, in: policy.meta.namespace, analysis)
        || analysis.comments(on: rule, of: policy).contains(where: { Words.speakOfAPIServer($0.text) })
    else { return nil }
    return Fault(
      message: "no selector matches the API server, so that this does not let port \(port) of it through",
      why: "it uses its node's network, or runs outside of the cluster")
  }

  /// Whether a policy is called after Kubernetes' own API server: `allow-egress-to-apiserver`, `kube-api-access`. In
  /// `custom-metrics-apiserver` and `kube-api-exporter` something else is meant.
  private static func isNamedAfterAPIServer(_ policy: NetworkPolicy) -> Bool {
    var words = policy.meta.name.value.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    while let last = words.last, afterAPIServer.contains(last) { words.removeLast() }
    if words.last == "server", words.dropLast().last == "api" { words.removeLast() }
    guard let name = words.popLast(), name == "api" || name == "apiserver" else { return false }
    let isKubernetes = words.last.map(["kube", "kubernetes", "k8s"].contains) ?? false
    if isKubernetes { words.removeLast() }
    return (isKubernetes || name == "apiserver") && words.last.map(beforeAPIServer.contains) ?? true
  }

  private static let beforeAPIServer: Set<String> = ["to", "egress", "allow", "access", "the", "for", "from"]
  private static let afterAPIServer: Set<String> = ["egress", "access", "only", "policy", "netpol", "np", "traffic"]

  private static func namesAPIServer(_ term: WrittenTerm, _ analysis: Analysis) -> Bool {
    term.operator == .in && !term.values.isEmpty
      && term.values.allSatisfy { analysis.facts.labels.isAPIServerPod(term.key, $0) }
  }

  /// All pods of `default` or `kube-system` on 443 or 6443, where no pod that was read listens there.
  private static func namespaceFault(_ peer: Peer, _ rule: PolicyRule, _ analysis: Analysis) -> Fault? {
    guard rule.type == .egress, peer.podSelector?.isEmpty ?? true, let selector = peer.namespaceSelector,
      let port = analysis.apiServerPort(of: rule), let names = names(of: selector, analysis),
      !names.contains(where: { serves(port, in: $0, analysis) })
    else { return nil }
    return Fault(
      message: "the API server is not a pod of namespace \(names.joined(separator: " or ")), so that this does not "
        + "let port \(port) of it through", why: "it uses its node's network, or runs outside of the cluster")
  }

  /// The namespaces that a selector names, `nil` unless all of them are taken for the API server's.
  private static func names(of selector: LabelSelector, _ analysis: Analysis) -> [String]? {
    let labels = analysis.facts.labels
    guard selector.selector.requirements.count == 1, let requirement = selector.selector.requirements.first,
      requirement.operator == .in, !requirement.values.isEmpty,
      requirement.key == metadataNameLabel || labels.namespaceNameKeys.contains(requirement.key),
      requirement.values.allSatisfy(labels.apiServerNamespaces.contains)
    else { return nil }
    return requirement.values
  }

  /// Whether a pod of the namespace that was read takes connections on the port, also by a Service.
  private static func serves(_ port: UInt16, in namespace: String, _ analysis: Analysis) -> Bool {
    analysis.world.workloadIDs(in: namespace).contains { id in
      let workload = analysis.world[id]
      return !workload.hostNetwork
        && (workload.ports.contains { $0.number == port && $0.transport == .tcp }
          || analysis.services.targetPorts(of: id).contains(port, .tcp))
    }
  }

  /// Whether another peer of the policy lets its pods call the API server by its address: then the selector only has no
  /// effect.
  private static func isReachedOtherwise(
    _ policy: NetworkPolicy, _ apiServer: APIServer, _ analysis: Analysis
  ) -> Bool {
    let own = analysis.configuration.cluster.apiServerCIDRs ?? Addresses.private
    return policy.effectiveRules(.egress).contains { other in
      guard other.isSound, other.allowsAllPorts || analysis.apiServerPort(of: other) != nil else { return false }
      if other.allowsAllPeers { return true }
      return other.peers.items.contains { peer in
        guard let block = peer.ipBlock, let cidr = block.cidr?.parsed?.cidr, !apiServer.isServiceAddress(cidr) else {
          return false
        }
        return block.addresses.intersects(own) || cidr.isEverything
      }
    }
  }
}

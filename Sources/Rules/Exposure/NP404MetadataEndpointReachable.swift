package import Diagnostics
internal import Model

/// An ipBlock that holds the address of a cloud's metadata service.
package enum NP404MetadataEndpointReachable: Rule {
  package static let info = RuleInfo(
    id: "NP404", name: "metadata-endpoint-reachable", severity: .error, lower: [.note],
    summary: "An egress ipBlock that holds a cloud metadata address, on port 80.",
    rationale: """
      The metadata service of the cloud gives out the node's credentials to whoever asks. A pod that is taken over and \
      may call it becomes the node. A note where only addresses of single clouds (Azure, Alibaba) are left of a block \
      for everything.
      """,
    remedy: "add `except: [169.254.0.0/16]` (and the other metadata addresses) to the block, or name other ports",
    citations: ["164.312(a)(1)"],
    fix: .sometimes(.unsafe), followsFrom: ["NP201"],
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
                  cidr: 0.0.0.0/0 # expect: NP404
                  except: [10.0.0.0/8]
            ports: [{port: 80}]
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
                  except: [10.0.0.0/8, 169.254.0.0/16, 168.63.129.16/32, 100.64.0.0/10]
            ports: [{port: 80}]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    analysis.forEachRule(.egress) { policy, rule in
      guard case .list(let peers, _) = rule.peers, peers.contains(where: { $0.ipBlock != nil }),
        rule.certainPorts.contains(80, .tcp)
      else { return }
      for peer in peers {
        guard let block = peer.ipBlock, let cidr = block.cidr else { continue }
        let reachable = Addresses.metadata.filter { block.addresses.contains($0) }
        guard let first = reachable.first else { continue }
        // Who excepts the address that most clouds have, and leaves a wide block open, has thought of it: the others are
        // those of single clouds.
        let isMinor =
          cidr.parsed?.cidr.isEverything ?? false && !block.except.isEmpty
          && !reachable.contains { Addresses.linkLocal.contains($0) }
        // Who names the very address means it.
        let isMeant = cidr.parsed.map { $0.cidr.prefixLength == $0.cidr.base.width } ?? false
        let others = reachable.count == 1 ? "" : " and \(reachable.count - 1) more"
        sink.report(
          "\(cidr.text) holds the metadata address \(first)\(others), and port 80 is open",
          at: .cidr(cidr, of: peer, in: rule, of: policy), .severity(isMinor || isMeant ? .note : .error),
          .remedy("except \(reachable.map { "\($0)/\($0.width)" }.joined(separator: ", ")), or name other ports"),
          .fix(isMinor || isMeant ? nil : fix(block, cidr, reachable, analysis)), .key(cidr.text),
          .accountsFor(
            isMinor || isMeant || peers.count > 1 ? [] : [.rule(rule, of: policy), .width(rule, of: policy)]))
      }
    }
  }

  /// Excepts addresses of a block.
  private static func fix(
    _ block: IPBlock, _ cidr: LocatedCIDR, _ addresses: [IPAddress], _ analysis: Analysis
  ) -> Fix? {
    let texts = addresses.map { "\($0)/\($0.width)" }
    // An address of IPv6 has colons, which mean something in flow style.
    let nodes = zip(addresses, texts).map { $0.isIPv6 ? TextNode.word("\"\($1)\"") : .text($1) }
    let text = WrittenText(analysis.sources, at: cidr.span)
    let edit =
      if let last = block.except.last {
        text.inserting(nodes, after: last.span)
      } else {
        text.inserting("except", .list(nodes), behind: cidr.span, in: block.span)
      }
    return edit.map { Fix(.unsafe, "except \(texts.joined(separator: ", "))", edits: [$0]) }
  }
}

package import Diagnostics
internal import Model

/// An exception that changes nothing, or leaves nothing.
package enum NP407ExceptUseless: Rule {
  package static let info = RuleInfo(
    id: "NP407", name: "except-useless", severity: .warning,
    summary: "An exception that lies in another one, or exceptions that leave nothing of the block.",
    rationale: """
      An exception inside of another one changes nothing. Exceptions that together cover the whole block leave nothing \
      of it, and the peer matches no address.
      """,
    remedy: "delete the exception, or write the one that was meant",
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
                  cidr: 0.0.0.0/0
                  except:
                    - 10.0.0.0/8
                    - 10.1.0.0/16 # expect: NP407
            ports: [{port: 443}]
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
                  except:
                    - 10.0.0.0/8
                    - 172.16.0.0/12
            ports: [{port: 443}]
      """))

  package static let looksAtObjectsAlone = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        for peer in rule.peers.items {
          guard let block = peer.ipBlock, !block.except.isEmpty, let cidr = block.cidr else { continue }
          if block.addresses.isEmpty, cidr.parsed != nil {
            sink.report(
              "the exceptions leave nothing of \(cidr.text)", at: .cidr(cidr, of: peer, in: rule, of: policy),
              .why("the peer matches no address"), .key(cidr.text))
            continue
          }
          let outer = outerExceptions(of: block)
          for (index, hole) in block.except.enumerated() {
            guard let outer = outer[index].map({ block.except[$0] }) else { continue }
            sink.report(
              "\(hole.text) lies in \(outer.text), which is excepted already",
              at: .peer(peer, in: rule, of: policy).field("ipBlock.except[\(index)]", at: hole.span),
              .related(outer.span, "this holds it"), .key(hole.text))
          }
        }
      }
    }
  }

  /// For each exception the place of the first other one that holds it; of equal ones only earlier ones count.
  private static func outerExceptions(of block: IPBlock) -> [Int?] {
    var result = [Int?](repeating: nil, count: block.except.count)
    for isIPv6 in [false, true] {
      let family = block.except.indices.filter { block.except[$0].parsed?.cidr.isIPv6 == isIPv6 }
      let ranges = family.compactMap { block.except[$0].parsed.map { $0.cidr.base.value...$0.cidr.last.value } }
      for (number, outer) in Containment.firstOuter(of: ranges).enumerated() {
        result[family[number]] = outer.map { family[$0] }
      }
    }
    return result
  }
}

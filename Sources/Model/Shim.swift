package enum TransportProtocol: String, CaseIterable, Sendable, Hashable {
  case tcp = "TCP"
  case udp = "UDP"
  case sctp = "SCTP"
}
package struct CIDR: Hashable, Sendable { package static func parse(_ t: String) -> ParsedCIDR? { nil } }
package struct ParsedCIDR: Hashable, Sendable { package let cidr: CIDR }
package struct AddressSet: Hashable, Sendable {
  package init() {}
  package init(_ c: CIDR) {}
  package mutating func subtract(_ o: AddressSet) {}
}
package enum Truth: Sendable { case yes, no, unknown }
package struct LabelSet: Hashable, Sendable {
  package let pairs: [Pair]
  let gen: [String]
  package struct Pair: Hashable, Sendable {
    package let key: String
    package let value: String
  }
  package init(_ p: [(String, String)], generated: [String] = []) {
    pairs = p.map { Pair(key: $0.0, value: $0.1) }.sorted { $0.key < $1.key }
    gen = generated
  }
  package func setting(_ p: [(String, String)]) -> LabelSet { self }
  package func isGenerated(_ k: String) -> Bool { gen.contains(k) }
}
package enum SelectorOperator: String, Sendable, Hashable {
  case `in` = "In"
  case notIn = "NotIn"
  case exists = "Exists"
  case doesNotExist = "DoesNotExist"
}
package struct SelectorRequirement: Hashable, Sendable {
  package let key: String
  package let `operator`: SelectorOperator
  package let values: [String]
  package init(key: String, _ o: SelectorOperator, _ v: [String]) {
    self.key = key
    `operator` = o
    values = v
  }
}
package struct Selector: Hashable, Sendable {
  package let requirements: [SelectorRequirement]
  package init(_ r: [SelectorRequirement]) { requirements = r }
  package static let everything = Selector([])
  package func matches(_ l: LabelSet) -> Truth {
    for r in requirements {
      let v = l.pairs.first { $0.key == r.key }?.value
      switch r.operator {
      case .in: if v == nil || !r.values.contains(v!) { return .no }
      case .notIn: if let v, r.values.contains(v) { return .no }
      case .exists: if v == nil { return .no }
      case .doesNotExist: if v != nil { return .no }
      }
    }
    return .yes
  }
}

internal import Diagnostics
internal import Engine
internal import Model

/// What NP305 and NP310 have in common: DNS needs port 53 over UDP and over TCP.
enum DNSPorts {
  static let number: UInt16 = 53

  /// Reports each egress rule that allows DNS over `present` where pods of the policy have no rule that allows it over
  /// `absent`.
  static func check(
    has present: TransportProtocol, lacks absent: TransportProtocol, _ analysis: Analysis, _ sink: inout FindingSink,
    _ report: (NetworkPolicy, PolicyRule, PolicyPort, inout FindingSink) -> Void
  ) {
    var complete: [PolicyID: Bool] = [:]
    func isComplete(_ policy: PolicyID) -> Bool {
      if let known = complete[policy] { return known }
      let allows = analysis.world[policy].effectiveRules(.egress).contains { mayAllow($0, absent) }
      complete[policy] = allows
      return allows
    }
    // Only a rule that has the one and lacks the other asks for this.
    lazy var served = analysis.reach.classes(.egress, withAny: isComplete)
    for (id, policy) in analysis.world.identifiedPolicies where policy.isSound && policy.isolates(.egress) {
      for rule in policy.egress.items where rule.isSound && !rule.certainPorts.contains(number, absent) {
        guard let port = rule.ports.items.first(where: { allows($0, present) }), !isComplete(id) else { continue }
        if !analysis.reach.subjects(of: policy).isSubset(of: served) { report(policy, rule, port, &sink) }
      }
    }
  }

  /// Whether the port is 53 itself, not a wide range that happens to hold it.
  private static func allows(_ port: PolicyPort, _ transport: TransportProtocol) -> Bool {
    port.singleNumber == number && port.transport == transport
  }

  /// Whether a rule allows port 53 over a protocol, or may: a port's name is not resolved here.
  private static func mayAllow(_ rule: PolicyRule, _ transport: TransportProtocol) -> Bool {
    !rule.isSound || rule.certainPorts.contains(number, transport)
      || rule.ports.items.contains { port in
        if case .named = port.number { port.transport == transport } else { false }
      }
  }
}

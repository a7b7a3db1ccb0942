package import Config
package import Diagnostics
internal import Engine
internal import Facts
package import Model

/// A port that a rule allows to or from an ePHI workload, and what is known of how it is spoken.
package struct PortUse: Sendable {
  package enum Security: Sendable {
    /// A plaintext protocol by convention, with what it is called.
    case plain(String)
    /// A protocol with TLS by convention, which proves nothing.
    case tls
    /// Plaintext and TLS are both spoken there, or nobody knows what is; the sentence says what is missing.
    case undecided(String)
    /// As that, out of the workload into others with ePHI, of which it is told.
    case toldElsewhere
    /// As that, and the component of the destination attests TLS.
    case attested(Component)
  }

  package let direction: PolicyType
  package let policy: PolicyID
  package let rule: Int
  /// `6379/TCP`.
  package let text: String
  package let span: SourceSpan
  /// The API server's field path.
  package let path: String
  package let security: Security
  /// The twin with TLS that the same rule allows beside a plaintext port.
  package let twin: String?
}

/// The ports of all rules that apply to an ePHI workload for certain.
package struct PortUses: Sendable {
  package private(set) var all: [PortUse] = []
  private let group: Zones.Group
  private let zones: Zones

  package init(of group: Zones.Group, in zones: Zones) {
    self.group = group
    self.zones = zones
    for type in PolicyType.allCases {
      for id in zones.view.reach.policies(of: group.podClass, type) {
        let policy = zones.view.world[id]
        guard policy.isSound else { continue }
        for rule in policy.effectiveRules(type) where rule.isSound { add(rule, policy, id) }
      }
    }
  }

  private mutating func add(_ rule: PolicyRule, _ policy: NetworkPolicy, _ id: PolicyID) {
    if isForDNS(rule, policy) { return }
    func use(_ text: String, _ span: SourceSpan, _ path: String, _ security: PortUse.Security, twin: String? = nil)
      -> PortUse
    {
      PortUse(
        direction: rule.type, policy: id, rule: rule.index, text: text, span: span,
        path: policy.meta.pathPrefix + path, security: security, twin: twin)
    }
    if rule.allowsAllPorts {
      all.append(use("every port", rule.firstKeySpan, rule.path, unnamed(rule, policy)))
      return
    }
    for port in rule.ports.items {
      let security: PortUse.Security
      if let plain = plain(port) {
        security = .plain(plain)
      } else if isKnownTLS(port) {
        security = .tls
      } else {
        security = open(port, rule, policy)
      }
      all.append(
        use(port.text, port.valueSpan, port.path(in: rule) + ".port", security, twin: twin(of: port, in: rule)))
    }
  }

  /// Name resolution is no way for records.
  private func isForDNS(_ rule: PolicyRule, _ policy: NetworkPolicy) -> Bool {
    let dns = zones.view.configuration.cluster.dns
    return rule.type == .egress && !rule.allowsAllPorts && !rule.peers.items.isEmpty
      && rule.certainPorts.isSubset(of: dns.ports) && rule.ports.items.allSatisfy { $0.numbers != nil }
  }

  // MARK: Known numbers

  /// What a port is called that is plaintext by convention; of a range the first such number.
  private func plain(_ port: PolicyPort) -> String? {
    guard let numbers = numbers(port) else { return nil }
    return zones.view.facts.hipaa.plaintextPorts.first { numbers.contains($0.number, $0.transport) }?.title
  }

  private func isKnownTLS(_ port: PolicyPort) -> Bool {
    guard let number = singleNumber(port) else { return false }
    return zones.view.facts.hipaa.tlsPorts.contains { $0.number == number && $0.transport == port.transport }
  }

  /// The numbers of a port that is not too wide to mean a number; names are looked up on the pods that take the calls.
  private func numbers(_ port: PolicyPort) -> PortSet? {
    if let number = singleNumber(port) { return PortSet(number...number, port.transport) }
    guard let range = port.range, range.count <= 16 else { return nil }
    return port.numbers
  }

  private func singleNumber(_ port: PolicyPort) -> UInt16? {
    if let number = port.singleNumber { return number }
    guard case .named(let name) = port.number else { return nil }
    return zones.view.reach[group.podClass].namedPorts.first { $0.name == name && $0.transport == port.transport }?
      .number
  }

  private func twin(of port: PolicyPort, in rule: PolicyRule) -> String? {
    guard let number = singleNumber(port), let twin = zones.view.facts.portSets.tlsTwins[number] else { return nil }
    return rule.ports.items.first { singleNumber($0) == twin && $0.transport == port.transport }?.text
  }

  // MARK: What is not told by a number

  private func open(_ port: PolicyPort, _ rule: PolicyRule, _ policy: NetworkPolicy) -> PortUse.Security {
    let isSame = singleNumber(port).map { zones.view.facts.hipaa.isSamePort($0, port.transport) } ?? false
    return attested(
      rule, policy, "\(port.text)\(isSame ? ", a port for plaintext and TLS" : ", a port that is not known here"),")
  }

  private func unnamed(_ rule: PolicyRule, _ policy: NetworkPolicy) -> PortUse.Security {
    attested(rule, policy, "every port that \(policy.meta.qualifiedName) \(rule.path) allows")
  }

  /// An attestation stands for the destination alone: of a rule for several all of them have to attest.
  private func attested(_ rule: PolicyRule, _ policy: NetworkPolicy, _ what: String) -> PortUse.Security {
    let destinations = rule.type == .ingress ? [group.member.components] : components(rule, policy)
    // What comes in there is told of the destination itself.
    if rule.type == .egress, !destinations.isEmpty,
      destinations.allSatisfy({ $0.contains { $0.hasPods && $0.data?.holdsEPHI ?? false } })
    {
      return .toldElsewhere
    }
    let attesting = destinations.map { $0.first(where: \.attestsTLS) }
    if !attesting.isEmpty, let first = attesting.compactMap(\.self).first, attesting.allSatisfy({ $0 != nil }) {
      return .attested(first)
    }
    let way = rule.type == .ingress ? "into" : "out of"
    let name = zones.view.name(of: group.end)
    return .undecided("no component attests (`tls: true`) that \(what) \(way) \(name) takes TLS alone")
  }

  /// The components of each destination of an egress rule; an empty list for one that is none.
  private func components(_ rule: PolicyRule, _ policy: NetworkPolicy) -> [[Component]] {
    let view = zones.view
    if rule.peers.items.isEmpty { return [[]] }
    return rule.peers.items.flatMap { peer -> [[Component]] in
      if let block = peer.ipBlock {
        let parties = view.thirdParties(for: group.member.components.map(\.name))
        return [parties.filter { block.addresses.isSubset(of: AddressSet($0.cidrs)) }]
      }
      let ids = view.reach.pods(of: peer, in: policy).ids.flatMap { view.reach[$0].workloads }
      let others = ids.map { zones.members[$0]?.components ?? view.components(of: $0) }
      return others.isEmpty ? [[]] : others
    }
  }
}

extension WorldView {
  /// The components of the config that a workload belongs to.
  package func components(of id: WorkloadID) -> [Component] {
    let workload = world[id]
    return configuration.components.filter {
      $0.hasPods && $0.namespace == workload.meta.namespace && workload.labels.includes($0.labels)
    }
  }
}

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
  /// Whether it is so wide that known plaintext ports are among many others: every port, or a large range.
  package let holdsPlaintextPorts: Bool
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
    func note(
      _ text: String, _ span: SourceSpan, _ path: String, _ security: PortUse.Security, twin: String? = nil,
      holdsPlaintextPorts: Bool
    ) {
      all.append(
        PortUse(
          direction: rule.type, policy: id, rule: rule.index, text: text, span: span,
          path: policy.meta.pathPrefix + path, security: security, twin: twin, holdsPlaintextPorts: holdsPlaintextPorts)
      )
    }
    if rule.allowsAllPorts {
      note("every port", rule.firstKeySpan, rule.path, unnamed(rule, policy), holdsPlaintextPorts: true)
      return
    }
    for port in rule.ports.items {
      let numbers = numbers(port, rule, policy)
      let security: PortUse.Security
      if let plain = plain(numbers, port) {
        security = .plain(plain)
      } else if isKnownTLS(numbers, port) {
        security = .tls
      } else {
        security = open(numbers, port, rule, policy)
      }
      note(
        port.text, port.valueSpan, port.path(in: rule) + ".port", security, twin: twin(of: numbers, port, rule, policy),
        holdsPlaintextPorts: isWide(port) && holdsPlaintextPorts(port))
    }
  }

  /// Name resolution is no way for records.
  private func isForDNS(_ rule: PolicyRule, _ policy: NetworkPolicy) -> Bool {
    let dns = zones.view.configuration.cluster.dns
    return rule.type == .egress && !rule.allowsAllPorts && !rule.peers.items.isEmpty
      && rule.certainPorts.isSubset(of: dns.ports) && rule.ports.items.allSatisfy { $0.numbers != nil }
  }

  // MARK: Known numbers

  /// What a port is called that is plaintext by convention; of several the first one.
  private func plain(_ numbers: [UInt16], _ port: PolicyPort) -> String? {
    zones.view.facts.hipaa.plaintextPorts.first { $0.transport == port.transport && numbers.contains($0.number) }?.title
  }

  private func isKnownTLS(_ numbers: [UInt16], _ port: PolicyPort) -> Bool {
    let known = zones.view.facts.hipaa.tlsPorts
    return !numbers.isEmpty
      && numbers.allSatisfy { number in
        known.contains { $0.number == number && $0.transport == port.transport }
      }
  }

  /// A range of more ports than these says nothing of what is spoken on one of them.
  private static let widest = 16

  private func isWide(_ port: PolicyPort) -> Bool { (port.range?.count ?? 0) > PortUses.widest }

  private func holdsPlaintextPorts(_ port: PolicyPort) -> Bool {
    guard let range = port.range else { return false }
    return zones.view.facts.hipaa.plaintextPorts.contains {
      $0.transport == port.transport && range.contains($0.number)
    }
  }

  /// The numbers of a port; none where it is too wide to mean one, or a name that no destination has.
  private func numbers(_ port: PolicyPort, _ rule: PolicyRule, _ policy: NetworkPolicy) -> [UInt16] {
    if let range = port.range { return isWide(port) ? [] : Array(range) }
    guard case .named(let name) = port.number else { return [] }
    var found: Set<UInt16> = []
    for id in takers(of: rule, policy) {
      for own in zones.view.reach[id].namedPorts where own.name == name && own.transport == port.transport {
        found.insert(own.number)
      }
    }
    return found.sorted()
  }

  /// The pods that take the calls of a rule: names of ports are theirs.
  private func takers(of rule: PolicyRule, _ policy: NetworkPolicy) -> [ClassID] {
    if rule.type == .ingress { return [group.podClass] }
    let reach = zones.view.reach
    if rule.peers.items.isEmpty { return Array(reach.classIDs) }
    return rule.peers.items.flatMap { Array(reach.pods(of: $0, in: policy).ids) }
  }

  private func twin(
    of numbers: [UInt16], _ port: PolicyPort, _ rule: PolicyRule, _ policy: NetworkPolicy
  ) -> String? {
    guard numbers.count == 1, let twin = zones.view.facts.portSets.tlsTwins[numbers[0]] else { return nil }
    return rule.ports.items.first {
      $0.transport == port.transport && self.numbers($0, rule, policy) == [twin]
    }?.text
  }

  // MARK: What is not told by a number

  private func open(
    _ numbers: [UInt16], _ port: PolicyPort, _ rule: PolicyRule, _ policy: NetworkPolicy
  ) -> PortUse.Security {
    let isSame = !numbers.isEmpty && numbers.allSatisfy { zones.view.facts.hipaa.isSamePort($0, port.transport) }
    let what =
      isWide(port) ? "ports of many kinds" : isSame ? "a port for plaintext and TLS" : "a port that is not known here"
    return attested(rule, policy, "\(port.text), \(what),")
  }

  private func unnamed(_ rule: PolicyRule, _ policy: NetworkPolicy) -> PortUse.Security {
    attested(rule, policy, "every port that \(policy.meta.qualifiedName) \(rule.path) allows")
  }

  /// An attestation stands for the destination alone: of a rule for several all of them have to attest.
  private func attested(_ rule: PolicyRule, _ policy: NetworkPolicy, _ what: String) -> PortUse.Security {
    let takers = rule.type == .ingress ? Takers(of: group.member.components) : self.takers(rule, policy)
    // What comes in there is told of the destination itself.
    if rule.type == .egress, takers.holdEPHI { return .toldElsewhere }
    if let first = takers.attesting { return .attested(first) }
    let way = rule.type == .ingress ? "into" : "out of"
    let name = zones.view.name(of: group.end)
    return .undecided("no component attests (`tls: true`) that \(what) \(way) \(name) takes TLS alone")
  }

  /// What all destinations of a rule have in common.
  private struct Takers {
    /// Whether all are workloads with ePHI.
    private(set) var holdEPHI = false
    /// One of the components that attest TLS, where all do.
    private(set) var attesting: Component?

    /// Whether one more destination changes nothing any more.
    var isSettled: Bool { !holdEPHI && attesting == nil }

    static let nobody = Takers()

    private init() {}

    init(of components: [Component]) { attesting = components.first(where: \.attestsTLS) }

    init(holdEPHI: Bool, attesting: Component?) {
      self.holdEPHI = holdEPHI
      self.attesting = attesting
    }

    mutating func formUnion(_ other: Takers) {
      holdEPHI = holdEPHI && other.holdEPHI
      if other.attesting == nil { attesting = nil }
    }
  }

  /// The destinations of an egress rule; they are looked at until one of them has nothing in common with the others.
  private func takers(_ rule: PolicyRule, _ policy: NetworkPolicy) -> Takers {
    let view = zones.view
    var result: Takers?
    func add(_ takers: Takers) -> Bool {
      if result == nil { result = takers } else { result?.formUnion(takers) }
      return result?.isSettled ?? false
    }
    for peer in rule.peers.items {
      if let block = peer.ipBlock {
        let parties = view.thirdParties(for: group.member.components.map(\.name))
        let own = parties.filter { block.addresses.isSubset(of: AddressSet($0.cidrs)) }
        if add(Takers(of: own)) { return .nobody }
        continue
      }
      // Of pods that no manifest shows nobody attests anything, and nobody tells what they take.
      if Strangers.areTaken(by: peer, in: view.world) { return .nobody }
      var isEmpty = true
      for id in view.reach.pods(of: peer, in: policy).ids {
        for workload in view.reach[id].workloads {
          isEmpty = false
          let member = zones.members[workload]
          let components = member?.components ?? view.components(of: workload)
          let takers = Takers(
            holdEPHI: member?.zone.holdsEPHI ?? false, attesting: components.first(where: \.attestsTLS))
          if add(takers) { return .nobody }
        }
      }
      if isEmpty { return .nobody }
    }
    return result ?? .nobody
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

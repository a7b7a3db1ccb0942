internal import Diagnostics
internal import Engine
internal import Model
internal import Traffic

/// Where findings about flows look for a cause in rules that open another way than they mean.
extension Subject {
  /// That every port of a rule is another one than it means.
  static func ports(of rule: PolicyRule, _ policy: NetworkPolicy) -> Subject {
    Subject(policy.meta.reference, policy.meta.pathPrefix + rule.path + " ports")
  }

  /// That a policy of a workload, or for it, means to let something in on a port of it, and does not.
  static func arrival(at meta: ObjectMeta, on port: UInt16) -> Subject {
    Subject(meta.reference, "arrival on \(port)")
  }

  /// The same for addresses outside of the cluster: who is in it is meant by other rules.
  static func outsideArrival(at meta: ObjectMeta, on port: UInt16) -> Subject {
    Subject(meta.reference, "arrival from outside on \(port)")
  }

  /// That a policy for a workload means to let it send to a port, and does not.
  static func sending(from meta: ObjectMeta, to port: UInt16) -> Subject {
    Subject(meta.reference, "sending to \(port)")
  }

  /// That a policy means to let its pods send to a port of a workload, and opens another one.
  static func departure(to meta: ObjectMeta, on port: UInt16, by policy: NetworkPolicy) -> Subject {
    Subject(policy.meta.reference, "departure to \(meta.title) \(port)")
  }
}

/// What is lost where a rule names ports that its pods do not have: made once for a rule, which may name very many.
struct LostPorts {
  private let rule: PolicyRule
  private let policy: NetworkPolicy
  private let ends: [ObjectMeta]
  /// Whether the rule names no other port.
  private let isAlone: Bool

  /// - Parameters:
  ///   - workloads: those whose ports the rule speaks of, where they are known already.
  ///   - isLost: whether a port is one that the pods do not have.
  init(
    _ rule: PolicyRule, of policy: NetworkPolicy, to workloads: [WorkloadID]? = nil, _ analysis: Analysis,
    isLost: (PolicyPort) -> Bool
  ) {
    self.rule = rule
    self.policy = policy
    ends = (workloads ?? analysis.destinations(of: rule, in: policy)).prefix(Analysis.mostEnds)
      .map { analysis.world[$0].meta }
    isAlone = rule.ports.items.allSatisfy(isLost)
  }

  /// - Parameter meant: the ports that the pods have in place of the one that is told.
  func subjects(meaning meant: [UInt16]) -> [Subject] {
    let lost = ends.flatMap { meta in
      meant.prefix(8).flatMap { port in
        rule.type == .ingress
          ? Subject.arrivals(at: meta, on: port, mayBeOutside: rule.meansAddresses)
          : [.departure(to: meta, on: port, by: policy)]
      }
    }
    return lost + (isAlone ? [.ports(of: rule, policy), .lostPeers(rule.type, of: policy)] : [])
  }
}

extension Subject {
  fileprivate static func arrivals(at meta: ObjectMeta, on port: UInt16, mayBeOutside: Bool) -> [Subject] {
    [.arrival(at: meta, on: port)] + (mayBeOutside ? [.outsideArrival(at: meta, on: port)] : [])
  }
}

extension PolicyRule {
  /// Whether it names addresses, or nobody and so everybody: others mean pods alone.
  fileprivate var meansAddresses: Bool { peers.items.isEmpty || peers.items.contains { $0.ipBlock != nil } }
}

extension Analysis {
  /// No finding speaks of more ends than these.
  fileprivate static let mostEnds = 24

  /// What is lost where a rule lets nothing through for some of its peers.
  func lostPeers(_ peers: [Peer], _ rule: PolicyRule, of policy: NetworkPolicy) -> [Subject] {
    var lost = [Subject.lostPeers(rule.type, of: policy)]
    for peer in peers where peer.ipBlock == nil {
      let pods = selection.pods(of: peer, in: policy).firstCertain(Analysis.mostEnds)
      lost += pods.map { .lostPeer(world[$0].meta.title, rule.type, of: policy) }
      let names =
        (pods.isEmpty ? peer.namespaceSelector?.namedValues ?? [] : []) + (peer.podSelector?.namedValues ?? [])
      lost += names.prefix(Analysis.mostEnds).map { .lostPeer($0, rule.type, of: policy) }
    }
    return lost
  }

  /// What is lost where the rules of a policy's direction have no effect.
  func lostTraffic(_ direction: PolicyType, of policy: NetworkPolicy) -> [Subject] {
    selection.pods(of: policy).firstCertain(Analysis.mostEnds).map { .traffic(direction, of: world[$0].meta) }
  }

  /// What a policy means to open for a workload that it does not select: only what its rules name.
  func lostTraffic(_ direction: PolicyType, of policy: NetworkPolicy, meaning workload: Workload) -> [Subject] {
    let rules = policy.effectiveRules(direction)
    if rules.isEmpty { return [] }
    var lost = [Subject.anything(direction, of: workload.meta)]
    if rules.contains(where: \.allowsAllPorts) { lost.append(.traffic(direction, of: workload.meta)) }
    var numbers = rules.reduce(into: PortSet()) { $0.formUnion($1.certainPorts) }.numbers(atMost: Analysis.mostEnds)
    if direction == .ingress {
      for port in rules.flatMap(\.ports.items) {
        guard case .named(let name) = port.number else { continue }
        numbers += [workload.port(named: name, port.transport)].compactMap(\.self)
      }
    }
    let mayBeOutside = rules.contains(where: \.meansAddresses)
    return lost
      + numbers.flatMap {
        direction == .ingress
          ? Subject.arrivals(at: workload.meta, on: $0, mayBeOutside: mayBeOutside)
          : [.sending(from: workload.meta, to: $0)]
      }
  }

  /// Where the causes are found of traffic that does not pass on some ports, for those are not the ones that a policy of
  /// the blocking side names.
  func portCauses(of blocked: ClassID, _ direction: PolicyType, other: ClassID, on ports: PortSet) -> [Subject] {
    let numbers = ports.numbers(atMost: 16)
    switch direction {
    case .ingress:
      return reach[blocked].workloads.prefix(10).flatMap { arrivals(at: world[$0].meta, on: numbers) }
    case .egress:
      let ends = reach[other].workloads.prefix(10).map { world[$0].meta }
      let senders = reach[blocked].workloads.prefix(10).map { world[$0].meta }
      return senders.flatMap { meta in numbers.map { Subject.sending(from: meta, to: $0) } }
        + reach.policies(of: blocked, .egress).prefix(10).flatMap { id in
          ends.flatMap { end in numbers.map { Subject.departure(to: end, on: $0, by: world[id]) } }
        }
    }
  }

  /// Where the causes are found of what does not arrive from outside of the cluster at a workload on some ports.
  func outsideArrivals(at meta: ObjectMeta, on ports: PortSet) -> [Subject] {
    ports.numbers(atMost: 16).map { .outsideArrival(at: meta, on: $0) }
  }

  /// Where the causes are found of what does not arrive at a workload on some ports.
  func arrivals(at meta: ObjectMeta, on ports: PortSet) -> [Subject] {
    arrivals(at: meta, on: ports.numbers(atMost: 16))
  }

  private func arrivals(at meta: ObjectMeta, on numbers: [UInt16]) -> [Subject] {
    numbers.map { .arrival(at: meta, on: $0) }
  }
}

extension PortSet {
  /// The first of its ports, whatever their protocols.
  func numbers(atMost count: Int) -> [UInt16] {
    Array(TransportProtocol.allCases.lazy.flatMap { self[$0].ranges }.flatMap(\.self).prefix(count))
  }
}

/// The rules about ports, and those about peers and directions without effect: causes of connections that are missing.
enum RuleFaults {
  static let rules: [RuleID] = ["NP206", "NP105", "NP106", "NP303", "NP302", "NP310", "NP301", "NP414"]
}

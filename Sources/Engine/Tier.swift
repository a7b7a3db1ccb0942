internal import Model

/// All policies in the engine's inner form: NetworkPolicies, and those for the whole cluster before and behind them.
struct Tiers {
  /// For each direction the NetworkPolicies that isolate what they select. Their rules all allow, what no rule of those
  /// that select a pod allows is denied to it, and their order has no meaning.
  var policies: [PolicyType: [TierPolicy]]
  /// For each direction the policies for the whole cluster, in order of precedence.
  var ranked: [PolicyType: [RankedPolicy]]
}

/// One direction of a NetworkPolicy.
struct TierPolicy {
  /// The pods that it applies to.
  let subjects: PodMatch
  let rules: [TierRule]
  let policy: PolicyID
  /// The alternatives that it hangs on.
  let branch: BranchID?
}

/// One rule: traffic with one of the peers on one of the ports.
struct TierRule {
  /// What each of its peers stands for; empty for a rule that names none, and so allows all.
  let peers: [TierPeer]
  /// What its peers stand for together.
  let all: TierPeer
  /// Number in the table of port specs.
  let ports: Int
  /// Equal for rules that allow the same.
  let content: Int
  /// Its place in the policy's list.
  let index: Int
  /// Whether what it stands for as possible hangs on texts that nobody knows.
  let isOpen: Bool
}

/// What a rule allows.
struct TierRuleContent: Hashable {
  let pods: PodMatch
  let addresses: AddressSet
  let possibleAddresses: AddressSet
  let ports: Int
}

/// What a peer stands for.
struct TierPeer {
  var pods = PodMatch()
  /// Addresses outside the cluster.
  var addresses = AddressSet()
  /// Addresses that it matches or not, depending on what nobody knows.
  var possibleAddresses = AddressSet()
  /// Whether it is an `ipBlock`: the pods that it may match are matched by their addresses.
  var isBlock = false
  /// The domain names that it is about.
  var domainNames: [DomainName] = []
  /// The labels of the nodes that it is about.
  var nodes: Selector?

  /// What several peers stand for together.
  static func union(_ peers: [TierPeer]) -> TierPeer {
    if peers.count == 1 { return peers[0] }
    var all = TierPeer()
    all.pods.certain = ClassSet(peers.lazy.flatMap(\.pods.certain.ranges))
    all.pods.possible = ClassSet(peers.lazy.flatMap(\.pods.possible.ranges)).subtracting(all.pods.certain)
    all.addresses = AddressSet(unionOf: peers.map(\.addresses))
    if peers.contains(where: { !$0.possibleAddresses.isEmpty }) {
      all.possibleAddresses = AddressSet(unionOf: peers.map(\.possibleAddresses))
    }
    return all
  }

  /// The same, where nobody knows whether it holds.
  var perhaps: TierPeer {
    var peer = self
    peer.pods = PodMatch(possible: pods.certain.union(pods.possible))
    peer.possibleAddresses = AddressSet(unionOf: [addresses, possibleAddresses])
    peer.addresses = AddressSet()
    return peer
  }
}

/// The ports of a rule, apart from the destination: names mean other numbers on other pods.
struct PortSpec: Hashable {
  var numbers = PortSet()
  /// Without twins, sorted.
  var names: [PortName] = []

  static let all = PortSpec(numbers: .all)

  /// The ports on a destination with these named ports; a name that it does not have adds nothing.
  func resolved(for namedPorts: [NamedPort]) -> PortSet {
    var set = numbers
    for name in names {
      for port in namedPorts where port.name == name.name && port.transport == name.transport {
        set.insert(port.number...port.number, port.transport)
      }
    }
    return set
  }
}

struct PortName: Hashable, Comparable {
  let name: String
  let transport: TransportProtocol

  static func < (a: PortName, b: PortName) -> Bool { (a.name, a.transport.rank) < (b.name, b.transport.rank) }
}

extension PortSpec {
  /// The ports of a NetworkPolicy's rule (absent, null and empty mean all).
  init(_ rule: PolicyRule) {
    if rule.allowsAllPorts {
      self = .all
      return
    }
    self.init(rule.ports.items)
  }

  /// Exactly these ports.
  init(_ ports: [PolicyPort]) {
    numbers = PortSet(numbersOf: ports)
    var names: Set<PortName> = []
    for port in ports {
      if case .named(let name) = port.number { names.insert(PortName(name: name, transport: port.transport)) }
    }
    self.names = names.sorted()
  }
}

/// Gives equal values one number.
package struct Interner<Value: Hashable & Sendable>: Sendable {
  package private(set) var values: [Value] = []
  private var numbers: [Value: Int] = [:]

  package init() {}

  package subscript(_ number: Int) -> Value { values[number] }

  package mutating func number(of value: Value) -> Int {
    if let known = numbers[value] { return known }
    numbers[value] = values.count
    values.append(value)
    return values.count - 1
  }
}

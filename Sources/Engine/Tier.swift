internal import Model

/// A layer of policies. Layers are asked in order: what one of them decides, no later one changes; what none decides is
/// allowed.
///
/// This is the engine's inner form. NetworkPolicies are one tier, whose rules all allow and whose policies isolate what
/// they select. AdminNetworkPolicies, say, would be a tier before it, of policies in order of priority with rules that
/// allow, deny or pass, and that isolate nothing.
struct Tier {
  /// In order of precedence; without meaning where all rules allow.
  var policies: [PolicyType: [TierPolicy]]
}

/// One direction of a policy.
struct TierPolicy {
  /// The pods that it applies to.
  let subjects: PodMatch
  /// Whether what no rule of the tier speaks of is denied to its subjects.
  let isolates: Bool
  let rules: [TierRule]
  /// Its number in `World.policies`.
  let policy: Int
}

/// What a rule does with the traffic that it matches.
enum RuleAction: Hashable {
  case allow, deny
  /// The later tiers decide.
  case pass
}

/// One rule: traffic with one of the peers on one of the ports.
struct TierRule {
  let action: RuleAction
  /// The pods that its peers stand for; all when it has no peers.
  let pods: PodMatch
  /// The addresses outside the cluster that its peers stand for.
  let addresses: AddressSet
  /// Number in `PortTable`.
  let ports: Int
  /// Its place in the policy's list.
  let index: Int
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
    var names: Set<PortName> = []
    for port in rule.ports.items {
      switch port.number {
      case .all: numbers.insert(PortSet.allPorts, port.transport)
      case .range(let range): numbers.insert(range, port.transport)
      case .named(let name): names.insert(PortName(name: name, transport: port.transport))
      }
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

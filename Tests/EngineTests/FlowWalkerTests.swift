import Engine
import Model
import TestSupport
import Testing

/// What becomes of a rule's traffic at the other end, compared with a look at every pair of pods.
@Suite struct FlowWalkerTests {
  private struct Blocked: Equatable {
    let other: ClassID
    let own: ClassID
    let open: PortSet
    let lost: PortSet
  }

  @Test func aWalkFindsWhatEachPairSays() throws {
    var blocked = 0
    var open = 0
    for seed in 1...UInt64(300) {
      let generated = WorldGenerator.world(seed: seed)
      guard let agreement = Agreement(generated) else { continue }
      let (world, reach) = (agreement.world, agreement.reach)
      // One walker for all rules: what it knows of one says nothing of the next.
      var walker = FlowWalker(reach)
      for policy in world.policies {
        for rule in PolicyType.allCases.flatMap({ policy.effectiveRules($0) }) where rule.isSound {
          for peer in rule.peers.items where peer.ipBlock == nil {
            let pairs = pairs(of: peer, in: rule, of: policy, reach)
            let each = walker.flow(of: peer, in: rule, of: policy, judgesEach: true, atMost: .max)
            let found = each?.blocked.map { Blocked(other: $0.other, own: $0.own, open: $0.open, lost: $0.lost) } ?? []
            let place = "seed \(seed): \(policy.meta.name.value) \(rule.path) \(peer.index)"
            #expect(found == pairs.blocked, "\(place)")
            #expect(each.map { $0.hasOpen == pairs.hasOpen } ?? true, "\(place)")
            let any = walker.flow(of: peer, in: rule, of: policy, judgesEach: false, atMost: .max)
            #expect((any == nil) == (pairs.hasOpen || pairs.blocked.isEmpty), "\(place)")
            blocked += found.count
            open += pairs.hasOpen ? 1 : 0
          }
        }
      }
    }
    #expect(blocked > 200 && open > 200, "the worlds say too little: \(blocked) and \(open)")
  }

  @Test func noMorePairsAreLookedAtThanTheLimit() {
    var cut = 0
    for seed in 1...UInt64(30) {
      guard let agreement = Agreement(WorldGenerator.world(seed: seed)) else { continue }
      let reach = agreement.reach
      for policy in agreement.world.policies where !reach.subjects(of: policy).isEmpty {
        for rule in policy.effectiveRules(.ingress) where rule.isSound {
          for peer in rule.peers.items where peer.ipBlock == nil && !reach.pods(of: peer, in: policy).isEmpty {
            var walker = FlowWalker(reach)
            #expect(walker.flow(of: peer, in: rule, of: policy, judgesEach: true, atMost: 0)?.isCut == true)
            cut += 1
          }
        }
      }
    }
    #expect(cut > 10)
  }

  private func pairs(
    of peer: Peer, in rule: PolicyRule, of policy: NetworkPolicy, _ reach: Reach
  ) -> (blocked: [Blocked], hasOpen: Bool) {
    var result: (blocked: [Blocked], hasOpen: Bool) = ([], false)
    for other in reach.pods(of: peer, in: policy).ids {
      var isOpen = false
      var first: ClassID?
      var (open, lost) = (PortSet(), PortSet())
      for own in reach.subjects(of: policy).ids {
        let destination = rule.type == .ingress ? own : other
        let bounds =
          rule.type == .ingress
          ? reach.egressBounds(from: .pods(other), to: .pods(own))
          : reach.ingressBounds(from: .pods(own), to: .pods(other))
        let asked = ports(of: rule, on: reach[destination].namedPorts)
        if asked.isEmpty { continue }
        let passing = asked.intersection(bounds.possible)
        isOpen = isOpen || passing == asked
        first = first ?? own
        open.formUnion(passing)
        lost.formUnion(asked)
      }
      result.hasOpen = result.hasOpen || isOpen
      if let first, !isOpen {
        result.blocked.append(Blocked(other: other, own: first, open: open, lost: lost.subtracting(open)))
      }
    }
    return result
  }

  /// The ports that a rule names, as the pods at the destination call them.
  private func ports(of rule: PolicyRule, on namedPorts: [NamedPort]) -> PortSet {
    if rule.allowsAllPorts { return .all }
    var ports = rule.certainPorts
    for port in rule.ports.items {
      guard case .named(let name) = port.number else { continue }
      for named in namedPorts where named.name == name && named.transport == port.transport {
        ports.insert(named.number...named.number, named.transport)
      }
    }
    return ports
  }
}

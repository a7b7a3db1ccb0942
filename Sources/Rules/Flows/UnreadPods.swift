internal import Engine
internal import Model

/// What pods that were not read may have beyond the labels that a selector asks for: enough to keep still about them.
final class UnreadPods {
  private let analysis: Analysis
  private let reach: Reach
  /// The policies of a namespace that allow something in a direction.
  private var opening: [Place: Selectors] = [:]
  /// The peers of the policies that apply to some pods in a direction: the number says which.
  private var peers: [PolicyType: [Int: Selectors]] = [:]

  private struct Place: Hashable {
    let namespace: String
    let direction: PolicyType
  }

  private struct Selectors {
    let all: [Selector]
    let overlaps: SelectorOverlaps
  }

  init(_ analysis: Analysis) {
    self.analysis = analysis
    reach = analysis.reach
  }

  /// Whether a blocked pair may be open after all, because pods at one of its ends were not read.
  func mayOpen(own: ClassID, other: ClassID, _ rule: PolicyRule, _ policy: NetworkPolicy) -> Bool {
    for end in [own, other] {
      let podClass = reach[end]
      // Where workloads were read and none has these labels, NP201 and NP202 say so.
      if !podClass.isRead, analysis.world.isDescribed(podClass.namespace) { return true }
    }
    return mayBeSelected(other, rule.type.opposite) || mayBeNamed(own, by: other, rule, policy)
      || mayMeanAnotherPort(own, other, rule.type)
  }

  /// Whether further labels of the pods at the other end could bring them under a policy that allows something.
  private func mayBeSelected(_ other: ClassID, _ direction: PolicyType) -> Bool {
    let podClass = reach[other]
    guard case .inferred(let selector) = podClass.origin else { return false }
    let opening = opening(in: podClass.namespace, direction)
    return opening.overlaps.overlaps(selector) { opening.all[$0].matches(podClass.labels) != .yes }
  }

  private func opening(in namespace: String, _ direction: PolicyType) -> Selectors {
    let place = Place(namespace: namespace, direction: direction)
    if let known = opening[place] { return known }
    let selectors = analysis.world.policies(in: namespace).filter { !$0.effectiveRules(direction).isEmpty }
      .map(\.podSelector.selector)
    let result = Selectors(all: selectors, overlaps: SelectorOverlaps(selectors))
    opening[place] = result
    return result
  }

  /// Whether further labels of the policy's own pods could make them peers of a policy at the other end.
  private func mayBeNamed(_ own: ClassID, by other: ClassID, _ rule: PolicyRule, _ policy: NetworkPolicy) -> Bool {
    let podClass = reach[own]
    guard case .inferred(let selector) = podClass.origin else { return false }
    let peers = peers(of: other, rule.type.opposite)
    return peers.overlaps.overlaps(selector) { peers.all[$0].matches(podClass.labels) != .yes }
  }

  private func peers(of other: ClassID, _ direction: PolicyType) -> Selectors {
    let number = reach.profileNumber(of: other, direction)
    if let known = peers[direction]?[number] { return known }
    let selectors = reach.policies(of: other, direction).lazy
      .flatMap { self.analysis.world[$0].effectiveRules(direction) }.flatMap(\.peers.items)
      .compactMap { $0.ipBlock == nil ? $0.podSelector?.selector : nil }
    let all = Array(Set(selectors))
    let result = Selectors(all: all, overlaps: SelectorOverlaps(all))
    peers[direction, default: [:]][number] = result
    return result
  }

  /// Whether a rule at the other end lets these pods through on a port that it names, of pods whose ports were not read.
  private func mayMeanAnotherPort(_ own: ClassID, _ other: ClassID, _ type: PolicyType) -> Bool {
    let destination = reach[type == .ingress ? own : other]
    guard !destination.isRead else { return false }
    return reach.policies(of: other, type.opposite).contains { id in
      let policy = analysis.world[id]
      return policy.effectiveRules(type.opposite).contains { rule in
        rule.ports.items.contains { if case .named = $0.number { true } else { false } }
          && (rule.allowsAllPeers
            || rule.peers.items.contains { reach.pods(of: $0, in: policy).contains(own) })
      }
    }
  }
}

internal import Diagnostics
internal import Model
internal import Traffic

/// What stands at a place of a manifest, in one world.
struct PolicyPlace {
  enum Part {
    /// What the policy applies to.
    case subject
    /// A peer of a rule, at its pod or namespace selector, or elsewhere in it.
    case peer(PolicyRule, Peer)
    case port(PolicyRule, PolicyPort)
    case rule(PolicyRule)
    /// The policy's own name or head.
    case policy
  }

  let view: WorldView
  let id: PolicyID
  let part: Part

  var policy: NetworkPolicy { view.world[id] }

  /// What stands at a place, in each world that has the policy; in order of worlds.
  static func all(at place: SourceSpan, in project: Project) -> [PolicyPlace] {
    var result: [PolicyPlace] = []
    for view in project.worlds {
      for (id, policy) in view.world.identifiedPolicies where policy.meta.span.covers(place) {
        result.append(PolicyPlace(view: view, id: id, part: part(at: place, of: policy)))
      }
    }
    return result
  }

  private static func part(at place: SourceSpan, of policy: NetworkPolicy) -> Part {
    if covers(policy.podSelector, place) { return .subject }
    for rule in PolicyType.allCases.flatMap({ policy.rules($0).items }) where rule.span.holds(place) {
      if let peer = rule.peers.items.first(where: { $0.span.holds(place) }) { return .peer(rule, peer) }
      if let port = rule.ports.items.first(where: { $0.span.holds(place) }) { return .port(rule, port) }
      return .rule(rule)
    }
    return .policy
  }

  private static func covers(_ selector: LabelSelector, _ place: SourceSpan) -> Bool {
    selector.keySpan.holds(place) || selector.span.holds(place)
  }
}

extension SourceSpan {
  /// Whether a place lies in the span or right behind it, where a cursor stands after a word.
  func holds(_ place: SourceSpan) -> Bool { file == place.file && place.start >= start && place.start <= end }
}

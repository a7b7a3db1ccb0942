internal import Config
internal import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// What the rules about zones have in common.
enum ZoneFindings {
  /// The zones of a world; `nil` where the config does not say which workloads hold ePHI. What keeps the rule from an
  /// answer about all of them is undecided.
  static func zones(_ analysis: Analysis, _ sink: inout FindingSink) -> Zones? {
    let zones = analysis.zones
    guard zones.areDeclared else {
      let holdsStore = analysis.world.workloads.contains {
        !$0.isTask && analysis.component($0)?.isDataStore ?? false
      }
      if holdsStore {
        sink.undecided(
          namespace: nil,
          "the config does not say which workloads hold ePHI (`components.NAME.data`, `hipaa.zoneLabel`)")
      }
      return nil
    }
    for component in zones.unread {
      sink.undecided(
        namespace: component.namespace,
        "the component \(component.name) of the config, \(component.data?.title ?? ""), matches no workload that was read"
      )
    }
    return zones
  }

  /// `shop/db, an ePHI store,`; the first of several workloads.
  static func name(_ group: Zones.Group, _ zones: Zones) -> String {
    "\(zones.view.name(of: group.end)), an \(group.member.zone.title),"
  }

  /// A few names in a row; more are counted.
  static func list(_ names: [String]) -> String {
    let shown = names.prefix(3).joined(separator: ", ")
    return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
  }

  /// Reports at the rule, or the peer, that lets something through.
  static func report(
    _ message: String, at rule: RuleReference, _ zones: Zones, severity: Severity? = nil, why: String? = nil,
    remedy: String? = nil, related: [RelatedPlace] = [], key: String, _ sink: inout FindingSink
  ) {
    let place = zones.view.reference(rule, .allows)
    sink.report(
      message, at: place.span, severity: severity, why: why, remedy: remedy,
      object: zones.view.world[rule.policy].meta.reference, path: place.path, related: related, key: key)
  }

  /// The rules of the source's or the destination's side that let a pair through on some ports; `nil` where no policy
  /// isolates that side, which is a fault of another kind.
  static func rules(
    _ direction: PolicyType, from source: Endpoint, to destination: Endpoint, _ ports: PortSet, _ zones: Zones
  ) -> [RuleReference]? {
    let explanation = zones.view.reach.explain(from: source, to: destination, ports)
    let side = direction == .egress ? explanation.egress : explanation.ingress
    if case .allowed(let rules) = side.reason { return rules }
    return nil
  }
}

extension Workload {
  /// Where findings about a workload as a whole point.
  var place: RelatedPlace { RelatedPlace(meta.name.span, "\(meta.kind) \(meta.name.value)") }
}

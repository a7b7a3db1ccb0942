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
      if analysis.holdsStore {
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
    for misspelt in zones.misspelt {
      let meta = zones.view.world[misspelt.workload].meta
      sink.undecided(namespace: meta.namespace, misspelt.sentence(of: "\(meta.kind) \(meta.name.value)"))
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

  /// The places of the rules of the source's or the destination's side that let a pair through on some ports, be they of a
  /// NetworkPolicy or of a policy for the whole cluster; `nil` where no policy isolates that side, which is a fault of
  /// another kind.
  static func rules(
    _ direction: PolicyType, from source: Endpoint, to destination: Endpoint, _ ports: PortSet, _ zones: Zones
  ) -> [Place]? {
    let view = zones.view
    let explanation = view.reach.explain(from: source, to: destination, ports)
    switch (direction == .egress ? explanation.egress : explanation.ingress).reason {
    case .allowed(let rules):
      return rules.map { place(view.reference($0, .allows), view.world[$0.policy].meta) }
    case .accepted(let rules):
      return rules.map { place(view.reference($0), view.world[$0.policy].meta) }
    case .outside, .unreadController, .hostNetwork, .notIsolated, .isolated, .denied: return nil
    }
  }

  private static func place(_ reference: PolicyReference, _ meta: ObjectMeta) -> Place {
    Place(reference.span, of: meta.reference, path: reference.path)
  }
}

extension Workload {
  /// A workload as another place that a finding speaks of.
  var relatedPlace: RelatedPlace { RelatedPlace(meta.name.span, "\(meta.kind) \(meta.name.value)") }
}

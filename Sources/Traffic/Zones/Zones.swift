package import Config
package import Engine
internal import Facts
package import Model

extension Component.Data {
  /// Whether ePHI is kept or worked on there: what the rules and the report are about.
  package var holdsEPHI: Bool { self == .ephi || self == .processor }

  /// What reports call it.
  package var title: String {
    switch self {
    case .ephi: "ePHI store"
    case .processor: "ePHI processor"
    case .client: "client"
    case .edge: "edge"
    case .thirdParty: "third party"
    }
  }

  /// The nearer to ePHI, the lower.
  fileprivate var rank: Int { Component.Data.allCases.firstIndex(of: self) ?? 0 }
}

/// Which workload of a world is in which zone: by the components of the config (`data`), or by the zone label.
package struct Zones: Sendable {
  /// What is known of a workload that is in a zone.
  package struct Member: Sendable {
    /// The zone nearest to ePHI, where several are said.
    package let zone: Component.Data
    /// The components with a zone that it belongs to, in the order of the config.
    package let components: [Component]
  }

  /// Pods that no policy tells apart, of one zone and the same components.
  package struct Group: Sendable {
    package let podClass: ClassID
    package let workloads: [WorkloadID]
    package let member: Member
    package var end: TrafficEnd { .pods(podClass, workloads: workloads) }
  }

  /// The world, with the engine that knows the pods which clients name.
  package let view: WorldView
  /// In order of the workloads.
  package let members: [WorkloadID: Member]
  /// In order of their first workloads.
  package let groups: [Group]
  private let zoneOfClass: [ClassID: Component.Data]
  /// Components with a zone whose pods are not in this world.
  package let missing: [Component]
  /// Workloads whose zone label names no zone, and nearly one, in order.
  package let misspelt: [MisspeltZone]

  package init(_ view: WorldView) {
    let components = view.configuration.components.filter { $0.data != nil && $0.hasPods }
    let clients = components.flatMap { $0.clients ?? [] }.compactMap { (try? End($0))?.hypotheticalPod }
    let isAsked = components.contains { $0.clients != nil || $0.data?.holdsEPHI ?? false }
    let strangers = isAsked || view.configuration.hipaa.zoneLabel != nil ? view.strangers : []
    let view = view.asking(clients + strangers)
    self.view = view
    var parts: [WorkloadID: [Component]] = [:]
    var missing: [Component] = []
    for component in components {
      let labels = component.labels.pairs.map { SelectorRequirement(key: $0.key, .in, [$0.value]) }
      let found = view.selection.pods(Selector(labels), in: component.namespace).certain
      if found.isEmpty { missing.append(component) }
      for id in found { parts[id, default: []].append(component) }
    }
    self.missing = missing
    var members: [WorkloadID: Member] = [:]
    for (id, workload) in view.world.identifiedWorkloads {
      let components = parts[id] ?? []
      let zones = components.compactMap(\.data) + [view.zone(of: workload.labels)].compactMap(\.self)
      guard let zone = zones.min(by: { $0.rank < $1.rank }) else { continue }
      members[id] = Member(zone: zone, components: components)
    }
    self.members = members
    misspelt = MisspeltZone.all(view)
    groups = Zones.groups(members, view)
    zoneOfClass = Dictionary(groups.map { ($0.podClass, $0.member.zone) }) { $0.rank < $1.rank ? $0 : $1 }
  }

  private static func groups(_ members: [WorkloadID: Member], _ view: WorldView) -> [Group] {
    struct Key: Hashable {
      let podClass: ClassID
      let zone: Component.Data
      let components: [String]
    }
    var groups: [Key: [WorkloadID]] = [:]
    for (id, member) in members {
      let key = Key(
        podClass: view.reach.podClass(of: id), zone: member.zone, components: member.components.map(\.name))
      groups[key, default: []].append(id)
    }
    return groups.compactMap { key, ids in
      let ids = ids.sorted()
      return members[ids[0]].map { Group(podClass: key.podClass, workloads: ids, member: $0) }
    }.sorted { $0.workloads[0] < $1.workloads[0] }
  }

  /// Whether the config says which workloads hold or work on ePHI; nothing is guessed where it does not.
  package var areDeclared: Bool {
    view.configuration.hipaa.zoneLabel != nil
      || view.configuration.components.contains { $0.data?.holdsEPHI ?? false }
  }

  /// The groups that hold or work on ePHI.
  package var ephi: [Group] { groups.filter { $0.member.zone.holdsEPHI } }

  /// The groups that keep it.
  package var stores: [Group] { groups.filter { $0.member.zone == .ephi } }

  /// The zone of the pods of a class; `nil` for none, the one nearest to ePHI for several.
  package func zone(of id: ClassID) -> Component.Data? { zoneOfClass[id] }

  /// Why every port of a group may be open in a direction, whatever rules name: no policy isolates it, or perhaps none does.
  package func openness(of group: Group, _ direction: PolicyType) -> String? {
    let name = view.name(of: group.end)
    switch view.isClosed(group.podClass, direction) {
    case .yes:
      guard view.reach.mayBeAccepted(group.podClass, direction, .all) else { return nil }
      return
        "a policy for the whole cluster may let traffic \(direction == .ingress ? "into" : "out of") \(name) through before "
        + "NetworkPolicies are asked: its ports are not looked at here"
    case .no:
      return
        "no policy isolates \(name) for \(direction.field), so that every port is open and which are used is not known"
    case .unknown:
      return "whether a policy isolates \(name) for \(direction.field) cannot be told, nor which ports are open"
    }
  }

  /// The components that hold or work on ePHI and whose pods no unit of the run has.
  package var unread: [Component] {
    missing.filter { component in
      component.data?.holdsEPHI ?? false
        && !view.context.shownWorkloads.contains {
          $0.meta.namespace == component.namespace && $0.labels.includes(component.labels)
        }
    }
  }
}

extension WorldView {
  /// The ports that the config declares for a component; `nil` where it says nothing, or names alone.
  package func declaredPorts(of component: Component) -> PortSet? {
    if let ports = component.ports, !ports.isEmpty { return ports }
    return component.portSet.flatMap { facts.portSets.component(named: $0)?.portSet }
  }

  /// The zone that pods name themselves by the label of `hipaa.zoneLabel`; `nil` for none.
  package func zone(of labels: LabelSet) -> Component.Data? {
    guard let value = configuration.hipaa.zoneLabel.flatMap(labels.value)?.lowercased() else { return nil }
    return facts.hipaa.ephiZones.contains(value) ? .ephi : Component.Data(rawValue: value)
  }
}

internal import Config
internal import Engine
internal import Facts
internal import Model

/// Which workloads hold ePHI: those that the config says so of (`data: ephi`, or the zone label), and where it says
/// nothing, those that are recognised as a data store.
struct EPHIWorkloads {
  private let analysis: Analysis
  private let components: [Component]
  private let zoneLabel: String?
  /// Their numbers in `World.workloads`.
  private let numbers: Set<Int>

  /// Whether the config says which workloads hold ePHI; otherwise it is a guess.
  var isConfigured: Bool { !components.isEmpty || zoneLabel != nil }

  init(_ analysis: Analysis) {
    self.analysis = analysis
    let components = analysis.configuration.components.filter { $0.data == .ephi }
    let zoneLabel = analysis.configuration.hipaa.zoneLabel
    self.components = components
    self.zoneLabel = zoneLabel
    numbers = Set(
      analysis.world.workloads.indices.filter { number in
        let workload = analysis.world.workloads[number]
        if components.isEmpty, zoneLabel == nil {
          // A task with the image of a store is a client of it: a backup, a migration.
          return !workload.isTask && analysis.component(workload)?.isDataStore ?? false
        }
        return components.contains {
          $0.namespace == workload.meta.namespace && workload.labels.includes($0.labels)
        } || EPHIWorkloads.isZone(workload.labels, zoneLabel, analysis)
      })
  }

  /// What to call the ePHI workload that a policy applies to or names as a peer; `nil` when there is none.
  func touched(by policy: NetworkPolicy) -> String? {
    if let name = name(policy.podSelector.selector, in: policy.meta.namespace) { return name }
    for type in PolicyType.allCases {
      for peer in policy.effectiveRules(type).flatMap(\.peers.items) {
        guard let selector = peer.podSelector?.selector, selector != .everything else { continue }
        let namespaces =
          peer.namespaceSelector.map { analysis.selection.namespaces($0.selector) } ?? [policy.meta.namespace]
        for namespace in namespaces {
          if let name = name(selector, in: namespace) { return name }
        }
      }
    }
    return nil
  }

  /// The ePHI workload that a selector matches; where no workload was read that it matches, the one that it speaks of.
  private func name(_ selector: Selector, in namespace: String) -> String? {
    let matches = analysis.selection.pods(selector, in: namespace).certain
    if let number = matches.first(where: numbers.contains) { return analysis.world.workloads[number].meta.name.value }
    guard matches.isEmpty, let witness = selector.witness else { return nil }
    guard isConfigured else {
      return analysis.component(witness).flatMap { $0.isDataStore ? $0.title : nil }
    }
    if let component = components.first(where: { $0.namespace == namespace && selector.matches($0.labels) == .yes }) {
      return component.name
    }
    return EPHIWorkloads.isZone(witness, zoneLabel, analysis) ? "the ePHI zone" : nil
  }

  private static func isZone(_ labels: LabelSet, _ key: String?, _ analysis: Analysis) -> Bool {
    key.flatMap(labels.value).map { analysis.facts.hipaa.ephiZones.contains($0.lowercased()) } ?? false
  }
}

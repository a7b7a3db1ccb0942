internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// Finds what shows that pods exist, though no manifest of theirs was read: Services and custom resources.
///
/// Candidates are found by the labels that a selector asks for; only selectors that ask for none look at all objects of
/// their namespace.
struct ShownPods {
  private let analysis: Analysis
  private var services = LabelIndex<ServiceID>()
  /// What each Service selects.
  private var served: [ServiceID: LabelSet] = [:]
  /// Label maps of custom resources.
  private var maps: [(namespace: String, labels: LabelSet)] = []
  private var mapsByLabel = LabelIndex<Int>()
  /// The names of what may make pods, and those of all custom resources.
  private var makerNames: [String: Set<String>] = [:]
  private var resourceNames: [String: Set<String>] = [:]

  init(_ analysis: Analysis) {
    self.analysis = analysis
    for (id, service) in analysis.world.identifiedServices {
      let labels = service.selector?.witness
      served[id] = labels
      for pair in labels?.pairs ?? [] { services.add(id, pair, in: service.meta.namespace) }
    }
    for other in analysis.world.others where analysis.facts.labels.mayShowPods(other.meta) {
      let namespace = other.meta.namespace
      resourceNames[namespace, default: []].insert(other.meta.name.value)
      if analysis.facts.labels.mayMakePods(other.meta) {
        makerNames[namespace, default: []].insert(other.meta.name.value)
      }
      for labels in other.labelMaps + [LabelSet(other.meta.labels.map { ($0.key, $0.value) })] {
        for pair in labels.pairs { mapsByLabel.add(maps.count, pair, in: namespace) }
        maps.append((namespace, labels))
      }
    }
  }

  func isShown(_ selector: Selector, in namespace: String) -> Bool {
    if holds(makerNames[namespace], selector) { return true }
    return serviceCandidates(selector, in: namespace).contains { selects($0, selector) }
      || mapCandidates(selector, in: namespace).contains { selector.matches(maps[$0].labels) == .yes }
  }

  /// Whether a custom resource is called so: it may be about such pods, and make none (a monitor, a route).
  func isNamed(_ selector: Selector, in namespace: String) -> Bool { holds(resourceNames[namespace], selector) }

  private func holds(_ names: Set<String>?, _ selector: Selector) -> Bool {
    guard let names else { return false }
    return selector.requirements.contains { $0.operator == .in && $0.values.contains(where: names.contains) }
  }

  /// Whether a Service selects such pods, or only such pods and there is none of them.
  private func selects(_ id: ServiceID, _ selector: Selector) -> Bool {
    guard let labels = served[id], let service = analysis.world[id].selector else { return false }
    return selector.matches(labels) == .yes
      || (analysis.services.backends(of: id).isEmpty && selector.implies(service))
  }

  private func serviceCandidates(_ selector: Selector, in namespace: String) -> [ServiceID] {
    candidates(selector, services, in: namespace) ?? analysis.world.serviceIDs(in: namespace)
  }

  private func mapCandidates(_ selector: Selector, in namespace: String) -> [Int] {
    candidates(selector, mapsByLabel, in: namespace) ?? maps.indices.filter { maps[$0].namespace == namespace }
  }

  /// The objects with one of the labels asked for; `nil` when none is.
  private func candidates<ID>(_ selector: Selector, _ index: LabelIndex<ID>, in namespace: String) -> [ID]? {
    let wanted = selector.requirements.filter { $0.operator == .in }
    guard !wanted.isEmpty else { return nil }
    return wanted.flatMap { requirement in
      requirement.values.flatMap { index.ids(requirement.key, $0, in: namespace) }
    }
  }
}

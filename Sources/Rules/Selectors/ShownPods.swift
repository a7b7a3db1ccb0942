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
  private var services = LabelIndex()
  /// What a Service selects, by its number.
  private var served: [LabelSet?] = []
  /// Label maps of custom resources.
  private var maps: [(namespace: String, labels: LabelSet)] = []
  private var mapsByLabel = LabelIndex()
  private var resourceNames: [String: Set<String>] = [:]

  init(_ analysis: Analysis) {
    self.analysis = analysis
    for (number, service) in analysis.world.services.enumerated() {
      let labels = service.selector?.witness
      served.append(labels)
      for pair in labels?.pairs ?? [] { services.add(number, pair, in: service.meta.namespace) }
    }
    for other in analysis.world.others where analysis.facts.labels.mayShowPods(other.meta) {
      let namespace = other.meta.namespace
      resourceNames[namespace, default: []].insert(other.meta.name.value)
      for labels in other.labelMaps + [LabelSet(other.meta.labels.map { ($0.key, $0.value) })] {
        for pair in labels.pairs { mapsByLabel.add(maps.count, pair, in: namespace) }
        maps.append((namespace, labels))
      }
    }
  }

  func isShown(_ selector: Selector, in namespace: String) -> Bool {
    let values = selector.requirements.filter { $0.operator == .in }.flatMap(\.values)
    if let names = resourceNames[namespace], values.contains(where: names.contains) { return true }
    return serviceCandidates(selector, in: namespace).contains { selects($0, selector) }
      || mapCandidates(selector, in: namespace).contains { selector.matches(maps[$0].labels) == .yes }
  }

  /// Whether a Service selects such pods, or only such pods and there is none of them.
  private func selects(_ number: Int, _ selector: Selector) -> Bool {
    guard let labels = served[number], let service = analysis.world.services[number].selector else { return false }
    return selector.matches(labels) == .yes
      || (analysis.services.backends(of: number).isEmpty && selector.implies(service))
  }

  private func serviceCandidates(_ selector: Selector, in namespace: String) -> [Int] {
    candidates(selector, services, in: namespace) ?? analysis.world.serviceNumbers(in: namespace)
  }

  private func mapCandidates(_ selector: Selector, in namespace: String) -> [Int] {
    candidates(selector, mapsByLabel, in: namespace) ?? maps.indices.filter { maps[$0].namespace == namespace }
  }

  /// The objects with one of the labels asked for; `nil` when none is.
  private func candidates(_ selector: Selector, _ index: LabelIndex, in namespace: String) -> [Int]? {
    let wanted = selector.requirements.filter { $0.operator == .in }
    guard !wanted.isEmpty else { return nil }
    return wanted.flatMap { requirement in
      requirement.values.flatMap { index.numbers(requirement.key, $0, in: namespace) }
    }
  }
}

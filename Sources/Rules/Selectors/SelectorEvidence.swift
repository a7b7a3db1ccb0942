internal import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// Tells why a selector matches no workload of a namespace: a slip of the pen, pods that were not read, or neither.
///
/// What was once decided for a selector and a namespace is remembered: many policies use the same selectors.
struct SelectorEvidence {
  enum Verdict {
    /// Something says that such pods exist though they were not read: a Service, a custom resource.
    case exists
    /// A workload's labels are nearly these.
    case nearMiss(NearMiss)
    /// Nothing explains it, and enough of the namespace was read to call that strange.
    case missing
    /// What would have to be known.
    case undecided(String)
  }

  struct NearMiss {
    /// The key of the term that goes amiss.
    let key: String
    /// The label that the workload has in its place; `nil` when it has none with that key.
    let label: Label?
    let workload: Workload
  }

  private struct Question: Hashable {
    let selector: Selector
    let namespace: String
  }

  private let analysis: Analysis
  private var known: [Question: Verdict] = [:]

  init(_ analysis: Analysis) { self.analysis = analysis }

  /// - Parameter selector: one that matches no workload of the namespace.
  mutating func verdict(_ selector: Selector, in namespace: String) -> Verdict {
    let question = Question(selector: selector, namespace: namespace)
    if let verdict = known[question] { return verdict }
    let verdict = decide(selector, in: namespace)
    known[question] = verdict
    return verdict
  }

  private func decide(_ selector: Selector, in namespace: String) -> Verdict {
    if selector.isContradictory || isShownToExist(selector, in: namespace) { return .exists }
    let numbers = analysis.world.workloadNumbers(in: namespace)
    if numbers.isEmpty {
      if let near = nearMiss(selector, among: elsewhere(than: namespace), in: namespace) { return .nearMiss(near) }
      return .undecided("no workload manifests were read")
    }
    if let near = nearMiss(selector, among: numbers, in: namespace)
      ?? nearMiss(selector, among: elsewhere(than: namespace), in: namespace)
    {
      return .nearMiss(near)
    }
    if let marker = sourceOfUnreadPods(in: namespace) { return .undecided(marker) }
    if numbers.count < 3 { return .undecided("only \(numbers.count) workload manifests were read") }
    if !otherSelectorsMatch(than: selector, in: namespace) {
      return .undecided("the workloads that were read match no policy")
    }
    return .missing
  }

  // MARK: Evidence that the pods exist

  private func isShownToExist(_ selector: Selector, in namespace: String) -> Bool {
    for number in analysis.world.serviceNumbers(in: namespace) {
      guard let service = analysis.world.services[number].selector, let labels = service.witness else { continue }
      if selector.matches(labels) == .yes { return true }
      if analysis.services.backends(of: number).isEmpty, selector.implies(service) { return true }
    }
    let values = Set(selector.requirements.filter { $0.operator == .in }.flatMap(\.values))
    return analysis.world.others.contains { other in
      guard other.meta.namespace == namespace else { return false }
      return values.contains(other.meta.name.value)
        || selector.matches(LabelSet(other.meta.labels.map { ($0.key, $0.value) })) == .yes
        || other.labelMaps.contains { selector.matches($0) == .yes }
    }
  }

  /// What may make pods in the namespace that no manifest here shows.
  private func sourceOfUnreadPods(in namespace: String) -> String? {
    if let missing = analysis.missing.first { return missing }
    let labels = analysis.facts.labels
    if let other = analysis.world.others.first(where: { $0.meta.namespace == namespace && labels.mayMakePods($0.meta) })
    {
      return "\(other.meta.kind) \(other.meta.name.value) may make pods that were not read"
    }
    let workload = analysis.world.workloads(in: namespace).first { labels.isMadeByTool($0.meta.labels) }
    return workload.map { "\($0.meta.kind) \($0.meta.name.value) was made by Helm or an operator: there may be more" }
  }

  private func otherSelectorsMatch(than selector: Selector, in namespace: String) -> Bool {
    analysis.world.policyNumbers(in: namespace).contains { number in
      let other = analysis.world.policies[number].podSelector.selector
      return other != selector && other != .everything && !analysis.selection.pods(other, in: namespace).isEmpty
    }
  }

  // MARK: Near misses

  private func elsewhere(than namespace: String) -> [Int] {
    analysis.world.workloads.indices.filter { analysis.world.workloads[$0].meta.namespace != namespace }
  }

  /// The first workload whose labels are nearly what the selector asks for, and which no other policy names.
  private func nearMiss(_ selector: Selector, among numbers: [Int], in namespace: String) -> NearMiss? {
    for number in numbers {
      let workload = analysis.world.workloads[number]
      guard let near = nearMiss(selector, workload, isElsewhere: workload.meta.namespace != namespace),
        !isNamedByOther(number)
      else { continue }
      return near
    }
    return nil
  }

  private func nearMiss(_ selector: Selector, _ workload: Workload, isElsewhere: Bool) -> NearMiss? {
    let failed = selector.requirements.filter { $0.matches(workload.labels) == .no }
    let keys = analysis.facts.labels.identityKeys
    guard failed.count <= 1 else { return nil }
    guard let requirement = failed.first else {
      // All of it matches, in another namespace.
      guard isElsewhere, let key = selector.requirements.first(where: { keys.contains($0.key) })?.key else {
        return nil
      }
      return NearMiss(key: key, label: workload.podLabels.last { $0.key == key }, workload: workload)
    }
    guard requirement.operator == .in, requirement.values.count == 1,
      keys.contains(requirement.key) || selector.requirements.count > 1
    else { return nil }
    let wanted = requirement.values[0]
    let own = workload.podLabels.last { $0.key == requirement.key }
    if let own {
      return isNear(wanted, own.value) ? NearMiss(key: requirement.key, label: own, workload: workload) : nil
    }
    if isElsewhere { return nil }
    if keys.contains(requirement.key),
      let other = workload.podLabels.first(where: { keys.contains($0.key) && $0.value == wanted })
    {
      return NearMiss(key: requirement.key, label: other, workload: workload)
    }
    // The component's own label matches, and only this one is missing.
    let isIdentified = selector.requirements.contains {
      $0.key != requirement.key && $0.operator == .in && keys.contains($0.key)
    }
    return isIdentified ? NearMiss(key: requirement.key, label: nil, workload: workload) : nil
  }

  /// Whether two values may mean the same component: a slip of a letter or two, or a word such as `-service` more.
  private func isNear(_ a: String, _ b: String) -> Bool {
    let (a, b) = (a.lowercased(), b.lowercased())
    if a == b { return true }
    let (short, long) = a.utf8.count < b.utf8.count ? (a, b) : (b, a)
    if long.hasPrefix(short + "-") {
      return analysis.facts.labels.sameComponentSuffixes.contains(String(long.dropFirst(short.count + 1)))
    }
    // `worker-1` and `worker-2` are two components; of very short names every other one is near.
    if a.filter(\.isLetter) == b.filter(\.isLetter) || short.utf8.count < 4 { return false }
    return Suggestion.editDistance(a, b, atMost: short.utf8.count < 7 ? 1 : 2) != nil
  }

  /// Whether a policy of the workload's own namespace selects it by name: then it is not what another one means.
  private func isNamedByOther(_ number: Int) -> Bool {
    PolicyType.allCases.contains { type in
      analysis.selection.policies(isolating: number, type).contains {
        !analysis.world.policies[$0].podSelector.isEmpty
      }
    }
  }
}

internal import Config
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// Which workloads hold or work on ePHI: those that the config says so of (`data: ephi` or `processor`, or the zone
/// label), and where it says nothing, those that are recognised as a data store.
struct EPHIWorkloads {
  private struct Question: Hashable {
    let pods: Selector
    /// `nil` for `own`.
    let namespaces: Selector?
    let own: String
  }

  private let analysis: Analysis
  private let components: [Component]
  private let ids: Set<WorkloadID>
  private var known: [Question: String?] = [:]

  /// Whether the config says which workloads hold ePHI; otherwise it is a guess.
  var isConfigured: Bool { !components.isEmpty || analysis.configuration.hipaa.zoneLabel != nil }

  init(_ analysis: Analysis) {
    self.analysis = analysis
    let components = analysis.configuration.components.filter { $0.hasPods && $0.data?.holdsEPHI ?? false }
    let zoneLabel = analysis.configuration.hipaa.zoneLabel
    self.components = components
    ids = Set(
      analysis.world.workloadIDs.filter { id in
        let workload = analysis.world[id]
        if components.isEmpty, zoneLabel == nil {
          // A task with the image of a store is a client of it: a backup, a migration.
          return !workload.isTask && analysis.component(workload)?.isDataStore ?? false
        }
        return components.contains {
          $0.namespace == workload.meta.namespace && workload.labels.includes($0.labels)
        } || EPHIWorkloads.isZone(workload.labels, analysis)
      })
  }

  /// What to call the ePHI workload that a policy applies to or names as a peer; `nil` when there is none.
  mutating func touched(by policy: NetworkPolicy) -> String? {
    let own = policy.meta.namespace
    if let name = name(Question(pods: policy.podSelector.selector, namespaces: nil, own: own)) { return name }
    for type in PolicyType.allCases {
      for peer in policy.effectiveRules(type).flatMap(\.peers.items) {
        guard let pods = peer.podSelector?.selector, pods != .everything else { continue }
        let namespaces = peer.namespaceSelector?.selector
        let question = Question(pods: pods, namespaces: namespaces, own: namespaces == nil ? own : "")
        if let name = name(question) { return name }
      }
    }
    return nil
  }

  /// The answer for each pair of selectors is remembered: many policies name the same peers.
  private mutating func name(_ question: Question) -> String? {
    if let answer = known[question] { return answer }
    let namespaces = question.namespaces.map { analysis.selection.namespaces($0) } ?? [question.own]
    var answer: String?
    for namespace in namespaces where answer == nil { answer = name(question.pods, in: namespace) }
    known[question] = .some(answer)
    return answer
  }

  /// The ePHI workload that a selector matches; where no workload was read that it matches, the one that it speaks of.
  private func name(_ selector: Selector, in namespace: String) -> String? {
    let matches = analysis.selection.pods(selector, in: namespace)
    if !ids.isEmpty, let id = matches.inAnyOrder.filter(ids.contains).min() {
      return analysis.world[id].meta.name.value
    }
    guard matches.hasNoCertain, let witness = selector.witness else { return nil }
    guard isConfigured else {
      return analysis.component(witness).flatMap { $0.isDataStore ? $0.title : nil }
    }
    if let component = components.first(where: { $0.namespace == namespace && selector.matches($0.labels) == .yes }) {
      return component.name
    }
    return EPHIWorkloads.isZone(witness, analysis) ? "the ePHI zone" : nil
  }

  private static func isZone(_ labels: LabelSet, _ analysis: Analysis) -> Bool {
    analysis.view.zone(of: labels)?.holdsEPHI ?? false
  }
}

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
  /// Those in namespaces that are known: selectors of namespaces match no others.
  private let inKnownNamespaces: [Component]
  private let inNamespace: [String: [Component]]
  private let withLabel: [LabelSet.Pair: [Component]]
  private let ids: Set<WorkloadID>
  private var known: [Question: String?] = [:]

  /// Whether the config says which workloads hold ePHI; otherwise it is a guess.
  var isConfigured: Bool { !components.isEmpty || analysis.configuration.hipaa.zoneLabel != nil }

  init(_ analysis: Analysis) {
    self.analysis = analysis
    let components = analysis.configuration.components.filter { $0.hasPods && $0.data?.holdsEPHI ?? false }
    self.components = components
    inNamespace = Dictionary(grouping: components, by: \.namespace)
    let namespaces = Set(analysis.world.namespaces)
    inKnownNamespaces = components.filter { namespaces.contains($0.namespace) }
    var withLabel: [LabelSet.Pair: [Component]] = [:]
    for component in inKnownNamespaces {
      for pair in component.labels.pairs { withLabel[pair, default: []].append(component) }
    }
    self.withLabel = withLabel
    ids = EPHIWorkloads.ids(components, analysis)
  }

  private static func ids(_ components: [Component], _ analysis: Analysis) -> Set<WorkloadID> {
    let workloads = analysis.world.identifiedWorkloads
    if components.isEmpty, analysis.configuration.hipaa.zoneLabel == nil {
      // A task with the image of a store is a client of it: a backup, a migration.
      return Set(workloads.filter { !$1.isTask && analysis.component($1)?.isDataStore ?? false }.map { $0.0 })
    }
    var ids = Set(workloads.filter { isZone($1.labels, analysis) }.map { $0.0 })
    for component in components {
      let labels = component.labels.pairs.map { SelectorRequirement(key: $0.key, .in, [$0.value]) }
      ids.formUnion(analysis.selection.pods(Selector(labels), in: component.namespace).certain)
    }
    return ids
  }

  /// What to call the ePHI workload that a policy applies to or names as a peer; `nil` when there is none.
  mutating func touched(by policy: NetworkPolicy) -> String? {
    let own = policy.meta.namespace
    let subject = Question(pods: policy.podSelector.selector, namespaces: nil, own: own)
    if let name = name(subject, { $0.pods(of: policy) }) { return name }
    for type in PolicyType.allCases {
      for peer in policy.effectiveRules(type).flatMap(\.peers.items) {
        guard let pods = peer.podSelector?.selector, pods != .everything else { continue }
        let namespaces = peer.namespaceSelector?.selector
        let question = Question(pods: pods, namespaces: namespaces, own: namespaces == nil ? own : "")
        if let name = name(question, { $0.pods(of: peer, in: policy) }) { return name }
      }
    }
    return nil
  }

  /// The answer for each pair of selectors is remembered: many policies name the same peers.
  private mutating func name(_ question: Question, _ matches: (Selection) -> Matches) -> String? {
    if let answer = known[question] { return answer }
    let answer = name(question, matches(analysis.selection))
    known[question] = .some(answer)
    return answer
  }

  /// The ePHI workload that a selector matches; where no workload was read that it matches, the one that it speaks of.
  private func name(_ question: Question, _ matches: Matches) -> String? {
    if !ids.isEmpty, let id = analysis.selection.certain(matches, among: ids).min() {
      return analysis.world[id].meta.name.value
    }
    if let component = component(question) { return component.name }
    guard matches.hasNoCertain, let witness = question.pods.witness else { return nil }
    if let namespaces = question.namespaces, !analysis.selection.selectsNamespace(namespaces) { return nil }
    if isConfigured { return EPHIWorkloads.isZone(witness, analysis) ? "the ePHI zone" : nil }
    return analysis.component(witness).flatMap { $0.isDataStore ? $0.title : nil }
  }

  /// The component of which no workload was read and that a selector speaks of; labels that it asks for leave few of them.
  private func component(_ question: Question) -> Component? {
    let pods = question.pods
    if components.isEmpty || pods.witness == nil { return nil }
    var candidates = inKnownNamespaces
    if question.namespaces == nil {
      candidates = inNamespace[question.own] ?? []
    } else if let asked = pods.requirements.first(where: { $0.operator == .in }) {
      candidates = asked.values.flatMap { withLabel[LabelSet.Pair(key: asked.key, value: $0)] ?? [] }
    }
    return candidates.first { component in
      let labels = analysis.world.labels(ofNamespace: component.namespace)
      return pods.matches(component.labels) == .yes && question.namespaces?.matches(labels) ?? .yes == .yes
        && analysis.selection.pods(pods, in: component.namespace).hasNoCertain
    }
  }

  private static func isZone(_ labels: LabelSet, _ analysis: Analysis) -> Bool {
    analysis.view.zone(of: labels)?.holdsEPHI ?? false
  }
}

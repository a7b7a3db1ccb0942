internal import Config
internal import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

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
    let isPeer: Bool
  }

  /// What is known of a namespace as a whole.
  private struct Surroundings {
    /// What may make pods in it that no manifest shows.
    let unread: String?
    /// The selectors of its policies, but for those that select all pods: those that match a workload, and the others.
    let matching: Set<Selector>
    let others: Set<Selector>
    /// How many different selectors of its policies and of their peers in it there are, and how many match nothing,
    /// without anything that explains it.
    let asked: Int
    let lost: Int
  }

  private final class Held<Value> {
    var value: Value

    init(_ value: Value) { self.value = value }
  }

  private let analysis: Analysis
  private var known: [Question: Verdict] = [:]
  private var surroundings: [String: Surroundings] = [:]
  private lazy var shown = ShownPods(analysis)
  /// Held by reference: what is lazy in a struct is copied whenever it changes.
  private lazy var nearMisses = Held(NearMisses(analysis))
  private lazy var called = Held(CalledNames(analysis))
  private lazy var others = PodsOfOtherUnits(analysis)

  init(_ analysis: Analysis) { self.analysis = analysis }

  /// - Parameters:
  ///   - selector: one that matches no workload of the namespace.
  ///   - isPeer: whether a rule names its peer so: a workload that has a policy may be meant all the same.
  mutating func verdict(_ selector: Selector, in namespace: String, isPeer: Bool = false) -> Verdict {
    let question = Question(selector: selector, namespace: namespace, isPeer: isPeer)
    if let verdict = known[question] { return verdict }
    let verdict = decide(selector, in: namespace, isPeer: isPeer)
    known[question] = verdict
    return verdict
  }

  /// - Parameter selector: one that matches no workload of the namespace. Labels that a kustomization adds to it make no
  ///   workload near: they are on all of its pods.
  mutating func verdict(of selector: LabelSelector, in namespace: String, isPeer: Bool = false) -> Verdict {
    let written = selector.written
    let isTold =
      !selector.addedLabels.isEmpty && !written.requirements.isEmpty
      && analysis.selection.pods(written, in: namespace).isEmpty
    return verdict(isTold ? written : selector.selector, in: namespace, isPeer: isPeer)
  }

  /// Whether pods of another unit of the run have such labels in a namespace: of an alternative, or of one that nobody
  /// applies yet.
  mutating func isInAnotherUnit(_ selector: Selector, _ namespace: String) -> Bool { others.has(selector, namespace) }

  /// A workload that nothing else selects, by whose name the policy is called.
  mutating func namesake(of policy: NetworkPolicy) -> NearMiss? { nearMisses.value.namesake(of: policy) }

  private mutating func decide(_ selector: Selector, in namespace: String, isPeer: Bool) -> Verdict {
    if selector.isContradictory || shown.isShown(selector, in: namespace) || isOfRuntimePods(selector) {
      return .exists
    }
    switch nearMisses.value.find(selector, in: namespace, isPeer: isPeer) {
    case .near(let near) where isLoose(near.workload.meta, outside: namespace):
      let workload = "\(near.workload.meta.kind) \(near.workload.meta.name.value)"
      return .undecided("\(workload), which has such labels, names no namespace: it may be meant")
    case .near(let near): return .nearMiss(near)
    case .tooMany: return .undecided("more workloads are near \(selector) than are compared with it")
    case .none: break
    }
    if shown.isNamed(selector, in: namespace) { return .exists }
    let count = analysis.world.workloadIDs(in: namespace).count
    if count == 0 { return .undecided("no workload manifests were read") }
    let surroundings = surroundings(of: namespace)
    if let unread = surroundings.unread { return .undecided(unread) }
    if count < 3 { return .undecided("only \(count) workload manifests were read") }
    // Where most of the policies match nothing, it is the workloads that are missing.
    let others = surroundings.others.count - (surroundings.others.contains(selector) ? 1 : 0)
    if surroundings.matching.isEmpty || surroundings.matching.count < others {
      return .undecided("the workloads that were read match few of the policies")
    }
    // Where several components are missing at once, others than slips of the pen are likely: a store from a chart, say.
    if surroundings.lost > 1, surroundings.lost * 3 > surroundings.asked {
      return .undecided(
        "\(surroundings.lost) of the \(surroundings.asked) selectors match none of the workloads that were read")
    }
    if let call = called.value.call(of: selector, in: namespace) { return .undecided(call) }
    return .missing
  }

  /// Whether a selector is for pods that a controller starts when it has something to do.
  private func isOfRuntimePods(_ selector: Selector) -> Bool {
    let keys = analysis.facts.labels.runtimePodKeys
    return selector.requirements.contains { keys.contains($0.key) && $0.operator != .doesNotExist }
  }

  /// Whether an object that is taken for one of another namespace may be in this one: whoever applies it decides.
  private func isLoose(_ meta: ObjectMeta, outside namespace: String) -> Bool {
    meta.namespace != namespace && !meta.isPlaced && !analysis.configuration.isNamespaceGiven
  }

  private lazy var makers = PodMakers(analysis)

  private mutating func surroundings(of namespace: String) -> Surroundings {
    if let known = surroundings[namespace] { return known }
    let selectors = Set(analysis.world.policies(in: namespace).map(\.podSelector.selector)).subtracting([.everything])
    let matching = selectors.filter { !analysis.selection.pods($0, in: namespace).isEmpty }
    let peers = peerSelectors(in: namespace).subtracting(selectors)
    let others = selectors.subtracting(matching)
    let unmatched = peers.filter { analysis.selection.pods($0, in: namespace).isEmpty }.union(others)
    let result = Surroundings(
      unread: sourceOfUnreadPods(in: namespace), matching: matching, others: others,
      asked: selectors.count + peers.count, lost: unmatched.count { isUnexplained($0, in: namespace) })
    surroundings[namespace] = result
    return result
  }

  /// Whether nothing shows that such pods exist, nor which ones are meant.
  private mutating func isUnexplained(_ selector: Selector, in namespace: String) -> Bool {
    if shown.isShown(selector, in: namespace) || shown.isNamed(selector, in: namespace) { return false }
    if case .near = nearMisses.value.find(selector, in: namespace, isPeer: false) { return false }
    return true
  }

  /// The selectors of pods of a namespace that its policies have as peers.
  private func peerSelectors(in namespace: String) -> Set<Selector> {
    var result: Set<Selector> = []
    for policy in analysis.world.policies(in: namespace) {
      for peer in PolicyType.allCases.lazy.flatMap({ policy.effectiveRules($0) }).flatMap(\.peers.items) {
        guard peer.ipBlock == nil, peer.namespaceSelector == nil, let selector = peer.podSelector, !selector.isEmpty
        else { continue }
        result.insert(selector.selector)
      }
    }
    return result
  }

  /// What may make pods in the namespace that no manifest here shows: a part of the build that was not read, a chart
  /// that was not rendered, an operator.
  private mutating func sourceOfUnreadPods(in namespace: String) -> String? {
    if let unread = analysis.world.addition(in: namespace) { return unread.reason }
    if let unread = analysis.world.additions.first(where: { $0.namespace == nil }) { return unread.reason }
    let labels = analysis.facts.labels
    if let maker = makers.first(for: namespace).map({ analysis.world.others[$0] }) {
      return "\(maker.meta.kind) \(maker.meta.name.value) may make pods that were not read"
    }
    if let workload = analysis.world.workloads(in: namespace).first(where: {
      labels.kindsThatMakePods.contains($0.meta.kind)
    }) {
      return "\(workload.meta.kind) \(workload.meta.name.value) may start pods that were not read"
    }
    let workload = analysis.world.workloads(in: namespace).first {
      $0.isOwnedByUnreadObject || labels.isMadeByTool($0.meta.labels)
    }
    return workload.map { "\($0.meta.kind) \($0.meta.name.value) was made by Helm or an operator: there may be more" }
  }
}

/// The pods of all units of the run, by their labels.
private struct PodsOfOtherUnits {
  private var index = LabelIndex<Int>()
  private let workloads: [Workload]

  init(_ analysis: Analysis) {
    let shown = analysis.context.shownWorkloads
    // With no other units there is nothing that the world does not hold.
    workloads = shown.count > analysis.world.workloads.count ? shown : []
    for (number, workload) in workloads.enumerated() {
      for pair in workload.labels.pairs { index.add(number, pair, in: workload.meta.namespace) }
    }
  }

  func has(_ selector: Selector, _ namespace: String) -> Bool {
    let asked = selector.requirements.first { $0.operator == .in && $0.values.count == 1 }
    guard !workloads.isEmpty, let asked else { return false }
    return index.ids(asked.key, asked.values[0], in: namespace).contains {
      selector.matches(workloads[$0].labels) == .yes
    }
  }
}

/// The custom resources that may make pods.
private struct PodMakers {
  /// The first one in each namespace that may make pods there: its place among the world's other objects. What releases
  /// deploy is a part of the world that was not read.
  private var ofNamespace: [String: Int] = [:]

  init(_ analysis: Analysis) {
    let labels = analysis.facts.labels
    for (number, other) in analysis.world.others.enumerated() {
      if ofNamespace[other.meta.namespace] == nil, labels.mayMakePods(other.meta), !labels.isDeployer(other.meta) {
        ofNamespace[other.meta.namespace] = number
      }
    }
  }

  /// The first one that may make pods in a namespace.
  func first(for namespace: String) -> Int? { ofNamespace[namespace] }
}

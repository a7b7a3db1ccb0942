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
  }

  /// What is known of a namespace as a whole.
  private struct Surroundings {
    /// What may make pods in it that no manifest shows.
    let unread: String?
    /// The selectors of its policies, but for those that select all pods: those that match a workload, and the others.
    let matching: Set<Selector>
    let others: Set<Selector>
  }

  private let analysis: Analysis
  private var known: [Question: Verdict] = [:]
  private var surroundings: [String: Surroundings] = [:]
  private lazy var shown = ShownPods(analysis)
  private lazy var nearMisses = NearMisses(analysis)

  init(_ analysis: Analysis) { self.analysis = analysis }

  /// - Parameter selector: one that matches no workload of the namespace.
  mutating func verdict(_ selector: Selector, in namespace: String) -> Verdict {
    let question = Question(selector: selector, namespace: namespace)
    if let verdict = known[question] { return verdict }
    let verdict = decide(selector, in: namespace)
    known[question] = verdict
    return verdict
  }

  private mutating func decide(_ selector: Selector, in namespace: String) -> Verdict {
    if selector.isContradictory || shown.isShown(selector, in: namespace) { return .exists }
    if let near = nearMisses.find(selector, in: namespace) { return .nearMiss(near) }
    let count = analysis.world.workloadIDs(in: namespace).count
    if count == 0 { return .undecided("no workload manifests were read") }
    let surroundings = surroundings(of: namespace)
    if let unread = surroundings.unread { return .undecided(unread) }
    if count < 3 { return .undecided("only \(count) workload manifests were read") }
    // Where most of the policies match nothing, it is the workloads that are missing.
    let others = surroundings.others.subtracting([selector]).count
    if surroundings.matching.isEmpty || surroundings.matching.count < others {
      return .undecided("the workloads that were read match few of the policies")
    }
    return .missing
  }

  private mutating func surroundings(of namespace: String) -> Surroundings {
    if let known = surroundings[namespace] { return known }
    let selectors = Set(analysis.world.policies(in: namespace).map(\.podSelector.selector)).subtracting([.everything])
    let matching = selectors.filter { !analysis.selection.pods($0, in: namespace).isEmpty }
    let result = Surroundings(
      unread: sourceOfUnreadPods(in: namespace), matching: matching, others: selectors.subtracting(matching))
    surroundings[namespace] = result
    return result
  }

  /// What may make pods in the namespace that no manifest here shows: a part of the build that was not read, a chart
  /// that was not rendered, an operator.
  private func sourceOfUnreadPods(in namespace: String) -> String? {
    if let unread = analysis.world.addition(in: namespace) { return unread.reason }
    if let unread = analysis.world.additions.first(where: { $0.namespace == nil }) { return unread.reason }
    let labels = analysis.facts.labels
    let maker = analysis.world.others.first { other in
      labels.isDeployer(other.meta) || (other.meta.namespace == namespace && labels.mayMakePods(other.meta))
    }
    if let maker { return "\(maker.meta.kind) \(maker.meta.name.value) may make pods that were not read" }
    let workload = analysis.world.workloads(in: namespace).first {
      $0.isOwnedByUnreadObject || labels.isMadeByTool($0.meta.labels)
    }
    return workload.map { "\($0.meta.kind) \($0.meta.name.value) was made by Helm or an operator: there may be more" }
  }
}

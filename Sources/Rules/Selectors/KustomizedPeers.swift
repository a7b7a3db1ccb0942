internal import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// Finds the peers that a kustomization's labels cut off from their pods.
///
/// What was once decided for a peer's two selectors is remembered: many rules name the same peer.
struct KustomizedPeers {
  private struct Question: Hashable {
    let written: Selector
    let built: Selector
    let namespaces: Selector
  }

  enum Verdict {
    /// The pods are none of this kustomization's, and do not get its labels.
    case dead
    case alive
    /// Something of the kustomization was not read.
    case undecided(String)
  }

  private let analysis: Analysis
  private var known: [Question: Verdict] = [:]

  init(_ analysis: Analysis) { self.analysis = analysis }

  /// A peer in the policy's own namespace is taken to be meant for the kustomization's own pods.
  mutating func verdict(_ peer: Peer) -> Verdict {
    guard let pods = peer.podSelector, !pods.addedLabels.isEmpty, let namespaces = peer.namespaceSelector?.selector
    else { return .alive }
    let question = Question(written: pods.written, built: pods.selector, namespaces: namespaces)
    if let verdict = known[question] { return verdict }
    let verdict = decide(question)
    known[question] = verdict
    return verdict
  }

  private func decide(_ question: Question) -> Verdict {
    if question.written == question.built || question.written.isContradictory { return .alive }
    // The pods of this kustomization and of the others, with the labels that those give them.
    for workload in analysis.context.builds.lazy.flatMap(\.workloads)
    where question.built.matches(workload.labels) != .no
      && question.namespaces.matches(analysis.world.labels(ofNamespace: workload.meta.namespace)) != .no
    {
      return .alive
    }
    let isPlatform = question.written.requirements.contains { requirement in
      requirement.values.contains {
        analysis.facts.labels.isDNSPodName($0)
          || analysis.facts.labels.isIngressController([(requirement.key, $0)])
      }
    }
    if !isPlatform, let missing = analysis.context.missing.first { return .undecided(missing) }
    return .dead
  }
}

extension LabelSelector {
  /// What the selector asks as it is written, without what kustomizations add.
  var written: Selector {
    Selector(terms.compactMap { term in term.operator.map { SelectorRequirement(key: term.key, $0, term.values) } })
  }
}

extension Build {
  fileprivate var workloads: [Workload] {
    manifests.compactMap { if case .workload(let workload) = $0 { workload } else { nil } }
  }
}

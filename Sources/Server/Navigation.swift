internal import Diagnostics
internal import Engine
internal import Model
internal import Traffic

/// From selectors to the workloads that they mean, and back.
struct Navigation {
  let project: Project

  /// The places of the workloads that a selector means, each once.
  func definitions(at place: SourceSpan) -> [SourceSpan] {
    var spans: [SourceSpan] = []
    for found in PolicyPlace.all(at: place, in: project) {
      let (view, policy) = (found.view, found.policy)
      let ids: [WorkloadID] =
        switch found.part {
        case .subject, .policy: view.selection.pods(of: policy).certain
        case .peer(_, let peer): view.selection.pods(of: peer, in: policy).certain
        case .rule(let rule): rule.peers.items.flatMap { view.selection.pods(of: $0, in: policy).certain }
        case .port: []
        }
      spans += ids.map { view.world[$0].meta.name.span }
    }
    return unique(spans)
  }

  /// The selectors of policies that mean the workload at a place, each once.
  func references(at place: SourceSpan) -> [SourceSpan] {
    var spans: [SourceSpan] = []
    for view in project.worlds {
      let ids = Set(view.world.identifiedWorkloads.filter { $1.meta.span.covers(place) }.map(\.0))
      if ids.isEmpty { continue }
      for policy in view.world.policies {
        if !view.selection.certain(view.selection.pods(of: policy), among: ids).isEmpty {
          spans.append(policy.podSelector.keySpan)
        }
        for peer in PolicyType.allCases.flatMap({ policy.effectiveRules($0) }).flatMap(\.peers.items)
        where !view.selection.certain(view.selection.pods(of: peer, in: policy), among: ids).isEmpty {
          spans.append(peer.firstKeySpan)
        }
      }
    }
    return unique(spans)
  }

  private func unique(_ spans: [SourceSpan]) -> [SourceSpan] { Set(spans).sorted() }
}

/// `isolates 3 workloads, lets 2 in`: a line above each policy of a file.
struct PolicyLenses {
  let project: Project

  func lenses(of file: FileID) -> [(span: SourceSpan, title: String)] {
    var titles: [SourceSpan: String] = [:]
    for view in project.worlds {
      for policy in view.world.policies where policy.meta.span.file == file {
        let title = title(policy, view)
        let name = policy.meta.name.span
        guard let other = titles[name], other != title else {
          titles[name] = title
          continue
        }
        titles[name] = "not the same in every world"
      }
    }
    return titles.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private func title(_ policy: NetworkPolicy, _ view: WorldView) -> String {
    let count = view.selection.pods(of: policy).certain.count
    let types = PolicyType.allCases.filter(policy.isolates).map(\.field).joined(separator: " and ")
    var parts = [
      types.isEmpty
        ? "isolates nothing" : "isolates \(count) workload\(count == 1 ? "" : "s") for \(types)"
    ]
    for type in PolicyType.allCases where policy.isolates(type) { parts.append(ends(type, policy, view)) }
    return parts.joined(separator: ", ")
  }

  private func ends(_ type: PolicyType, _ policy: NetworkPolicy, _ view: WorldView) -> String {
    let rules = policy.effectiveRules(type)
    let verb = type == .ingress ? "in" : "out"
    if rules.isEmpty { return "lets nothing \(verb)" }
    if rules.contains(where: { $0.allowsAllPeers }) { return "lets everything \(verb)" + onSomePorts(rules) }
    let peers = rules.flatMap(\.peers.items)
    let pods = Set(peers.flatMap { view.selection.pods(of: $0, in: policy).certain }).count
    let blocks = peers.count { $0.ipBlock != nil }
    let words = [
      pods > 0 || blocks == 0 ? "\(pods) workload\(pods == 1 ? "" : "s")" : nil,
      blocks > 0 ? "\(blocks) range\(blocks == 1 ? "" : "s")" : nil,
    ].compactMap(\.self).joined(separator: " and ")
    return type == .ingress ? "lets \(words) in" : "lets out to \(words)"
  }

  private func onSomePorts(_ rules: [PolicyRule]) -> String {
    rules.contains { $0.allowsAllPeers && $0.allowsAllPorts } ? "" : " on some ports"
  }
}

internal import Diagnostics
internal import Engine
internal import Model
internal import Traffic
internal import Writing

/// Says in words which pods selectors mean.
struct PodsInWords {
  let view: WorldView
  private static let most = 5

  /// `Deployment api, StatefulSet db and 3 more`; `nil` for none.
  func names(_ workloads: [WorkloadID], namespaced: Bool) -> String? {
    if workloads.isEmpty { return nil }
    let names = workloads.prefix(Self.most).map { id in
      let meta = view.world[id].meta
      let name = namespaced ? "\(meta.namespace)/\(meta.name.value)" : meta.name.value
      return "\(Markdown.escaped(meta.kind)) `\(Markdown.escaped(name))`"
    }
    let more = workloads.count - names.count
    return names.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
  }

  func subject(of policy: NetworkPolicy) -> String {
    let matches = view.selection.pods(of: policy)
    let place = "namespace `\(Markdown.escaped(policy.meta.namespace))`"
    let certain = matches.certain
    if let names = names(certain, namespaced: false) {
      let all = policy.podSelector.isEmpty ? "all pods of \(place): " : ""
      return "selects \(all)\(names)" + maybe(matches)
    }
    if let names = names(matches.possible, namespaced: false) { return "may select \(names)" }
    return "selects no workload of \(place) that was read"
      + near(policy.podSelector.selector, in: [policy.meta.namespace])
  }

  func peer(_ peer: Peer, of rule: PolicyRule, in policy: NetworkPolicy) -> String {
    if let block = peer.ipBlock {
      return "addresses `\(Markdown.escaped(block.cidr?.text ?? ""))`"
        + (block.except.isEmpty ? "" : " but \(block.except.count) ranges")
    }
    let namespaces: String
    var names = [policy.meta.namespace]
    if let selector = peer.namespaceSelector {
      names = view.selection.namespaces(selector.selector)
      let shown = names.prefix(Self.most).map { "`\(Markdown.escaped($0))`" }.joined(separator: ", ")
      let more = names.count > Self.most ? " and \(names.count - Self.most) more" : ""
      namespaces = selector.isEmpty ? "every namespace" : names.isEmpty ? "no namespace that was read" : shown + more
    } else {
      namespaces = "its own namespace `\(Markdown.escaped(policy.meta.namespace))`"
    }
    let matches = view.selection.pods(of: peer, in: policy)
    let verb = rule.type == .ingress ? "lets in" : "lets out to"
    if let pods = self.names(matches.certain, namespaced: true) {
      return "\(verb) pods of \(namespaces): \(pods)" + maybe(matches)
    }
    let hint = peer.podSelector.map { near($0.selector, in: names) } ?? ""
    let none = names.isEmpty ? "" : ": none that was read"
    return "\(verb) pods of \(namespaces)\(none)" + hint
  }

  private func maybe(_ matches: Matches) -> String {
    matches.hasNoPossible ? "" : "; it may also mean \(names(matches.possible, namespaced: true) ?? "others")"
  }

  /// Workloads that have some of the labels and lack others.
  private func near(_ selector: Selector, in namespaces: [String]) -> String {
    let wanted = selector.requirements.filter { $0.operator == .in }
    let all = Set(namespaces)
    var found: [(missing: Int, id: WorkloadID)] = []
    for (id, workload) in view.world.identifiedWorkloads where all.contains(workload.meta.namespace) {
      let missing = wanted.count { $0.matches(workload.labels) != .yes }
      let isAlike = wanted.contains { term in term.values.contains { isNear($0, workload.labels.value(term.key)) } }
      if missing < wanted.count || isAlike { found.append((missing, id)) }
    }
    guard
      let names = names(
        found.sorted { ($0.missing, $0.id) < ($1.missing, $1.id) }.prefix(3).map(\.id), namespaced: true)
    else { return "" }
    return "; near: \(names)"
  }

  private func isNear(_ wanted: String, _ value: String?) -> Bool {
    value.map { Suggestion.nearest(to: wanted, among: [$0]) != nil } ?? false
  }
}

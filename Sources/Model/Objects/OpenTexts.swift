package import Diagnostics

/// Why nobody knows all of a policy that is applied: a variable that nothing gives stands in its selector or its rules.
/// All the rest of it is known.
package struct OpenTexts: Hashable, Sendable {
  /// For messages: no full stop.
  package let reason: String
  /// The first such text.
  package let span: SourceSpan
  /// Whether the pod selector holds one: it then stands for pods that the policy may select.
  package fileprivate(set) var isSelectorOpen = false
  fileprivate var ingress: [Int: OpenRule] = [:]
  fileprivate var egress: [Int: OpenRule] = [:]

  fileprivate subscript(type: PolicyType, rule: Int) -> OpenRule? {
    get { type == .ingress ? ingress[rule] : egress[rule] }
    set { if type == .ingress { ingress[rule] = newValue } else { egress[rule] = newValue } }
  }
}

/// What nobody knows of a rule.
package struct OpenRule: Hashable, Sendable {
  /// Whether nothing of it is known.
  package fileprivate(set) var isWhole = false
  /// The numbers of those items of `from` or `to` of which something is open: their selectors stand for what they may match.
  package fileprivate(set) var peers: Set<Int> = []
  /// The numbers of those items of `ports` of which something is open.
  package fileprivate(set) var ports: Set<Int> = []
}

extension NetworkPolicy {
  /// What nobody knows of one of its rules; `nil` where all of it is known.
  package func openRule(_ rule: PolicyRule) -> OpenRule? { open?[rule.type, rule.index] }

  /// The policy with some texts left open. O(paths + policy).
  ///
  /// - Parameter paths: the way to each of them, keys and numbers of items. `nil` is returned where one leads to anything
  ///   else than the name, a label, a term of a selector or a rule: then nothing can be said of the policy.
  package func leavingOpen(_ paths: [[String]], _ reason: String, at span: SourceSpan) -> NetworkPolicy? {
    var open = OpenTexts(reason: reason, span: span)
    var terms: [ArraySlice<String>] = []
    var places: [PolicyType: [ArraySlice<String>]] = [:]
    for path in paths {
      // A policy applies whatever it is called, and whatever its own labels are.
      if path == ["metadata", "name"] || path.starts(with: ["metadata", "labels"]) { continue }
      guard path.first == "spec", path.count > 2 else { return nil }
      if path[1] == "podSelector" {
        terms.append(path[2...])
      } else if let type = PolicyType.allCases.first(where: { $0.field == path[1] }) {
        places[type, default: []].append(path[2...])
      } else {
        return nil
      }
    }
    var podSelector = self.podSelector
    if !terms.isEmpty {
      guard let left = podSelector.leavingOpen(terms) else { return nil }
      podSelector = left
      open.isSelectorOpen = true
    }
    var fields = [PolicyType.ingress: ingress, .egress: egress]
    for (type, paths) in places {
      guard case .list(var rules, let span) = rules(type), let byRule = PathGroups(paths, upTo: rules.count) else {
        return nil
      }
      for (number, paths) in byRule.groups { (rules[number], open[type, number]) = rules[number].leavingOpen(paths) }
      fields[type] = .list(rules, span)
    }
    return with(
      podSelector: podSelector, ingress: fields[.ingress] ?? ingress, egress: fields[.egress] ?? egress, open: open)
  }
}

/// Paths by the item of a list that they lead to, without its number.
private struct PathGroups {
  private(set) var groups: [Int: [ArraySlice<String>]] = [:]

  /// `nil` where one leads to no item.
  init?(_ paths: [ArraySlice<String>], upTo count: Int) {
    for path in paths {
      guard let number = path.first.flatMap({ Int($0) }), number < count else { return nil }
      groups[number, default: []].append(path.dropFirst())
    }
  }
}

extension PolicyRule {
  fileprivate func leavingOpen(_ paths: [ArraySlice<String>]) -> (PolicyRule, OpenRule) {
    var open = OpenRule()
    var peerPaths: [ArraySlice<String>] = []
    for path in paths {
      if path.first == type.peersField {
        peerPaths.append(path.dropFirst())
      } else if path.first == "ports", let number = path.dropFirst().first.flatMap({ Int($0) }) {
        open.ports.insert(number)
      } else {
        open.isWhole = true
      }
    }
    if peerPaths.isEmpty { return (with(peers: peers, isSound: false), open) }
    guard case .list(var items, let span) = peers, let byPeer = PathGroups(peerPaths, upTo: items.count) else {
      open.isWhole = true
      return (with(peers: peers, isSound: false), open)
    }
    open.peers = Set(byPeer.groups.keys)
    for (number, paths) in byPeer.groups {
      if let left = items[number].leavingOpen(paths) { items[number] = left } else { open.isWhole = true }
    }
    return (with(peers: .list(items, span), isSound: false), open)
  }
}

extension Peer {
  /// `nil` where the peer says nothing any more.
  fileprivate func leavingOpen(_ paths: [ArraySlice<String>]) -> Peer? {
    var (pods, namespaces) = (podSelector, namespaceSelector)
    for (field, paths) in Dictionary(grouping: paths, by: { $0.first ?? "" }) {
      let terms = paths.map { $0.dropFirst() }
      switch field {
      case "podSelector":
        guard let left = pods?.leavingOpen(terms) else { return nil }
        pods = left
      case "namespaceSelector":
        guard let left = namespaces?.leavingOpen(terms) else { return nil }
        namespaces = left
      case "ipBlock": guard ipBlock != nil, terms.allSatisfy({ !$0.isEmpty }) else { return nil }
      default: return nil
      }
    }
    return with(podSelector: pods, namespaceSelector: namespaces)
  }
}

extension LabelSelector {
  /// The selector without the terms of which something is not known; `nil` where the paths lead to anything else.
  fileprivate func leavingOpen(_ paths: [ArraySlice<String>]) -> LabelSelector? {
    var keys: Set<String> = []
    var numbers: Set<Int> = []
    for path in paths {
      guard let last = path.dropFirst().first else { return nil }
      if path.first == "matchLabels" {
        keys.insert(last)
      } else if path.first == "matchExpressions", let number = Int(last) {
        numbers.insert(number)
      } else {
        return nil
      }
    }
    keys.formUnion(matchExpressions.lazy.filter { numbers.contains($0.index) }.map(\.key.value))
    return LabelSelector(
      keySpan: keySpan, span: span, matchLabels: matchLabels.filter { !keys.contains($0.key) },
      matchExpressions: matchExpressions.filter { !keys.contains($0.key.value) },
      selector: Selector(selector.requirements.filter { !keys.contains($0.key) }),
      addedLabels: addedLabels.filter { !keys.contains($0.key) })
  }
}

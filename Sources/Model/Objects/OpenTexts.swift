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

  /// The policy with some texts left open.
  ///
  /// - Parameter paths: the way to each of them, keys and numbers of items. `nil` is returned where one leads to anything
  ///   else than the name, a label, a term of a selector or a rule: then nothing can be said of the policy.
  package func leavingOpen(_ paths: [[String]], _ reason: String, at span: SourceSpan) -> NetworkPolicy? {
    var policy = self
    var open = OpenTexts(reason: reason, span: span)
    for path in paths {
      // A policy applies whatever it is called, and whatever its own labels are.
      if path == ["metadata", "name"] || path.starts(with: ["metadata", "labels"]) { continue }
      guard path.first == "spec", path.count > 2 else { return nil }
      if path[1] == "podSelector" {
        guard policy.podSelector.leaveOpen(path[2...]) else { return nil }
        open.isSelectorOpen = true
        continue
      }
      guard let type = PolicyType.allCases.first(where: { $0.field == path[1] }), let number = Int(path[2]),
        let rule = policy.leaveOpen(type, number, path[3...], open[type, number] ?? OpenRule())
      else { return nil }
      open[type, number] = rule
    }
    policy.setOpen(open)
    return policy
  }

  private mutating func leaveOpen(
    _ type: PolicyType, _ number: Int, _ path: ArraySlice<String>, _ open: OpenRule
  ) -> OpenRule? {
    guard case .list(var rules, let span) = rules(type), rules.indices.contains(number) else { return nil }
    let open = rules[number].leaveOpen(path, open)
    if type == .ingress { ingress = .list(rules, span) } else { egress = .list(rules, span) }
    return open
  }
}

extension PolicyRule {
  fileprivate mutating func leaveOpen(_ path: ArraySlice<String>, _ known: OpenRule) -> OpenRule {
    var open = known
    isSound = false
    let number = path.dropFirst().first.flatMap { Int($0) }
    switch (path.first, number) {
    case (type.peersField, let number?):
      open.peers.insert(number)
      open.isWhole = open.isWhole || !leavePeerOpen(number, path.dropFirst(2))
    case ("ports", let number?): open.ports.insert(number)
    default: open.isWhole = true
    }
    return open
  }

  /// Whether the peer still says something.
  private mutating func leavePeerOpen(_ number: Int, _ path: ArraySlice<String>) -> Bool {
    guard case .list(var items, let span) = peers, items.indices.contains(number), path.count > 1 else { return false }
    switch path.first {
    case "podSelector": guard items[number].podSelector?.leaveOpen(path.dropFirst()) ?? false else { return false }
    case "namespaceSelector":
      guard items[number].namespaceSelector?.leaveOpen(path.dropFirst()) ?? false else { return false }
    case "ipBlock": return items[number].ipBlock != nil
    default: return false
    }
    peers = .list(items, span)
    return true
  }
}

extension LabelSelector {
  /// Takes a term out of which something is not known; whether the path leads to one.
  fileprivate mutating func leaveOpen(_ path: ArraySlice<String>) -> Bool {
    guard path.count > 1, let last = path.dropFirst().first else { return false }
    let keys: Set<String>
    switch path.first {
    case "matchLabels": keys = [last]
    case "matchExpressions":
      guard let number = Int(last) else { return false }
      keys = Set(matchExpressions.filter { $0.index == number }.map(\.key.value))
    default: return false
    }
    matchLabels.removeAll { keys.contains($0.key) }
    addedLabels.removeAll { keys.contains($0.key) }
    matchExpressions.removeAll { keys.contains($0.key.value) }
    selector = Selector(selector.requirements.filter { !keys.contains($0.key) })
    return true
  }
}

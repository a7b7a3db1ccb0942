internal import Diagnostics
internal import Facts
internal import YAMLSource

/// Renames what objects call others that prefixes, suffixes or namespaces renamed (kustomize: `nameref.Filter`).
struct NameReferences {
  private let facts: KustomizeFacts

  init(_ facts: KustomizeFacts) { self.facts = facts }

  /// What is known of an object that may be named.
  private struct Candidate {
    let ids: [ResourceID]
    let resource: Resource
    var current: ResourceID { ids[ids.count - 1] }
    /// As it is written; not `default` where nothing is.
    var namespace: String { resource.namespace }
  }

  func fix(_ resources: inout [Resource]) throws(BuildRefusal) {
    // Only objects that got another name, or another namespace, are called otherwise than before.
    guard resources.contains(where: { !$0.previousIDs.isEmpty }) else { return }
    let candidates = resources.map { Candidate(ids: $0.ids(facts), resource: $0) }
    var byName: [String: [Int]] = [:]
    for (index, candidate) in candidates.enumerated() {
      for name in Set(candidate.ids.dropLast().map(\.name)) { byName[name, default: []].append(index) }
    }
    for index in resources.indices {
      for reference in facts.nameReferences(ofKind: resources[index].kind) {
        let referrer = candidates[index]
        let finder = Finder(facts, referrer, reference, candidates, byName)
        FieldWriter(spec: reference.field, place: resources[index].root.span, made: .text).write(&resources[index]) {
          finder.set(&$0)
        }
      }
    }
  }

  /// Finds what one field of an object names.
  private struct Finder {
    private let facts: KustomizeFacts
    private let referrer: Candidate
    private let reference: NameReference
    private let candidates: [Candidate]
    private let byName: [String: [Int]]

    init(
      _ facts: KustomizeFacts, _ referrer: Candidate, _ reference: NameReference, _ candidates: [Candidate],
      _ byName: [String: [Int]]
    ) {
      self.facts = facts
      self.referrer = referrer
      self.reference = reference
      self.candidates = candidates
      self.byName = byName
    }

    func set(_ node: inout TreeNode) {
      switch node.content {
      case .scalar: setName(&node)
      case .sequence:
        node.changeItems { item in
          if item.isMapping { setMapping(&item) } else { setName(&item) }
        }
      case .mapping: setMapping(&node)
      }
    }

    private func setName(_ node: inout TreeNode) {
      guard let name = node.text, let found = referral(to: name, inNamespace: nil, isMapping: false),
        found.current.name != name
      else { return }
      node = TreeNode(string: found.current.name, at: node.span)
    }

    /// A mapping with a name and a namespace, of which both come from the object that is named.
    private func setMapping(_ node: inout TreeNode) {
      guard let nameNode = node["name"], let name = nameNode.text,
        let found = referral(to: name, inNamespace: node["namespace"]?.text, isMapping: true)
      else { return }
      if found.current.name != name { node["name"] = TreeNode(string: found.current.name, at: nameNode.span) }
      if !found.namespace.isEmpty {
        let place = node["namespace"]?.span ?? nameNode.span
        node["namespace"] = TreeNode(string: found.namespace, at: place)
      }
    }

    private func referral(to name: String, inNamespace namespace: String?, isMapping: Bool) -> Candidate? {
      var found = (byName[name] ?? []).lazy.map { candidates[$0] }.filter { isReachable($0) }
      if let namespace {
        // The namespace as it was written decides, and only where nothing was there as it is now.
        let all = candidates.contains { $0.ids[0].namespace == namespace }
        found = found.filter { (all ? $0.ids[0].namespace : $0.current.namespace) == namespace }
      }
      found = found.filter { candidate in
        candidate.ids.dropLast().contains { reference.target.matches(group: $0.group, kind: $0.kind) }
      }
      if let role = roleReference {
        found = found.filter { candidate in
          candidate.ids.dropLast().contains { role.matches(group: $0.group, kind: $0.kind) }
        }
      }
      found = found.filter(isInNamespaceOfReferrer)
      if found.count > 1 { found = found.filter { $0.resource.hasSameAffixes(as: referrer.resource) } }
      guard let first = found.first else { return nil }
      let isClear = found.dropFirst().allSatisfy { other in
        other.current.name == first.current.name && (!isMapping || other.namespace == first.namespace)
      }
      return isClear ? first : nil
    }

    /// Whether an object may be named at all: what has a namespace names what is in it, and accounts that it says.
    private func isReachable(_ candidate: Candidate) -> Bool {
      guard let own = referrer.current.namespace, let other = candidate.current.namespace else { return true }
      if own == other { return true }
      guard referrer.current.kind == "RoleBinding" else { return false }
      return referrer.resource.root["subjects"]?.items.contains {
        $0["kind"]?.text == "ServiceAccount" && $0["namespace"]?.text == candidate.namespace
      } ?? false
    }

    private func isInNamespaceOfReferrer(_ candidate: Candidate) -> Bool {
      guard let own = referrer.current.namespace, let other = candidate.current.namespace else { return true }
      return candidate.current.kind == "ServiceAccount" || own == other
    }

    private var roleReference: KindName? {
      guard reference.field.path.map(\.key) == ["roleRef", "name"] else { return nil }
      let role = referrer.resource.root["roleRef"]
      guard let group = role?["apiGroup"]?.text, let kind = role?["kind"]?.text else { return nil }
      return KindName(group: group, kind: kind)
    }
  }
}

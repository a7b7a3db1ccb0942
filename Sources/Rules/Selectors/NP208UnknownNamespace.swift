package import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// A namespace that is declared nowhere, where it should be.
package enum NP208UnknownNamespace: Rule {
  package static let info = RuleInfo(
    id: "NP208", name: "unknown-namespace", severity: .warning,
    summary: "A policy in a namespace that nothing declares, or a peer in one that is nearly a declared one.",
    rationale: """
      A policy guards the pods of its own namespace; in a misspelt one it guards nothing. The same goes for the name \
      of a peer's namespace. Only names that nothing else in the input uses are reported, and only where other \
      namespaces are declared.
      """,
    remedy: "correct the name, or declare the namespace (by a manifest, or `cluster.namespaces` in the config)",
    fix: .sometimes(.unsafe),
    bad: Example(
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: payments}
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: api
        namespace: payment # expect: NP208
      spec:
        podSelector: {matchLabels: {app: api}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - namespaceSelector:
                  matchLabels:
                    kubernetes.io/metadata.name: payments-dev # expect: NP208
            ports: [{port: 8080}]
      """),
    good: Example(
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: payments}
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: api
        namespace: payments
      spec:
        podSelector: {matchLabels: {app: api}}
        policyTypes: [Ingress]
        ingress:
          - from:
              - namespaceSelector:
                  matchLabels:
                    kubernetes.io/metadata.name: ingress-nginx
            ports: [{port: 8080}]
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let declared = analysis.world.namespaces.filter(analysis.world.isDeclared)
    guard !declared.isEmpty else { return }
    let inhabited = inhabitedNamespaces(analysis.world)
    var names = NearNames(declared, analysis)
    let groups = Dictionary(analysis.namespaceGroups.map { ($0.namespace, $0) }) { first, _ in first }
    func isKnown(_ name: String) -> Bool {
      analysis.world.isDeclared(name) || inhabited.contains(name) || analysis.facts.labels.isBuiltInNamespace(name)
    }
    for group in analysis.namespaceGroups where !isKnown(group.namespace) {
      guard !group.policies.isEmpty, let place = group.place(in: analysis.world),
        analysis.world[group.policies[0]].meta.declaredNamespace != nil
      else { continue }
      let near = names.first(near: group.namespace)
      sink.report(
        "namespace \(group.namespace) is declared nowhere, though others are"
          + (near.map { "; did you mean \($0)?" } ?? ""),
        at: place,
        .related(near.flatMap { analysis.world.declaredNamespaces[$0] }?.meta.name.span, "this one is"),
        .accountsFor([.namespace(group.namespace)] + lostDefaultDenies(group, near.flatMap { groups[$0] }, analysis)))
    }
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        for peer in rule.peers.items {
          for term in peer.namespaceSelector?.terms ?? [] where term.key == metadataNameLabel && term.operator == .in {
            guard
              let name = term.values.first(where: { !isKnown($0) && analysis.world.renamedNamespaces[$0] == nil }),
              let near = names.first(near: name), !term.values.contains(near)
            else { continue }
            let place = Place.namespaceSelector(of: peer, in: rule, of: policy).term(term)
            report(name, near, term, at: place, rule, in: policy, analysis, &sink)
          }
        }
      }
    }
    if let name = names.firstLeftOut {
      let meta = analysis.world.policies[0].meta
      sink.giveUp(
        namespace: name, "there are more names of namespaces than are compared with each other", at: .name(of: meta))
    }
  }

  private static func report(
    _ name: String, _ near: String, _ term: WrittenTerm, at place: Place, _ rule: PolicyRule,
    in policy: NetworkPolicy, _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    let edit = term.values.firstIndex(of: name).flatMap { number in
      WrittenText(analysis.sources, at: term.valueSpans[number]).replacing(term.valueSpans[number], name, with: near)
    }
    sink.report(
      "namespace \(name) is declared nowhere; did you mean \(near)?", at: place,
      .why("in a namespace that is not there the peer matches nothing"),
      .related(analysis.world.declaredNamespaces[near]?.meta.name.span, "this one is"),
      .fix(edit.map { Fix(.unsafe, "write \(near)", edits: [$0]) }), .key(name),
      .accountsFor([.lostPeers(rule.type, of: policy), .lostPeer(near, rule.type, of: policy), .rule(rule, of: policy)])
    )
  }

  /// The default denies that the namespace which is meant lacks.
  private static func lostDefaultDenies(
    _ group: NamespaceGroup, _ meant: NamespaceGroup?, _ analysis: Analysis
  ) -> [Subject] {
    guard let meant else { return [] }
    return PolicyType.allCases.filter { DefaultDeny.exists(in: group, $0, analysis.world) }
      .map { .defaultDeny($0, in: meant.reference) }
  }

  /// The namespaces in which something other than a policy is.
  private static func inhabitedNamespaces(_ world: World) -> Set<String> {
    Set(world.workloads.map(\.meta.namespace)).union(world.services.map(\.meta.namespace))
      .union(world.others.map(\.meta.namespace)).union(world.ingressPaths.map(\.meta.namespace))
  }
}

/// Finds the first declared namespace whose name is nearly another one, or is it for another environment.
private struct NearNames {
  /// Names that are compared letter by letter in one run; with each name at least some.
  private static let mostComparisons = (inAll: 1_000_000, withEach: 100)

  private let declared: [(name: String, letters: String)]
  private let environments: Set<String>
  /// The place of the first declared namespace of each name without its environment.
  private var byBase: [Substring: Int] = [:]
  private var known: [String: String?] = [:]
  private var left = mostComparisons.inAll
  /// The first name that was not compared with all others.
  private(set) var firstLeftOut: String?

  init(_ declared: [String], _ analysis: Analysis) {
    self.declared = declared.map { ($0, $0.filter(\.isLetter)) }
    environments = analysis.facts.labels.environments
    for (number, name) in declared.enumerated() {
      let base = base(name)
      if byBase[base] == nil { byBase[base] = number }
    }
  }

  mutating func first(near name: String) -> String? {
    if let near = known[name] { return near }
    let near = find(name)
    known[name] = .some(near)
    return near
  }

  private mutating func find(_ name: String) -> String? {
    // In short names every other one is near.
    let limit = min(2, name.utf8.count / 4)
    let letters = name.filter(\.isLetter)
    let sameBase = byBase[base(name)]
    for (number, other) in declared.enumerated() {
      if number == sameBase { return other.name }
      if number >= NearNames.mostComparisons.withEach { left -= 1 }
      if left < 0 {
        firstLeftOut = firstLeftOut ?? name
        return sameBase.map { declared[$0].name }
      }
      // `team-1` and `team-2` are two namespaces.
      if letters != other.letters, Suggestion.editDistance(name, other.name, atMost: limit) != nil { return other.name }
    }
    return nil
  }

  private func base(_ name: String) -> Substring {
    guard let dash = name.lastIndex(of: "-"), environments.contains(String(name[name.index(after: dash)...])) else {
      return name[...]
    }
    return name[..<dash]
  }
}

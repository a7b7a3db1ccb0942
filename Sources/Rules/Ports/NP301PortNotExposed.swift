internal import Config
package import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// A port in a rule that is none of those that the pods are known to have.
package enum NP301PortNotExposed: Rule {
  package static let policyScope = PolicyScope.policy
  package static let info = RuleInfo(
    id: "NP301", name: "port-not-exposed", severity: .warning, lower: [.note],
    summary:
      "A port that the pods behind a rule do not declare, while they declare others, or Services lead to others.",
    rationale: """
      A rule for a port on which nothing listens lets nothing through, and the port that is meant stays closed. \
      Containers need not declare their ports: it is a warning only where a Service leads to another port of the pods, \
      which no other rule of the policy opens, or they declare a single one; a note otherwise.
      """,
    remedy: "write the port that the pods listen on, or declare this one in the container",
    fix: .sometimes(.unsafe), yieldsTo: ["NP310"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: memory, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: memory}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: web}}}]
            ports:
              - port: 8080 # expect: NP301
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: memory, namespace: shop, labels: {app: memory}}
      spec: {containers: [{name: memory, image: memory, ports: [{containerPort: 8001}]}]}
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: memory, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: memory}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: web}}}]
            ports:
              - port: 8001
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: memory, namespace: shop, labels: {app: memory}}
      spec: {containers: [{name: memory, image: memory, ports: [{containerPort: 8001}]}]}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let groups = DestinationGroups(analysis)
    let injected = analysis.facts.portSets.injectedPorts
    var further = FurtherPorts(groups)
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        guard !rule.ports.items.isEmpty else { return }
        let group = groups.group(of: rule, in: policy)
        guard !group.hasNoKnown, !group.mayBeMore else { return }
        let allowed = rule.certainPorts
        lazy var isScraped = isScraped(rule, analysis)
        lazy var lost = LostPorts(rule, of: policy, to: group.workloads, analysis) {
          $0.numbers.map(group.isOnNone) ?? false
        }
        for port in rule.ports.items {
          guard case .range = port.number, let numbers = port.numbers, !numbers.intersects(injected),
            group.isOnNone(numbers), !isNP302s(port, group, allowed),
            !group.withArguments.contains(where: { ListeningFlags.name(numbers, in: analysis.world[$0]) })
          else { continue }
          if let unclear = group.addedContainers {
            // What a mesh adds, rules need not know; what an operator adds cannot be known.
            if !group.hasSidecar { sink.undecided(namespace: policy.meta.namespace, unclear) }
            continue
          }
          let isOneOfSeveral = further.areNamed(by: policy, type, group)
          report(
            port, of: rule, in: policy, allowed, group, lost, isScraped: isScraped, isOneOfSeveral: isOneOfSeveral,
            analysis, &sink)
        }
      }
    }
  }

  /// Whether it is a Service's port in place of its target.
  private static func isNP302s(_ port: PolicyPort, _ group: DestinationGroup, _ allowed: PortSet) -> Bool {
    port.singleNumber.map { group.service(on: $0, port.transport, allowed, onlyKnown: true) != nil } ?? false
  }

  private static func report(
    _ port: PolicyPort, of rule: PolicyRule, in policy: NetworkPolicy, _ allowed: PortSet, _ group: DestinationGroup,
    _ lost: @autoclosure () -> LostPorts, isScraped: Bool, isOneOfSeveral: Bool, _ analysis: Analysis,
    _ sink: inout FindingSink
  ) {
    let ids = group.known
    let meta = analysis.world[ids[0]].meta
    let all = group.evident.reduce(PortSet()) { $0.union($1) }
    let isOne = group.evident.count == 1
    // The port that proves it wrong: the only one, or the one that a Service leads to. A rule that opens one of them too
    // may well mean a further one; of pods that declare nothing another rule of the policy says as much.
    let single = isOne ? all.single : nil
    let served = isOne ? analysis.services.targetPorts(of: ids[0])[port.transport] : nil
    let isProven =
      (single != nil || served?.isEmpty == false) && !isScraped && !allowed.intersects(all)
      && !(group.declaresNone && opens(policy, rule.type, all))
    let name = "\(meta.kind) \(meta.name.value)"
    let who = ids.count == 1 ? name : "\(name) and \(ids.count - 1) more"
    let message =
      group.declaresNone
      ? "\(port.text) is none of the ports to which Services lead on \(who): \(all.text)"
      : "\(port.text) is none of the ports that \(who) declare\(ids.count == 1 ? "s" : ""): \(all.text)"
    let related =
      group.declaresNone
      ? analysis.services.services(of: ids[0]).prefix(3).map {
        RelatedPlace(analysis.world[$0].meta.name.span, "this Service leads there")
      }
      : ids.lazy.flatMap { analysis.world[$0].ports }.prefix(3).map {
        RelatedPlace($0.span, "this one is declared")
      }
    sink.report(
      message, at: .port(port, in: rule, of: policy),
      .severity(isProven ? .warning : .note),
      .why(isProven ? nil : "ports need not be declared, so that this may be right all the same"), .related(related),
      .fix(isOneOfSeveral ? nil : fix(port, single, isProven)), .key(port.text),
      .accountsFor(isProven ? lost().subjects(meaning: isOneOfSeveral ? [] : all.numbers(atMost: 8)) : []))
  }

  /// Whether another rule of a policy allows one of some ports.
  private static func opens(_ policy: NetworkPolicy, _ type: PolicyType, _ ports: PortSet) -> Bool {
    policy.effectiveRules(type).contains { $0.allowsAllPorts || $0.certainPorts.intersects(ports) }
  }

  private static func fix(_ port: PolicyPort, _ single: UInt16?, _ isProven: Bool) -> Fix? {
    guard isProven, let single, let span = port.portSpan, port.singleNumber != nil else { return nil }
    return Fix(.unsafe, "write \(single), the port that the pods have", edits: [Fix.Edit(span, "\(single)")])
  }

  /// Whether the rule is for what scrapes metrics, often on ports that nobody declares.
  private static func isScraped(_ rule: PolicyRule, _ analysis: Analysis) -> Bool {
    rule.type == .ingress
      && rule.peers.items.contains { peer in
        let names = (peer.podSelector?.namedValues ?? []) + (peer.namespaceSelector?.namedValues ?? [])
        return names.contains { Words.mention(analysis.facts.labels.scrapers, in: $0) }
      }
  }
}

/// Which policies name several ports that their pods do not have: none of these is meant for one that they have.
///
/// The rules of a policy are looked at once, and the pods of a group once for all policies that mean them.
private struct FurtherPorts {
  private struct Rules: Hashable {
    let policy: ObjectOrigin
    let type: PolicyType
  }

  private let groups: DestinationGroups
  /// The numbers of groups; those of the same pods have one.
  private var numbers: [ObjectIdentifier: Int] = [:]
  private var numbersOfPods: [[WorkloadID]: Int] = [:]
  /// The groups for which the rules of a policy name several such ports.
  private var several: [Rules: Set<Int>] = [:]

  init(_ groups: DestinationGroups) { self.groups = groups }

  mutating func areNamed(by policy: NetworkPolicy, _ type: PolicyType, _ group: DestinationGroup) -> Bool {
    let rules = Rules(policy: policy.meta.origin, type: type)
    let known = several[rules] ?? groupsWithSeveral(policy, type)
    several[rules] = known
    return known.contains(number(of: group))
  }

  private mutating func groupsWithSeveral(_ policy: NetworkPolicy, _ type: PolicyType) -> Set<Int> {
    var first: [Int: UInt16] = [:]
    var result: Set<Int> = []
    for rule in policy.effectiveRules(type) where !rule.ports.items.isEmpty {
      let group = groups.group(of: rule, in: policy)
      let number = number(of: group)
      for port in rule.ports.items {
        guard let single = port.singleNumber, port.numbers.map(group.isOnNone) == true else { continue }
        if first[number, default: single] != single { result.insert(number) }
        first[number] = first[number] ?? single
      }
    }
    return result
  }

  private mutating func number(of group: DestinationGroup) -> Int {
    if let known = numbers[ObjectIdentifier(group)] { return known }
    let number = numbersOfPods[group.known] ?? numbersOfPods.count
    numbersOfPods[group.known] = number
    numbers[ObjectIdentifier(group)] = number
    return number
  }
}

extension PortSet {
  /// The only port of the set; `nil` when there are none or more.
  fileprivate var single: UInt16? {
    let ranges = TransportProtocol.allCases.flatMap { self[$0].ranges }
    return ranges.count == 1 && ranges[0].count == 1 ? ranges[0].lowerBound : nil
  }
}

internal import Diagnostics
package import Model

/// The workloads that a selector matches.
package struct Matches: Sendable {
  let match: PodMatch
  private let classes: [PodClass]

  /// Nothing.
  package init() {
    match = PodMatch()
    classes = []
  }

  init(_ match: PodMatch, _ classes: [PodClass]) {
    self.match = match
    self.classes = classes
  }

  package var isEmpty: Bool { match.certain.isEmpty && match.possible.isEmpty }

  /// Whether none matches for certain.
  package var hasNoCertain: Bool { match.certain.isEmpty }

  /// Whether none may match that does not match for certain.
  package var hasNoPossible: Bool { match.possible.isEmpty }

  /// Those that match for certain, in no order that means anything; found one after the other, as far as somebody asks.
  package var inAnyOrder: some Sequence<WorkloadID> {
    match.certain.ids.lazy.flatMap { classes[$0.index].workloads }
  }

  /// Those that match for certain, sorted; worked out at each call.
  package var certain: [WorkloadID] { workloads(match.certain) }

  /// The first of those that match for certain, sorted: no more than `count`, which is small.
  package func firstCertain(_ count: Int) -> [WorkloadID] {
    var first: [WorkloadID] = []
    for id in match.certain.ids {
      for workload in classes[id.index].workloads where first.count < count || workload < first[count - 1] {
        first.insert(workload, at: first.partitioningIndex { $0 > workload })
        if first.count > count { first.removeLast() }
      }
    }
    return first
  }

  /// Those that may match: it hangs on a label whose value only the cluster knows. Sorted; worked out at each call.
  package var possible: [WorkloadID] { workloads(match.possible) }

  private func workloads(_ set: ClassSet) -> [WorkloadID] {
    set.ids.flatMap { classes[$0.index].workloads }.sorted()
  }
}

/// Which selectors match which workloads and namespaces of a world.
///
/// Each distinct selector of the policies is evaluated once, for classes of equal pods. hostNetwork pods are among the
/// matches: their labels match, though policies do not apply to them.
package final class Selection: Sendable {
  let world: World
  /// The classes of the workloads, before anything is inferred.
  let base: UniverseBuilder
  /// Knows the selectors of all policies.
  let matcher: PodMatcher
  private let isolation: [PolicyType: Isolation]
  /// The classes whose pods declare each named port.
  private let classesWithPort: [PortName: [UInt16: ClassSet]]

  /// The policies that isolate each class in one direction; classes with the same ones share a list.
  private struct Isolation {
    /// The place of each class's list.
    var ofClass: [Int]
    var policies: [[PolicyID]] = [[]]
  }

  package init(_ world: World) {
    self.world = world
    var builder = UniverseBuilder(world)
    builder.addReadClasses()
    var matcher = builder.matcher()
    let hostNetwork = ClassSet(
      ordered: builder.classes.indices.filter { builder.classes[$0].usesHostNetwork }.map { UInt32($0) })
    var entries: [PolicyType: [Sweep.Entry<UInt32>]] = [:]
    for (id, policy) in world.identifiedPolicies {
      let match = matcher.subjects(policy.podSelector.selector, in: policy.meta.namespace)
      for type in PolicyType.allCases {
        if policy.isolates(type), !(policy.open?.isSelectorOpen ?? false) {
          entries[type, default: []] += match.certain.subtracting(hostNetwork).entries(Int32(id.index))
        }
        for rule in policy.rules(type).items {
          for peer in rule.peers.items { _ = matcher.pods(of: peer, in: policy.meta.namespace) }
        }
      }
    }
    for policy in world.clusterPolicies {
      let peers = PolicyType.allCases.flatMap { policy.rules($0) }.flatMap(\.peers.items)
      for pods in [policy.subject].compactMap(\.self) + peers.compactMap(\.pods) {
        _ = matcher.pods(pods.pods, inNamespacesOf: pods.namespaces)
      }
    }
    var isolation: [PolicyType: Isolation] = [:]
    for type in PolicyType.allCases {
      isolation[type] = Selection.isolation(entries[type] ?? [], classCount: builder.classes.count)
    }
    self.isolation = isolation
    var classesWithPort: [PortName: [UInt16: ClassSet]] = [:]
    for (number, podClass) in builder.classes.enumerated() {
      for port in podClass.namedPorts {
        classesWithPort[PortName(name: port.name, transport: port.transport), default: [:]][
          port.number, default: ClassSet()
        ].insert(UInt32(number)...UInt32(number))
      }
    }
    self.classesWithPort = classesWithPort
    base = builder
    self.matcher = matcher
  }

  private static func isolation(_ entries: [Sweep.Entry<UInt32>], classCount: Int) -> Isolation {
    var isolation = Isolation(ofClass: Array(repeating: 0, count: classCount))
    guard classCount > 0 else { return isolation }
    var numbers = ActiveSetNumbers()
    _ = numbers.number(of: ActiveSet())
    Sweep.forEachPart(of: 0...UInt32(classCount - 1), entries) { range, active in
      let number = numbers.number(of: active)
      if number == isolation.policies.count { isolation.policies.append(active.ids.map { PolicyID(Int($0)) }) }
      for podClass in range { isolation.ofClass[Int(podClass)] = number }
    }
    return isolation
  }

  /// The workloads of a namespace that a pod selector matches.
  package func pods(_ selector: Selector, in namespace: String) -> Matches {
    Matches(matcher.knownSubjects(selector, in: namespace), base.classes)
  }

  /// Whether a workload is among those that match for certain. O(log matches).
  package func isCertain(_ workload: WorkloadID, in matches: Matches) -> Bool {
    matches.match.certain.contains(base.classOfWorkload[workload.index])
  }

  /// Those of some workloads that match for certain, in no order that means anything.
  /// The cost follows the smaller of the two.
  package func certain(_ matches: Matches, among workloads: Set<WorkloadID>) -> [WorkloadID] {
    workloads.count < matches.match.certain.size
      ? workloads.filter { isCertain($0, in: matches) } : matches.inAnyOrder.filter(workloads.contains)
  }

  /// The numbers that a port's name stands for on workloads that match for certain, in no order that means anything.
  package func numbers(ofPort name: String, _ transport: TransportProtocol, on matches: Matches) -> [UInt16] {
    (classesWithPort[PortName(name: name, transport: transport)] ?? [:])
      .compactMap { number, classes in matches.match.certain.intersects(classes) ? number : nil }
  }

  /// The workloads that a policy applies to by its pod selector.
  package func pods(of policy: NetworkPolicy) -> Matches {
    pods(policy.podSelector.selector, in: policy.meta.namespace)
  }

  /// The known namespaces that a namespace selector matches, sorted.
  package func namespaces(_ selector: Selector) -> [String] {
    matcher.knownNamespaces(selector).map(\.name)
  }

  /// Whether a namespace selector matches a known namespace.
  package func selectsNamespace(_ selector: Selector) -> Bool {
    matcher.knownNamespaces(selector).contains { _ in true }
  }

  /// The workloads that a peer matches by its selectors; none for an ipBlock.
  package func pods(of peer: Peer, in policy: NetworkPolicy) -> Matches {
    Matches(matcher.knownPods(of: peer, in: policy.meta.namespace), base.classes)
  }

  /// The workloads that the selectors of a subject, or of a peer, of a policy for the whole cluster match.
  package func pods(of pods: NamespacedPods) -> Matches {
    Matches(matcher.knownPods(pods.pods, inNamespacesOf: pods.namespaces), base.classes)
  }

  /// The policies that isolate a workload in a direction; none for hostNetwork pods.
  package func policies(isolating workload: WorkloadID, _ type: PolicyType) -> [PolicyID] {
    isolation[type].map { $0.policies[isolationNumber(of: workload, type)] } ?? []
  }

  /// Equal for workloads that the same policies isolate in a direction: what hangs on those alone is found out once.
  package func isolationNumber(of workload: WorkloadID, _ type: PolicyType) -> Int {
    isolation[type]?.ofClass[base.classOfWorkload[workload.index].index] ?? 0
  }
}

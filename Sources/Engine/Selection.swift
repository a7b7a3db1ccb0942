package import Model

/// The workloads that a selector matches.
package struct Matches: Sendable {
  private let match: PodMatch
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

  /// Those that match for certain, sorted; worked out at each call.
  package var certain: [WorkloadID] { workloads(match.certain) }

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
package struct Selection: Sendable {
  let world: World
  /// The classes of the workloads, before anything is inferred.
  let base: UniverseBuilder
  /// Knows the selectors of all policies.
  let matcher: PodMatcher
  /// For each class the policies that isolate it.
  private let isolating: [PolicyType: [[PolicyID]]]

  package init(_ world: World) {
    self.world = world
    var builder = UniverseBuilder(world)
    builder.addReadClasses()
    var matcher = builder.matcher()
    var isolating: [PolicyType: [[PolicyID]]] = [:]
    for type in PolicyType.allCases { isolating[type] = Array(repeating: [], count: builder.classes.count) }
    for (id, policy) in world.identifiedPolicies {
      let match = matcher.subjects(policy.podSelector.selector, in: policy.meta.namespace)
      for type in PolicyType.allCases {
        if policy.isolates(type) {
          for podClass in match.certain.ids where !builder.classes[podClass.index].usesHostNetwork {
            isolating[type]?[podClass.index].append(id)
          }
        }
        for rule in policy.rules(type).items {
          for peer in rule.peers.items { _ = matcher.pods(of: peer, in: policy.meta.namespace) }
        }
      }
    }
    base = builder
    self.matcher = matcher
    self.isolating = isolating
  }

  /// The workloads of a namespace that a pod selector matches.
  package func pods(_ selector: Selector, in namespace: String) -> Matches {
    Matches(matcher.knownSubjects(selector, in: namespace), base.classes)
  }

  /// The workloads that a policy applies to by its pod selector.
  package func pods(of policy: NetworkPolicy) -> Matches {
    pods(policy.podSelector.selector, in: policy.meta.namespace)
  }

  /// The known namespaces that a namespace selector matches, sorted.
  package func namespaces(_ selector: Selector) -> [String] {
    matcher.knownNamespaces(selector).map(\.name)
  }

  /// The workloads that a peer matches by its selectors; none for an ipBlock.
  package func pods(of peer: Peer, in policy: NetworkPolicy) -> Matches {
    Matches(matcher.knownPods(of: peer, in: policy.meta.namespace), base.classes)
  }

  /// The policies that isolate a workload in a direction; none for hostNetwork pods.
  package func policies(isolating workload: WorkloadID, _ type: PolicyType) -> [PolicyID] {
    isolating[type]?[base.classOfWorkload[workload.index].index] ?? []
  }
}

internal import Model

/// All pod classes of a world, and what is needed to find them.
struct Universe {
  let classes: [PodClass]
  /// The class of each workload, by its place in the world.
  let classOfWorkload: [ClassID]
  let hostNetwork: ClassSet
  /// The class of an ingress controller that was not read, if there must be one.
  let unreadController: ClassID?
  /// That class, or those of the ingress controllers that are known.
  let ingressControllers: [ClassID]
  /// The classes of each namespace.
  let classesOfNamespace: [String: ClassSet]
  /// The classes of pods that are not read, have no named ports and are on no node's network.
  let classOfPod: [HypotheticalPod: ClassID]
  /// Finds the classes that selectors match.
  let matcher: PodMatcher

  var all: ClassSet { classes.isEmpty ? ClassSet() : ClassSet(0...UInt32(classes.count - 1)) }

  /// The classes of pods that a selector alone shows.
  var inferred: ClassSet {
    ClassSet(
      ordered: classes.indices.filter { if case .inferred = classes[$0].origin { true } else { false } }
        .map { UInt32($0) })
  }

  /// The classes that an opaque policy may concern. Of workloads, equal ones elsewhere are concerned as well.
  func classes(of scope: OpaquePolicy.Scope) -> ClassSet {
    switch scope {
    case .cluster: all
    case .namespace(let name): classesOfNamespace[name] ?? ClassSet()
    case .workloads(let ids): ClassSet(ordered: Set(ids.map { classOfWorkload[$0.index].number }).sorted())
    }
  }
}

/// Builds a universe: classes of the workloads, then witnesses for what no workload satisfies, then pods that are asked
/// about.
struct UniverseBuilder {
  private let world: World
  private(set) var classes: [PodClass] = []
  /// The class of each workload, by its place in the world.
  private(set) var classOfWorkload: [ClassID]
  private var namespaces: [UniverseNamespace] = []
  private var numbersOfNamespaces: [String: Int] = [:]
  private var index = PodIndex()

  init(_ world: World) {
    self.world = world
    classOfWorkload = Array(repeating: ClassID(0), count: world.workloads.count)
    for name in world.namespaces { addNamespace(name) }
  }

  /// Finds what has been added so far.
  func matcher(_ controller: UnreadController? = nil) -> PodMatcher {
    PodMatcher(index, namespaces, controller: controller)
  }

  /// Adds what is not read to the classes of the workloads.
  ///
  /// - Parameter matcher: knows the workloads' classes, and the selectors of the policies.
  mutating func complete(_ settings: ReachSettings, _ matcher: PodMatcher) -> Universe {
    addInferredClasses(matcher)
    var known = Set(
      classes.lazy.filter { !$0.isRead && $0.namedPorts.isEmpty }.map { PodSketch($0.namespace, $0.labels) })
    for pod in settings.declaredPods + settings.hypotheticalPods
    where known.insert(PodSketch(pod.namespace, pod.labels)).inserted {
      add(pod.labels, in: pod.namespace, origin: .hypothetical)
    }
    let declared = Set(settings.declaredPods.map { PodSketch($0.namespace, $0.labels) })
    var controllers = classes.indices.filter {
      let podClass = classes[$0]
      return (podClass.isRead || declared.contains(PodSketch(podClass.namespace, podClass.labels)))
        && settings.isIngressController(podClass.namespace, podClass.labels)
    }.map { ClassID($0) }
    let controller = controllers.isEmpty ? addUnreadController(settings) : nil
    if let controller { controllers.append(controller.id) }
    var hostNetwork: [UInt32] = []
    var ofNamespace: [String: [UInt32]] = [:]
    var ofPod: [HypotheticalPod: ClassID] = [:]
    for (number, podClass) in classes.enumerated() {
      if !podClass.isRead, podClass.namedPorts.isEmpty, !podClass.usesHostNetwork {
        let pod = HypotheticalPod(namespace: podClass.namespace, labels: podClass.labels)
        if ofPod[pod] == nil { ofPod[pod] = ClassID(number) }
      }
      if podClass.usesHostNetwork { hostNetwork.append(UInt32(number)) }
      ofNamespace[podClass.namespace, default: []].append(UInt32(number))
    }
    return Universe(
      classes: classes, classOfWorkload: classOfWorkload, hostNetwork: ClassSet(ordered: hostNetwork),
      unreadController: controller?.id, ingressControllers: controllers,
      classesOfNamespace: ofNamespace.mapValues { ClassSet(ordered: $0) }, classOfPod: ofPod,
      matcher: self.matcher(controller))
  }

  // MARK: Workloads

  /// Adds the classes of the workloads.
  mutating func addReadClasses() {
    var workloadsOfKey: [PodClassKey: Int] = [:]
    var groups: [(key: PodClassKey, workloads: [WorkloadID])] = []
    for (id, workload) in world.identifiedWorkloads {
      let key = PodClassKey(workload, world.branch(of: workload.meta))
      if let group = workloadsOfKey[key] {
        groups[group].workloads.append(id)
      } else {
        workloadsOfKey[key] = groups.count
        groups.append((key, [id]))
      }
    }
    for number in order(of: groups.map(\.key)) {
      let (key, workloads) = groups[number]
      for workload in workloads { classOfWorkload[workload.index] = ClassID(classes.count) }
      index.append(key.labels, in: addNamespace(key.namespace))
      classes.append(
        PodClass(
          namespace: key.namespace, labels: key.labels, namedPorts: key.namedPorts,
          usesHostNetwork: key.usesHostNetwork, origin: .read, workloads: workloads, branch: key.branch))
    }
  }

  /// The order of classes decides how many ranges a set of them has: those stand together that share the labels with
  /// the fewest values (`tier` before `app`), and so do namespaces.
  private func order(of keys: [PodClassKey]) -> [Int] {
    let namespaceRanks = LabelOrder.ranks(namespaces.map(\.labels))
    let labelRanks = LabelOrder.ranks(keys.map(\.labels))
    let namespaceOfKey = keys.map { numbersOfNamespaces[$0.namespace].map { namespaceRanks[$0] } ?? 0 }
    return keys.indices.sorted { a, b in
      (namespaceOfKey[a], labelRanks[a], a) < (namespaceOfKey[b], labelRanks[b], b)
    }
  }

  // MARK: Witnesses

  /// What is known of a pod that was not read.
  private struct PodSketch: Hashable {
    let namespace: String
    let labels: LabelSet

    init(_ namespace: String, _ labels: LabelSet) {
      self.namespace = namespace
      self.labels = labels
    }
  }

  private mutating func addInferredClasses(_ matcher: PodMatcher) {
    var asked: Set<PodSketch> = []
    var found: [(pod: PodSketch, selector: Selector)] = []
    func infer(_ selector: Selector, in namespace: String) {
      guard let labels = selector.witness else { return }
      let pod = PodSketch(namespace, labels)
      if asked.insert(pod).inserted { found.append((pod, selector)) }
    }
    for policy in world.policies {
      let selector = policy.podSelector.selector
      if matcher.knownSubjects(selector, in: policy.meta.namespace) == PodMatch() {
        infer(selector, in: policy.meta.namespace)
      }
      for type in PolicyType.allCases {
        for rule in policy.effectiveRules(type) where rule.isSound {
          for peer in rule.peers.items where peer.ipBlock == nil {
            guard matcher.knownPods(of: peer, in: policy.meta.namespace) == PodMatch() else { continue }
            let namespace = witnessNamespace(of: peer, in: policy, matcher)
            if let namespace { infer(peer.podSelector?.selector ?? .everything, in: namespace) }
          }
        }
      }
    }
    for policy in world.clusterPolicies where policy.isSound {
      let peers = PolicyType.allCases.flatMap { policy.rules($0) }.filter(\.isSound).flatMap(\.peers.items)
      for pods in [policy.subject].compactMap(\.self) + peers.compactMap(\.pods)
      where matcher.knownPods(pods.pods, inNamespacesOf: pods.namespaces) == PodMatch() {
        if let namespace = witnessNamespace(pods.namespaces, matcher) { infer(pods.pods, in: namespace) }
      }
    }
    for (pod, selector) in found { add(pod.labels, in: pod.namespace, origin: .inferred(selector)) }
  }

  /// The namespace that a peer's witness is in: the policy's own; one that the namespace selector names; the first known
  /// one that it matches; otherwise one with just the labels that it asks for, called after them. A selector of all
  /// namespaces gets one of its own too, for nothing is known of the pod but that it is somewhere.
  private mutating func witnessNamespace(
    of peer: Peer, in policy: NetworkPolicy, _ matcher: PodMatcher
  ) -> String? {
    guard let selector = peer.namespaceSelector?.selector else { return policy.meta.namespace }
    return witnessNamespace(selector, matcher)
  }

  private mutating func witnessNamespace(_ selector: Selector, _ matcher: PodMatcher) -> String? {
    guard let labels = selector.witness else { return nil }
    if let named = selector.namedNamespaces.first {
      addNamespace(named)
      return named
    }
    if selector != .everything, let known = matcher.knownNamespaces(selector).first(where: { _ in true }) {
      return known.name
    }
    let name = selector == .everything ? "any namespace" : "namespace with \(selector)"
    addNamespace(name, labels: labels)
    return name
  }

  // MARK: The rest

  /// An ingress controller that was not read, when something must come in through one.
  private mutating func addUnreadController(_ settings: ReachSettings) -> UnreadController? {
    guard !world.ingressPaths.isEmpty else { return nil }
    let id = ClassID(classes.count)
    // Its namespace is no namespace that a selector could match: peers are compared with it one by one.
    classes.append(
      PodClass(
        namespace: "", labels: LabelSet([]), namedPorts: [], usesHostNetwork: false, origin: .ingressController,
        workloads: []))
    index.append(LabelSet([]), in: namespaces.count)
    return UnreadController(id: id, isIngressController: settings.isIngressController)
  }

  private mutating func add(_ labels: LabelSet, in namespace: String, origin: PodClass.Origin) {
    index.append(labels, in: addNamespace(namespace))
    classes.append(
      PodClass(
        namespace: namespace, labels: labels, namedPorts: [], usesHostNetwork: false, origin: origin, workloads: []))
  }

  @discardableResult
  private mutating func addNamespace(_ name: String, labels: LabelSet? = nil) -> Int {
    if let known = numbersOfNamespaces[name] { return known }
    numbersOfNamespaces[name] = namespaces.count
    namespaces.append(UniverseNamespace(name: name, labels: labels ?? world.labels(ofNamespace: name)))
    return namespaces.count - 1
  }
}

/// An order of label sets in which those that share common labels stand together.
enum LabelOrder {
  /// The place of each label set, equal for equal ones. Keys count in order of how few values they have.
  static func ranks(_ sets: [LabelSet]) -> [Int] {
    var values: [String: Set<String>] = [:]
    for set in sets { for pair in set.pairs { values[pair.key, default: []].insert(pair.value) } }
    let keys = values.keys.sorted { (values[$0]?.count ?? 0, $0) < (values[$1]?.count ?? 0, $1) }
    let rankOfKey = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) })
    let sortKeys = sets.map { set in
      set.pairs.map { (rankOfKey[$0.key] ?? 0, $0.value) }.sorted { $0.0 < $1.0 }
    }
    func precedes(_ a: Int, _ b: Int) -> Bool { sortKeys[a].lexicographicallyPrecedes(sortKeys[b]) { $0 < $1 } }
    var ranks = [Int](repeating: 0, count: sets.count)
    var rank = 0
    var last: Int?
    for number in sets.indices.sorted(by: precedes) {
      if let last, precedes(last, number) { rank += 1 }
      ranks[number] = rank
      last = number
    }
    return ranks
  }
}

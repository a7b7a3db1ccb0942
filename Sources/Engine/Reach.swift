package import Model

/// An end of a connection.
package enum Endpoint: Hashable, Sendable {
  /// From a workload to itself means from one replica to another.
  case workload(WorkloadID)
  case pods(ClassID)
  /// An address outside the cluster.
  case address(IPAddress)
  /// What traffic leads to whose addresses nobody knows.
  case unresolved(UnresolvedEnd)
}

/// May a connection from here to there be established? The one place that decides it.
///
/// A connection is allowed if the source's egress side and the destination's ingress side allow it. Everything is worked
/// out once, for classes of equal pods: which policies apply to each (its profile), and for each profile what it says of
/// every class at the other end and of every address. A question is then two look-ups.
///
/// A class, for rules ask for it again and again, and it holds much.
package final class Reach: Sendable {
  /// The pods that connections start from and lead to, equal ones together.
  package let classes: [PodClass]
  /// The classes of pods that no manifest shows, and a selector names.
  package let inferredClasses: ClassSet
  let universe: Universe
  let settings: ReachSettings
  let tiers: Tiers
  let ingress: Profiles
  let egress: Profiles
  let specs: Interner<PortSpec>
  let verdicts: Interner<Verdict>
  /// What may apply to pods and is not evaluated.
  let opaquePolicies: [OpaquePolicy]
  /// The policies that the API server would refuse, each with the classes that it may concern.
  let refusedPolicies: [(policy: AnyPolicyID, subjects: ClassSet)]
  /// Policies, with the classes that they apply to, that say too much of too many pods to be put together: what they allow
  /// is left open.
  package let overloaded: [(policy: AnyPolicyID, subjects: ClassSet)]
  /// The classes of ingress controllers: those that were read or that the config names, else the one that was not.
  package let ingressControllers: [ClassID]
  /// What each verdict allows; `nil` where it depends on the names of the destination's ports.
  private let bounds: [PortBounds?]
  /// For each class a number for the names of its ports: equal for equal names.
  let portNames: [Int]
  /// Which classes the policies' selectors match.
  let matcher: PodMatcher
  /// Classes whose policies cannot be told.
  let opaque: ClassSet
  /// Classes of pods of which nobody knows what labels they have.
  let open: ClassSet

  package convenience init(_ world: World, _ settings: ReachSettings = ReachSettings()) {
    self.init(Selection(world), settings)
  }

  package init(_ selection: Selection, _ settings: ReachSettings) {
    var builder = selection.base
    let universe = builder.complete(settings, selection.matcher)
    var networkPolicies = NetworkPolicyTier(universe, settings)
    let policies = networkPolicies.policies(selection.world)
    var clusterPolicies = ClusterPolicyTiers(universe, settings, networkPolicies.matcher, networkPolicies.ports)
    let tiers = Tiers(policies: policies, ranked: clusterPolicies.policies(selection.world))
    let refused =
      networkPolicies.refused.map { (policy: AnyPolicyID.networkPolicy($0.policy), subjects: $0.subjects) }
      + clusterPolicies.refused.map { (policy: AnyPolicyID.clusterPolicy($0.policy), subjects: $0.subjects) }
    var opaque = ClassSet()
    for policy in refused { opaque.formUnion(policy.subjects) }
    var open = ClassSet()
    for policy in settings.opaquePolicies {
      let classes = universe.classes(of: policy.scope)
      opaque.formUnion(classes)
      if case .workloads = policy.scope { open.formUnion(classes) }
    }
    // Policies do not apply to pods that use the node's network.
    opaque.subtract(universe.hostNetwork)
    if let controller = universe.unreadController { opaque.subtract(ClassSet(controller)) }
    let specs = clusterPolicies.ports
    var verdicts = Interner<Verdict>()
    var ingress = Profiles(.ingress, tiers, universe, opaque: opaque)
    var egress = Profiles(.egress, tiers, universe, opaque: opaque)
    var budget = RowBudget(settings.mostRowEntries)
    let hostNetwork = universe.hostNetwork
    var overfull = ingress.fill(
      tiers, egress, hostNetwork: hostNetwork, open: open, specs, verdicts: &verdicts, budget: &budget)
    overfull += egress.fill(
      tiers, ingress, hostNetwork: hostNetwork, open: open, specs, verdicts: &verdicts, budget: &budget)
    overloaded = overfull.compactMap { profile in profile.firstPolicy.map { ($0, profile.members) } }
    for profile in overloaded { opaque.formUnion(profile.subjects) }
    bounds = verdicts.values.map { $0.usesNames(specs) ? nil : $0.bounds(specs, []) }
    classes = universe.classes
    inferredClasses = universe.inferred
    portNames = Reach.portNames(of: universe.classes)
    ingressControllers = universe.ingressControllers
    opaquePolicies = settings.opaquePolicies
    refusedPolicies = refused
    matcher = clusterPolicies.matcher
    self.universe = universe
    self.settings = settings
    self.tiers = tiers
    self.ingress = ingress
    self.egress = egress
    self.specs = specs
    self.verdicts = verdicts
    self.opaque = opaque
    self.open = open
  }

  private static func portNames(of classes: [PodClass]) -> [Int] {
    var names = Interner<[NamedPort]>()
    return classes.map { names.number(of: $0.namedPorts) }
  }

  /// The class of a workload.
  package func podClass(of workload: WorkloadID) -> ClassID { universe.classOfWorkload[workload.index] }

  package subscript(_ id: ClassID) -> PodClass { classes[id.index] }

  /// The ids of `classes`, in order.
  package var classIDs: LazyMapCollection<Range<Int>, ClassID> { classes.indices.lazy.map { ClassID($0) } }

  /// The class of a pod that was asked about in the settings; also that of any workload or witness that is equal to it.
  package func podClass(of pod: HypotheticalPod) -> ClassID? { universe.classOfPod[pod] }

  /// Ports on which a connection is allowed for certain, and those on which it may be allowed.
  ///
  /// Between two addresses outside the cluster everything is allowed: no policy has a say there.
  package func ports(from source: Endpoint, to destination: Endpoint) -> PortBounds {
    egressBounds(from: source, to: destination).intersection(ingressBounds(from: source, to: destination))
  }

  /// What the source's side alone allows.
  package func egressBounds(from source: Endpoint, to destination: Endpoint) -> PortBounds {
    sideBounds(of: source, with: destination, egress, portsOf: destination)
  }

  /// What the destination's side alone allows.
  package func ingressBounds(from source: Endpoint, to destination: Endpoint) -> PortBounds {
    sideBounds(of: destination, with: source, ingress, portsOf: destination)
  }

  private func sideBounds(
    of endpoint: Endpoint, with other: Endpoint, _ profiles: Profiles, portsOf destination: Endpoint
  ) -> PortBounds {
    guard let own = classID(of: endpoint) else { return .all }
    let profile = profiles.profiles[profiles.ofClass[own.index]]
    let verdict: Int
    switch other {
    case .unresolved(let end):
      // Rules for ingress name no such ends.
      return profiles.direction == .egress ? egressBounds(from: own, to: end) : .unknown
    case .address(let address):
      guard let part = profile.addressRow.first(where: { $0.addresses.contains(address) }) else { return .none }
      verdict = part.verdict
    case .workload, .pods:
      guard let other = classID(of: other) else { return .none }
      verdict = profile.row.verdict(for: other)
    }
    return bounds(of: verdict, to: classID(of: destination))
  }

  /// What a verdict allows to a class; `nil` stands for addresses, on which no port has a name.
  func bounds(of verdict: Int, to destination: ClassID?) -> PortBounds {
    bounds[verdict] ?? verdicts[verdict].bounds(specs, destination.map { self[$0].namedPorts } ?? [])
  }

  /// Whether a verdict allows, or may allow, anything at all.
  func mayAllow(_ verdict: Int) -> Bool { bounds[verdict].map { !$0.isBlocked } ?? true }

  /// Whether what a verdict allows depends on the names of the destination's ports.
  func usesNames(_ verdict: Int) -> Bool { bounds[verdict] == nil }

  func classID(of endpoint: Endpoint) -> ClassID? {
    switch endpoint {
    case .workload(let id): podClass(of: id)
    case .pods(let id): id
    case .address, .unresolved: nil
    }
  }

  // MARK: Selectors

  /// The classes that a policy applies to for certain; none of those that use the node's network.
  package func subjects(of policy: NetworkPolicy) -> ClassSet {
    matcher.knownSubjects(policy.podSelector.selector, in: policy.meta.namespace).certain
      .subtracting(universe.hostNetwork)
  }

  /// The classes that a peer's selectors match for certain; none for an ipBlock.
  package func pods(of peer: Peer, in policy: NetworkPolicy) -> ClassSet {
    matcher.knownPods(of: peer, in: policy.meta.namespace).certain.subtracting(universe.hostNetwork)
  }

  /// Whether networks may hold addresses of some pods, and not of all for certain.
  package func mayHoldSomePods(_ networks: AddressSet) -> Bool {
    !ClusterPolicyTiers.pods(of: networks, universe, settings).possible.subtracting(universe.hostNetwork).isEmpty
  }

  // MARK: Isolation

  /// Whether policies isolate a class in a direction: what no rule allows is then blocked.
  package func isIsolated(_ podClass: ClassID, _ direction: PolicyType) -> Truth {
    if opaque.contains(podClass) { return .unknown }
    let profile = profile(of: podClass, direction)
    if profile.branches.count > 1 { return .unknown }
    let selected = profile.selected
    if selected.isEmpty { return .no }
    return selected.contains(where: \.isCertain) ? .yes : .unknown
  }

  /// The policies that apply to a class in a direction, in order.
  ///
  /// - Parameter isCertain: whether those are left out whose selector may match or not.
  package func policies(of podClass: ClassID, _ direction: PolicyType, isCertain: Bool = true) -> [PolicyID] {
    let policies = profile(of: podClass, direction).policies
    return isCertain ? policies.certain : policies.all
  }

  /// The classes to which, or perhaps to which, a policy applies of which something holds. O(distinct lists of policies),
  /// not classes.
  package func classes(_ direction: PolicyType, withAny holds: (PolicyID) -> Bool) -> ClassSet {
    let profiles = (direction == .ingress ? ingress : egress).profiles
    return ClassSet(profiles.filter { $0.policies.all.contains(where: holds) }.flatMap(\.members.ranges))
  }

  /// The classes that a class's ingress side lets in, or may let in, on any port. O(parts of its row).
  package func callers(of podClass: ClassID) -> ClassSet {
    let parts = profile(of: podClass, .ingress).row.parts(classCount: classes.count)
    return ClassSet(parts.lazy.filter { !self.bounds(of: $0.verdict, to: podClass).isBlocked }.map(\.range))
  }

  /// The number of what applies to a class in a direction: equal for classes to which the same policies apply.
  package func profileNumber(of podClass: ClassID, _ direction: PolicyType) -> Int {
    (direction == .ingress ? ingress : egress).ofClass[podClass.index]
  }

  func profile(of podClass: ClassID, _ direction: PolicyType) -> Profile {
    let profiles = profiles(direction)
    return profiles.profiles[profiles.ofClass[podClass.index]]
  }

  func profiles(_ direction: PolicyType) -> Profiles { direction == .ingress ? ingress : egress }

  /// Two branches that one side's answer rests on, of which nothing says whether they are live together; `nil` where it
  /// rests on one at most.
  func unpaired(_ own: ClassID, _ other: Endpoint, _ direction: PolicyType) -> (BranchID, BranchID)? {
    profiles(direction).unpaired(own, classID(of: other), profiles(direction == .ingress ? .egress : .ingress))
  }

  // MARK: Addresses

  /// What is allowed from addresses outside the cluster to a class: disjoint sets that hold every address together.
  package func portsFromOutside(to podClass: ClassID) -> [(addresses: AddressSet, ports: PortBounds)] {
    profile(of: podClass, .ingress).addressRow.map { ($0.addresses, bounds(of: $0.verdict, to: podClass)) }
  }

  /// What is allowed from a class to addresses outside the cluster: disjoint sets that hold every address together.
  package func portsToOutside(from podClass: ClassID) -> [(addresses: AddressSet, ports: PortBounds)] {
    profile(of: podClass, .egress).addressRow.map { ($0.addresses, bounds(of: $0.verdict, to: nil)) }
  }
}

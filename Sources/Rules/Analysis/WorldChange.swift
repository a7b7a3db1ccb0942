internal import Assembly
internal import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// What a change of texts comes to in a world, where no objects but NetworkPolicies, workloads and Services are others than
/// before. What has not been read or built again is the same object, in whatever files and builds the change is.
struct WorldChange: Sendable {
  private let kept: KeptWorld
  private let files: Set<FileID>
  /// The policies of the names that have changed, as they were and as they are.
  private let gone: [NetworkPolicy]
  private let new: [NetworkPolicy]
  /// The namespaces of workloads and Services that have changed.
  private let podNamespaces: Set<String>
  /// The addresses of the Services that have changed, as they were and as they are.
  private let serviceAddresses: Set<CIDR>
  private let policies: Asked
  private let namespaces: Asked

  /// Policies that rules are asked about again.
  private struct Asked: Sendable {
    let ids: [PolicyID]
    let references: Set<ObjectReference>
  }

  /// More files are seldom changed at once, and linting all is not much slower.
  private static let mostFiles = 8

  /// `nil` where something else may have changed too.
  init?(from kept: KeptWorld, to view: WorldView, _ project: Project) {
    let (old, new) = (kept.world, view.world)
    guard let files = WorldChange.changedFiles(kept.sources, project.sources), files.count <= WorldChange.mostFiles,
      kept.plugins == project.plugins.map(\.id), kept.units == KeptWorld.units(of: project),
      WorldChange.areAlike(old, new)
    else { return nil }
    let policies = Change(old.policies, new.policies, files, { ObjectIdentifier($0) }, { $0.meta })
    let workloads = Change(old.workloads, new.workloads, files, { ObjectIdentifier($0) }, { $0.meta })
    let services = Change(old.services, new.services, files, { ObjectIdentifier($0.meta) }, { $0.meta })
    // Whether there is one decides which Services of all namespaces are open to the outside.
    let isForGateway = (workloads.gone + workloads.new).contains { view.facts.labels.isMadeForGateway($0.labels) }
    // What is written before a policy in its document counts as said of it: several builds may hold that document.
    let documents = Set((policies.gone + policies.new).map(\.meta.document))
    let names = Set(
      [old, new].flatMap { $0.policies.lazy.filter { documents.contains($0.meta.document) }.map { Name($0) } })
    guard policies.isAll, workloads.isAll, services.isAll, !isForGateway else { return nil }
    self.kept = kept
    self.files = files
    gone = old.policies.filter { names.contains(Name($0)) }
    self.new = new.policies.filter { names.contains(Name($0)) }
    podNamespaces = Set((workloads.gone + workloads.new).map(\.meta.namespace))
      .union((services.gone + services.new).map(\.meta.namespace))
    serviceAddresses = Set(
      (services.gone + services.new).flatMap(\.clusterIPs).compactMap { IPAddress.parse($0.value) }
        .map { CIDR($0, prefixLength: $0.width) })
    let footprint = Footprint([], podNamespaces, new)
    self.policies = WorldChange.asked(gone, new) { names.contains(Name($0)) || footprint.touches($0) }
    let own = podNamespaces.union(names.map(\.namespace))
    namespaces = WorldChange.asked(gone, new) { own.contains($0.meta.namespace) }
  }

  /// The policies of one name are looked at together.
  private struct Name: Hashable {
    let namespace: String
    let name: String

    init(_ policy: NetworkPolicy) { (namespace, name) = (policy.meta.namespace, policy.meta.name.value) }
  }

  /// What has become of the objects of one kind.
  private struct Change<Object> {
    /// Those that are in one of the worlds alone, and those of files that have changed, as they were and as they are.
    let gone: [Object]
    let new: [Object]
    /// Whether all others stand in the same order.
    let isAll: Bool

    init(
      _ old: [Object], _ new: [Object], _ files: Set<FileID>, _ id: (Object) -> ObjectIdentifier,
      _ meta: (Object) -> ObjectMeta
    ) {
      let common = Set(old.map(id)).intersection(new.map(id))
      func isKept(_ object: Object) -> Bool {
        common.contains(id(object)) && !files.contains(meta(object).document.file)
      }
      gone = old.filter { !isKept($0) }
      self.new = new.filter { !isKept($0) }
      isAll = old.filter(isKept).map(id) == new.filter(isKept).map(id)
    }
  }

  /// The files that hold other bytes than before; `nil` where they are other files.
  private static func changedFiles(_ old: SourceTable, _ new: SourceTable) -> Set<FileID>? {
    guard old.files.count == new.files.count else { return nil }
    var changed: Set<FileID> = []
    for (old, new) in zip(old.files, new.files) {
      if !old.path.utf8.elementsEqual(new.path.utf8) { return nil }
      if old.bytes != new.bytes { changed.insert(new.id) }
    }
    return changed
  }

  /// Whether two worlds hold the same but for NetworkPolicies, workloads and Services.
  private static func areAlike(_ old: World, _ new: World) -> Bool {
    func areSame(_ old: some Sequence<ObjectMeta>, _ new: some Sequence<ObjectMeta>) -> Bool {
      old.elementsEqual(new) { $0 === $1 }
    }
    return areSame(old.ingressPaths.lazy.map(\.meta), new.ingressPaths.lazy.map(\.meta))
      && areSame(old.others.lazy.map(\.meta), new.others.lazy.map(\.meta))
      && old.clusterPolicies.isEmpty && new.clusterPolicies.isEmpty && haveSameNamespaces(old, new)
      && old.doubts == new.doubts && old.additions == new.additions && old.branches.isEmpty && new.branches.isEmpty
      && PolicyType.allCases.allSatisfy { type in
        old.policies.contains { $0.isolates(type) } == new.policies.contains { $0.isolates(type) }
      }
  }

  /// Of Namespaces of one name all decide about the labels.
  private static func haveSameNamespaces(_ old: World, _ new: World) -> Bool {
    old.namespaces == new.namespaces && old.declaredNamespaces.count == new.declaredNamespaces.count
      && old.declaredNamespaces.allSatisfy { name, namespace in
        new.declaredNamespaces[name].map { $0.meta === namespace.meta } ?? false
      }
      && old.namespaces.allSatisfy { old.labels(ofNamespace: $0) == new.labels(ofNamespace: $0) }
      && old.unknownNamespaceLabels.elementsEqual(new.unknownNamespaceLabels) {
        ($0.namespace, $0.label.key) == ($1.namespace, $1.label.key) && $0.label.places == $1.label.places
      }
  }

  // MARK: Asking

  /// Asks a rule about what may have changed, and takes the rest from before; `nil` where it has to be asked about all.
  func ask(_ rule: any Rule.Type, _ analysis: Analysis) -> FindingSink? {
    // What could not be decided does not say of which policies.
    guard let old = kept.sinks[rule.info.id], old.undecided.isEmpty else { return nil }
    if rule.asksReach, kept.isOverloaded || !analysis.reach.overloaded.isEmpty { return nil }
    if changesAPIServer(analysis) { return nil }
    guard let asked = asked(rule.policyScope, analysis) else { return nil }
    var sink = FindingSink(
      rule: rule.info, worlds: [analysis.context.name], asked: asked.references.union(old.entangled))
    // Of neighbours a rule has to see both ends.
    rule.check(rule.policyScope == .neighbours ? analysis : analysis.asking(about: asked.ids), &sink)
    let isAsked = { [sink, files] (finding: Finding) in
      finding.object.map(sink.isAsked) ?? false || files.contains(finding.span.file)
    }
    // A place in a text that has changed may be another one now, and which other objects have not changed is not looked at.
    if old.findings.contains(where: { !isAsked($0) && ($0.hasPlace(in: files) || !$0.isAboutPolicy) }) { return nil }
    sink.complete(with: old.findings, isAsked)
    return sink
  }

  /// Whether one of the Services that have changed has the API server's address, or had it: policies of all namespaces
  /// may name that.
  private func changesAPIServer(_ analysis: Analysis) -> Bool {
    if serviceAddresses.isEmpty { return false }
    let apiServer = APIServer(analysis)
    return serviceAddresses.contains { kept.apiServer.isServiceAddress($0) || apiServer.isServiceAddress($0) }
  }

  /// The policies of which a rule of a scope may say something else than before; `nil` where any may be.
  private func asked(_ scope: PolicyScope, _ analysis: Analysis) -> Asked? {
    switch scope {
    case .policy: return policies
    case .namespace: return namespaces
    case .neighbours:
      // Where the last pod goes that a selector matches, one that nobody sees comes, in some namespace.
      let inferred = kept.inferred.symmetricDifference(InferredPod.all(in: analysis.reach)).map(\.namespace)
      // That of the ingress controller is in none.
      if inferred.contains("") { return nil }
      let footprint = Footprint(gone + new, podNamespaces.union(inferred), analysis.world)
      return WorldChange.asked(gone, analysis.world, footprint.touches)
    case .world: return nil
    }
  }

  private static func asked(_ gone: [NetworkPolicy], _ world: World, _ isAsked: (NetworkPolicy) -> Bool) -> Asked {
    let references = Set((gone + world.policies.filter(isAsked)).map(\.meta.reference))
    // Of two of one name both are asked about: findings do not tell them apart.
    let ids = world.identifiedPolicies.filter { references.contains($1.meta.reference) }.map(\.0)
    return Asked(ids: ids, references: references)
  }
}

/// Some namespaces, and those that peers of some policies may mean.
private struct Footprint {
  private var namespaces: Set<String>
  /// Whether there are some among them that were not read.
  private var isWide: Bool
  /// Whether a selector matches one of them.
  private var known: [Selector: Bool] = [:]

  init(_ policies: [NetworkPolicy], _ namespaces: Set<String>, _ world: World) {
    self.namespaces = namespaces.union(policies.map(\.meta.namespace))
    isWide = !namespaces.isSubset(of: world.namespaces)
    for selector in Set(policies.flatMap(\.namespaceSelectors)) {
      isWide = true
      for name in world.namespaces where selector.matches(world.labels(ofNamespace: name)) != .no {
        self.namespaces.insert(name)
      }
    }
    if isWide || self.namespaces.isEmpty { return }
    for selector in Set(world.policies.lazy.flatMap(\.namespaceSelectors)) {
      // Rules may take a name for the namespace's own although the namespace has no such label.
      known[selector] = self.namespaces.contains { name in
        selector.matches(world.labels(ofNamespace: name)) != .no
          || selector.requirements.contains { $0.values.contains(name) }
      }
    }
  }

  /// Whether a policy of the world is about one of them.
  func touches(_ policy: NetworkPolicy) -> Bool {
    if namespaces.contains(policy.meta.namespace) { return true }
    if namespaces.isEmpty { return false }
    return policy.namespaceSelectors.contains { isWide || known[$0] ?? true }
  }
}

extension NetworkPolicy {
  fileprivate var namespaceSelectors: [Selector] {
    PolicyType.allCases.flatMap { rules($0).items }.flatMap(\.peers.items).compactMap { $0.namespaceSelector?.selector }
  }
}

extension Finding {
  fileprivate var isAboutPolicy: Bool { self.object?.kind == "NetworkPolicy" }

  fileprivate func hasPlace(in files: Set<FileID>) -> Bool {
    files.contains(self.span.file) || self.related.contains { files.contains($0.span.file) }
      || self.fix?.edits.contains { files.contains($0.span.file) } ?? false
  }
}

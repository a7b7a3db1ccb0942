internal import Diagnostics

/// Everything that one run knows of a cluster: what may connect to what is decided within a world.
///
/// Built once, then only read. Objects stand in order of file and place, so that nothing depends on the number of jobs.
package final class World: Sendable {
  package let policies: [NetworkPolicy]
  /// Those for the whole cluster, which stand before the NetworkPolicies and behind them.
  package let clusterPolicies: [ClusterPolicy]
  package let workloads: [Workload]
  package let services: [Service]
  package let ingressPaths: [IngressPath]
  package let others: [OtherResource]
  /// The Namespace manifests by name; of twins the first.
  package let declaredNamespaces: [String: NamespaceManifest]
  /// Every namespace that is declared or that an object is in, sorted.
  package let namespaces: [String]
  /// What cannot be told because a build was not done.
  package let doubts: [Doubt]
  /// What is applied and was not read.
  package let additions: [Addition]
  /// The namespaces that objects were written for, each with the one that a build puts in its place.
  package let renamedNamespaces: [String: Located<String>]

  /// Alternatives of which nothing says whether they are live together; empty or at least two.
  package let branches: [Branch]

  /// Policies of one name that do not say the same, each with another one.
  package let disputedPolicies: [PolicyID: PolicyID]
  /// The same for those for the whole cluster.
  package let disputedClusterPolicies: [ClusterPolicyID: ClusterPolicyID]
  /// Those of whose pods nobody knows labels and ports: their build was not done.
  package let openWorkloads: Set<WorkloadID>

  private let branchOfObject: [ObjectKey: BranchID]
  private let buildOfObject: [ObjectKey: Int]
  private let policyIndex: [String: [PolicyID]]
  private let workloadIndex: [String: [WorkloadID]]
  private let serviceIndex: [String: [ServiceID]]
  private let namespaceLabels: [String: LabelSet]
  private let unknownLabels: [String: [UnknownLabel]]
  private let configuredNamespaces: Set<String>

  /// - Parameter extraNamespaces: the labels of namespaces that the config declares.
  package convenience init(_ manifests: [Manifest], extraNamespaces: [String: [(String, String)]] = [:]) {
    self.init(WorldContents(manifests), extraNamespaces: extraNamespaces)
  }

  /// - Parameter extraNamespaces: the labels of namespaces that the config declares.
  package init(_ contents: WorldContents, extraNamespaces: [String: [(String, String)]] = [:]) {
    var policies: [NetworkPolicy] = []
    var clusterPolicies: [ClusterPolicy] = []
    var workloads: [Workload] = []
    var services: [Service] = []
    var ingressPaths: [IngressPath] = []
    var others: [OtherResource] = []
    var declared: [String: [NamespaceManifest]] = [:]
    let unbuilt = contents.unbuilt.flatMap { $0.manifests.filter { !$0.isPolicy } }
    for manifest in unbuilt.isEmpty ? contents.manifests : World.inOrder(contents.manifests + unbuilt) {
      switch manifest {
      case .networkPolicy(let object): policies.append(object)
      case .clusterPolicy(let object): clusterPolicies.append(object)
      case .workload(let object): workloads.append(object)
      case .service(let object): services.append(object)
      case .ingress(let object): ingressPaths.append(object)
      case .other(let object): others.append(object)
      case .namespace(let object): declared[object.meta.name.value, default: []].append(object)
      }
    }
    self.policies = policies
    self.clusterPolicies = clusterPolicies
    disputedClusterPolicies = World.disputed(clusterPolicies)
    self.workloads = World.withoutOwnedPods(workloads)
    self.services = services
    self.ingressPaths = ingressPaths
    self.others = others
    self.declaredNamespaces = declared.mapValues { $0[0] }
    additions = contents.additions + contents.unbuilt.flatMap(World.additions)
    branches = contents.branches
    branchOfObject = contents.branchOfObject
    buildOfObject = contents.buildOfObject
    renamedNamespaces = World.renamedNamespaces(contents.manifests)
    doubts = World.doubts(contents.unbuilt, self.workloads)
    openWorkloads = Set(
      doubts.flatMap { doubt in if case .workloads(let ids) = doubt.scope { ids } else { [WorkloadID]() } })
    configuredNamespaces = Set(extraNamespaces.keys)
    policyIndex = World.index(self.policies.map(\.meta.namespace))
    disputedPolicies = World.disputed(self.policies, policyIndex)
    workloadIndex = World.index(self.workloads.map(\.meta.namespace))
    serviceIndex = World.index(self.services.map(\.meta.namespace))
    namespaces = Set(policyIndex.keys).union(workloadIndex.keys).union(serviceIndex.keys).union(declared.keys)
      .union(extraNamespaces.keys).sorted()
    unknownLabels = declared.mapValues(World.unknownLabels).filter { !$0.value.isEmpty }
    namespaceLabels = World.namespaceLabels(namespaces, declared, unknownLabels, extraNamespaces)
  }

  package func policies(in namespace: String) -> [NetworkPolicy] {
    policyIndex[namespace, default: []].map { self[$0] }
  }
  package func workloads(in namespace: String) -> [Workload] {
    workloadIndex[namespace, default: []].map { self[$0] }
  }
  package func services(in namespace: String) -> [Service] { serviceIndex[namespace, default: []].map { self[$0] } }

  package func policyIDs(in namespace: String) -> [PolicyID] { policyIndex[namespace, default: []] }
  package func workloadIDs(in namespace: String) -> [WorkloadID] { workloadIndex[namespace, default: []] }
  package func serviceIDs(in namespace: String) -> [ServiceID] { serviceIndex[namespace, default: []] }

  /// Whether at least one workload of the namespace was read.
  package func isDescribed(_ namespace: String) -> Bool { workloadIndex[namespace] != nil }

  /// The labels of a namespace: what its manifest or the config says, and `kubernetes.io/metadata.name`, which the API
  /// server sets. A namespace that is only named elsewhere has no other label that could be assumed.
  package func labels(ofNamespace name: String) -> LabelSet {
    namespaceLabels[name] ?? LabelSet([(metadataNameLabel, name)])
  }

  /// The labels of namespaces whose values nobody knows, by namespace, then by key.
  package var unknownNamespaceLabels: [(namespace: String, label: UnknownLabel)] {
    unknownLabels.sorted { $0.key < $1.key }.flatMap { namespace, labels in labels.map { (namespace, $0) } }
  }

  /// Whether the value of a pod's label is one that nobody knows: a variable in it was not replaced. O(labels).
  package var hasUnknownPodLabels: Bool { workloads.contains { $0.podLabels.contains(where: \.isUnknown) } }

  /// Whether all labels of a namespace are known: its manifest was read or the config declares it.
  package func isDeclared(_ namespace: String) -> Bool {
    declaredNamespaces[namespace] != nil || configuredNamespaces.contains(namespace)
  }

  private static func index<ID: WorldID>(_ namespaces: [String]) -> [String: [ID]] {
    var index: [String: [ID]] = [:]
    for (number, namespace) in namespaces.enumerated() { index[namespace, default: []].append(ID(number)) }
    return index
  }

  /// Pods, ReplicaSets and Jobs whose controller is in the input are not listed beside it, and equal pods of one unread
  /// controller are one workload. Pods of one controller may differ in what policies look at (those of a StatefulSet in
  /// `statefulset.kubernetes.io/pod-name`, those of a database operator in their role): these stay apart.
  private static func withoutOwnedPods(_ workloads: [Workload]) -> [Workload] {
    guard workloads.contains(where: { $0.meta.controller != nil }) else { return workloads }
    let known = Set(workloads.lazy.filter { $0.meta.kind != "Pod" }.map(\.identity))
    var podsOfOwner: [WorkloadIdentity: [Workload]] = [:]
    return workloads.filter { workload in
      guard let controller = workload.meta.controller else { return true }
      let owner = WorkloadIdentity(
        namespace: workload.meta.namespace, kind: controller.kind, name: controller.name)
      if known.contains(owner) { return false }
      guard workload.meta.kind == "Pod" else { return true }
      if podsOfOwner[owner]?.contains(where: workload.isAlike) ?? false { return false }
      podsOfOwner[owner, default: []].append(workload)
      return true
    }
  }

  /// Namespaces that several units declare have the labels of all; one with two values has a value that nobody knows.
  private static func namespaceLabels(
    _ names: [String], _ declared: [String: [NamespaceManifest]], _ unknown: [String: [UnknownLabel]],
    _ extra: [String: [(String, String)]]
  ) -> [String: LabelSet] {
    var result: [String: LabelSet] = [:]
    for name in names {
      let unclear = (unknown[name] ?? []).map(\.key)
      var pairs: [String: String] = [:]
      for label in declared[name]?.lazy.flatMap(\.meta.labels) ?? [] { pairs[label.key] = label.value }
      for key in unclear { pairs[key] = nil }
      for (key, value) in extra[name] ?? [] { pairs[key] = value }
      pairs[metadataNameLabel] = name
      result[name] = LabelSet(pairs.map { ($0.key, $0.value) }, generated: unclear)
    }
    return result
  }

  /// In order of keys.
  private static func unknownLabels(_ manifests: [NamespaceManifest]) -> [UnknownLabel] {
    var labels: [String: [Label]] = [:]
    for label in manifests.lazy.flatMap(\.meta.labels) where label.key != metadataNameLabel {
      labels[label.key, default: []].append(label)
    }
    return labels.sorted { $0.key < $1.key }.compactMap { key, labels in
      if let label = labels.first(where: \.isUnknown) { return UnknownLabel(key: key, places: [label.valueSpan]) }
      guard let other = labels.first(where: { $0.value != labels[0].value }) else { return nil }
      return UnknownLabel(key: key, places: [labels[0].valueSpan, other.valueSpan])
    }
  }

  private static func renamedNamespaces(_ manifests: [Manifest]) -> [String: Located<String>] {
    var result: [String: Located<String>] = [:]
    for meta in manifests.lazy.map(\.meta) {
      guard let change = meta.namespaceChange else { continue }
      let old = meta.kind == "Namespace" ? meta.writtenName : meta.declaredNamespace?.value
      if let old, old != meta.namespace { result[old] = Located(meta.namespace, at: change) }
    }
    return result
  }

  private static func inOrder(_ manifests: [Manifest]) -> [Manifest] {
    manifests.sorted { $0.meta.span < $1.meta.span }
  }

  /// A unit that holds policies leaves open which ones are in their namespaces; any other one leaves open its own pods.
  private static func doubts(_ unbuilt: [WorldContents.Unbuilt], _ workloads: [Workload]) -> [Doubt] {
    unbuilt.flatMap { unit -> [Doubt] in
      let spans = Set(unit.manifests.lazy.filter { !$0.isPolicy }.map(\.meta.span))
      let ids = workloads.indices.filter { spans.contains(workloads[$0].meta.span) }.map { WorkloadID($0) }
      let pods = ids.isEmpty ? [] : [Doubt(.workloads(ids), unit.reason, at: unit.span)]
      guard unit.manifests.contains(where: \.isPolicy) else { return pods }
      guard case .namespaces(let others) = unit.places, !unit.holdsClusterPolicy else {
        return [Doubt(.everywhere, unit.reason, at: unit.span)] + pods
      }
      return unit.writtenNamespaces.union(others).sorted().map { Doubt(.namespace($0), unit.reason, at: unit.span) }
        + pods
    }
  }

  /// Without policies, an unbuilt unit may add pods to other namespaces than it is written for.
  private static func additions(of unit: WorldContents.Unbuilt) -> [Addition] {
    if unit.places == .asWritten || unit.manifests.contains(where: \.isPolicy) { return [] }
    var namespaces: [String?] = unit.writtenNamespaces.sorted()
    switch unit.places {
    case .namespaces(let others): namespaces += others.subtracting(unit.writtenNamespaces).sorted()
    case .anywhere: namespaces.append(nil)
    }
    return namespaces.map { Addition(namespace: $0, unit.reason, at: unit.span) }
  }

  /// The branch that an object hangs on; `nil` for one that is there whichever alternative is live.
  package func branch(of meta: ObjectMeta) -> BranchID? {
    branchOfObject.isEmpty ? nil : branchOfObject[ObjectKey(meta)]
  }

  /// The number of the build that an object without a namespace comes from; `nil` for one that no build made.
  package func build(of meta: ObjectMeta) -> Int? { buildOfObject.isEmpty ? nil : buildOfObject[ObjectKey(meta)] }

  /// What cannot be told of a namespace's policies.
  package func doubt(in namespace: String) -> Doubt? {
    doubts.first { $0.scope == .namespace(namespace) || $0.scope == .everywhere }
  }

  /// What is applied to a namespace and was not read.
  package func addition(in namespace: String) -> Addition? { additions.first { $0.namespace == namespace } }
}

extension WorldContents.Unbuilt {
  /// Whether pods of all namespaces hang on it.
  fileprivate var holdsClusterPolicy: Bool {
    manifests.contains { if case .clusterPolicy = $0 { true } else { false } }
  }

  fileprivate var writtenNamespaces: Set<String> {
    Set(manifests.lazy.filter(\.isPlacedInNamespace).map(\.meta.namespace))
  }
}

/// The label that the API server sets on every namespace: its name.
package let metadataNameLabel = "kubernetes.io/metadata.name"

/// What tells two workloads apart.
package struct WorkloadIdentity: Hashable, Sendable {
  package let namespace: String
  package let kind: String
  package let name: String
}

extension Workload {
  /// Whether no policy can tell the pods from those of another workload of the namespace.
  fileprivate func isAlike(_ other: Workload) -> Bool {
    func ports(_ workload: Workload) -> [[PortKey]] {
      workload.containers.filter(\.isLongRunning).map { $0.ports.map(PortKey.init) }
    }
    return labels == other.labels && hostNetwork == other.hostNetwork && ports(self) == ports(other)
  }

  private struct PortKey: Equatable {
    let name: String?
    let number: UInt16
    let transport: TransportProtocol

    init(_ port: ContainerPort) { (name, number, transport) = (port.name, port.number, port.transport) }
  }

  package var identity: WorkloadIdentity {
    WorkloadIdentity(namespace: meta.namespace, kind: meta.kind, name: meta.name.value)
  }
}

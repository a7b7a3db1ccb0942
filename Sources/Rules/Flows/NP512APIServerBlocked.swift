internal import Config
package import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// Pods that have a role on the API server and do not reach it.
package enum NP512APIServerBlocked: Rule {
  package static let asksReach = true
  package static let missesUnreadObjects = true
  package static let isAboutWorkloads = true
  package static let info = RuleInfo(
    id: "NP512", name: "api-server-blocked", severity: .error, lower: [.warning],
    summary: "A workload whose ServiceAccount has a role calls the API server, and no policy lets it.",
    rationale: """
      A RoleBinding to a ServiceAccount says that its pods call the API server. Where their egress is isolated, a rule \
      has to allow the API server's addresses, or its port (443 or 6443) to everyone: selectors do not match it. A \
      warning where something may leave, for the role may be left over.
      """,
    remedy: """
      allow port 443 or 6443 to an ipBlock of the API server's addresses, which `kubectl get endpointslices -n default \
      -l kubernetes.io/service-name=kubernetes` shows, or set automountServiceAccountToken: false
      """,
    yieldsTo: ["NP410"], followsFrom: SelectorFaults.rules + ["NP106", "NP111"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: watcher # expect: NP512
        namespace: shop
      spec:
        podSelector: {matchLabels: {app: watcher}}
        policyTypes: [Egress]
        egress: []
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: watcher, namespace: shop}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: watcher}
      subjects: [{kind: ServiceAccount, name: watcher, namespace: shop}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: watcher, namespace: shop, labels: {app: watcher}}
      spec: {serviceAccountName: watcher, containers: [{name: watcher, image: watcher}]}
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: watcher, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: watcher}}
        policyTypes: [Egress]
        egress:
          - to: [{ipBlock: {cidr: 10.0.0.10/32}}]
            ports: [{port: 6443}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: watcher, namespace: shop}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: watcher}
      subjects: [{kind: ServiceAccount, name: watcher, namespace: shop}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: watcher, namespace: shop, labels: {app: watcher}}
      spec: {serviceAccountName: watcher, containers: [{name: watcher, image: watcher}]}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let world = analysis.world
    guard !world.clusterPolicies.isEmpty || world.policies.contains(where: { $0.isolates(.egress) }) else { return }
    let accounts = BoundAccounts(analysis)
    var calls = APIServerCalls(analysis)
    for account in accounts.all {
      let users = accounts.users(of: account.value)
      let answers = users.map { calls.mayCall($0) }
      // Which of several workloads calls nobody says: that it is one is certain.
      if answers.isEmpty || answers.contains(.yes) { continue }
      if let place = answers.firstIndex(of: .unknown) {
        tellUnknown(users[place], analysis, &sink)
      } else {
        report(account, users, analysis, &sink)
      }
    }
  }

  private static func tellUnknown(_ id: WorkloadID, _ analysis: Analysis, _ sink: inout FindingSink) {
    let podClass = analysis.reach.podClass(of: id)
    if sink.undecidedByOtherPolicyAPI(podClass, analysis) { return }
    sink.undecided(
      namespace: analysis.world[id].meta.namespace, "which policies isolate a workload that has a role is not known")
  }

  // MARK: Findings

  /// One finding for each policy that isolates some of the workloads.
  private static func report(
    _ account: Located<RoleBinding.Account>, _ users: [WorkloadID], _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    var seen: Set<SourceSpan> = []
    for id in users {
      let podClass = analysis.reach.podClass(of: id)
      let denials = denials(podClass, analysis)
      if !denials.isEmpty {
        report(account, id, denials, analysis, &sink)
        continue
      }
      guard let policy = analysis.isolatingPolicy(of: podClass, .egress), seen.insert(policy.nameSpan).inserted else {
        continue
      }
      let policies = analysis.reach.policies(of: podClass, .egress, isCertain: false).map { analysis.world[$0] }
      let isCutOff = policies.allSatisfy { $0.effectiveRules(.egress).isEmpty }
      let name = analysis.name(ofWorkload: id)
      sink.report(
        "\(name) has a role on the API server, and "
          + (isCutOff ? "nothing at all may leave it" : "no egress rule lets it send there"),
        at: .name(of: policy.meta), .severity(isCutOff ? .error : .warning),
        .why(
          """
          \(policy.meta.name.value) isolates \(name) for egress, and no policy allows port 443 or 6443 to an address
          """),
        .related(account.span, "gives ServiceAccount \(account.value.name) a role"),
        .related(analysis.world[id].meta.name.span, "runs as ServiceAccount \(account.value.name)"),
        .key(analysis.world[id].meta.writtenTitle),
        .mayFollowFrom(
          analysis.causesOutside(of: podClass, isolatedBy: policy) + policies.prefix(20).map { .apiServer(of: $0) }))
    }
  }
}

extension NP512APIServerBlocked {
  /// The rules of policies for the whole cluster that deny the pods every address on the API server's ports.
  private static func denials(_ podClass: ClassID, _ analysis: Analysis) -> [ClusterRuleReference] {
    let ports = analysis.facts.labels.apiServerPorts + analysis.facts.calls.otherAPIServerPorts
    let addresses = analysis.configuration.cluster.apiServerCIDRs ?? .everything
    let asked = ports.reduce(into: PortSet()) { $0.insert($1...$1, .tcp) }
    let parts = analysis.reach.portsToOutside(from: podClass).map { $0.addresses.intersection(addresses) }
    return parts.lazy.compactMap(\.first).map {
      analysis.denials(from: .pods(podClass), to: .address($0), asked, .egress)
    }.first { !$0.isEmpty } ?? []
  }

  /// Where a policy for the whole cluster is to blame, the finding stands at the workload.
  private static func report(
    _ account: Located<RoleBinding.Account>, _ id: WorkloadID, _ denials: [ClusterRuleReference], _ analysis: Analysis,
    _ sink: inout FindingSink
  ) {
    let meta = analysis.world[id].meta
    sink.report(
      "\(analysis.name(ofWorkload: id)) has a role on the API server, and "
        + "\(analysis.world[denials[0].policy].title) does not let it send there",
      at: .name(of: meta), .severity(.warning), .why(analysis.blame(denials)),
      .remedy("let these pods send to the API server in a rule before that one"),
      .related(account.span, "gives ServiceAccount \(account.value.name) a role"),
      .related(analysis.places(of: denials)), .key("\(account.value.namespace)/\(account.value.name)"))
  }
}

/// Whether workloads may send to the API server, wherever that is.
private struct APIServerCalls {
  private let analysis: Analysis
  private let ports: [UInt16]
  /// The pods of hosted control planes, which are ordinary ones.
  private let hosted: [ClassID]
  /// Whether what isolates pods lets them send to some address, by its number.
  private var known: [Int: Bool] = [:]

  init(_ analysis: Analysis) {
    self.analysis = analysis
    ports = analysis.facts.labels.apiServerPorts + analysis.facts.calls.otherAPIServerPorts
    var hosted: Set<ClassID> = []
    for (id, workload) in analysis.world.identifiedWorkloads where !workload.hostNetwork {
      let isServer = workload.podLabels.contains { label in
        label.value == "kube-apiserver" || analysis.facts.labels.isAPIServerPod(label.key, label.value)
      }
      if isServer { hosted.insert(analysis.reach.podClass(of: id)) }
    }
    self.hosted = hosted.sorted()
  }

  mutating func mayCall(_ id: WorkloadID) -> Truth {
    let podClass = analysis.reach.podClass(of: id)
    switch analysis.reach.isIsolated(podClass, .egress) {
    case .no where analysis.reach.clusterPolicies(of: podClass, .egress).isEmpty: return .yes
    case .no: break
    case .unknown: return .unknown
    case .yes: break
    }
    let profile = analysis.reach.profileNumber(of: podClass, .egress)
    let reachesAddress = known[profile] ?? reachesAddress(podClass)
    known[profile] = reachesAddress
    let reachesPods = hosted.contains { server in
      let bounds = analysis.reach.ports(from: .pods(podClass), to: .pods(server))
      return ports.contains { bounds.possible.contains($0, .tcp) }
    }
    return reachesAddress || reachesPods ? .yes : .no
  }

  private func reachesAddress(_ podClass: ClassID) -> Bool {
    let own = analysis.configuration.cluster.apiServerCIDRs
    return analysis.reach.portsToOutside(from: podClass).contains { part in
      (own.map(part.addresses.intersects) ?? true) && ports.contains { part.ports.possible.contains($0, .tcp) }
    }
  }
}

/// The ServiceAccounts that bindings of a world give roles, and the workloads that run as one with its token.
private struct BoundAccounts {
  /// Each once, at the first subject, in order.
  private(set) var all: [Located<RoleBinding.Account>] = []
  private var workloads: [RoleBinding.Account: [WorkloadID]] = [:]

  init(_ analysis: Analysis) {
    let world = analysis.world
    var builds: [RoleBinding.Account: Set<Int?>] = [:]
    for resource in world.others {
      guard let binding = resource.binding, !analysis.facts.calls.isRoleWithoutCalls(binding.role) else { continue }
      // Everybody in the namespace has the one called `default`.
      for account in binding.accounts where account.value.name != "default" {
        if builds[account.value] == nil { all.append(account) }
        builds[account.value, default: []].insert(world.build(of: resource.meta))
      }
    }
    if all.isEmpty { return }
    var tokens: [RoleBinding.Account: Bool] = [:]
    for resource in world.others {
      guard let mounts = resource.mountsToken else { continue }
      tokens[RoleBinding.Account(namespace: resource.meta.namespace, name: resource.meta.name.value)] = mounts
    }
    for (id, workload) in world.identifiedWorkloads {
      guard let name = workload.account.name else { continue }
      let account = RoleBinding.Account(namespace: workload.meta.namespace, name: name)
      // Objects that name no namespace are together only where one build made them.
      guard let own = builds[account], workload.meta.isPlaced || own.contains(world.build(of: workload.meta)) else {
        continue
      }
      if workload.account.mountsToken ?? tokens[account] ?? true { workloads[account, default: []].append(id) }
    }
  }

  func users(of account: RoleBinding.Account) -> [WorkloadID] { workloads[account] ?? [] }
}

package import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// A call that a workload's own manifest names, and that policies block.
package enum NP511DeclaredCallBlocked: Rule {
  package static let asksReach = true
  package static let missesUnreadObjects = true
  package static let isAboutWorkloads = true
  package static let info = RuleInfo(
    id: "NP511", name: "declared-call-blocked", severity: .error, lower: [.warning],
    summary: "A workload's manifest names whom it calls, and policies block the call.",
    rationale: """
      A URL, or a host with its port, in a variable, an argument or a ConfigMap says whom the pods call. Where the \
      egress of the pods or the ingress of those behind the Service is isolated and no rule lets the call through, it \
      runs into a timeout. A warning for hosts outside of the cluster, for what calls them is not certain.
      """,
    remedy: "allow the call on both sides, on the port of the pods, or take the address out of the manifest",
    followsFrom: SelectorFaults.rules + RuleFaults.rules + ["NP111", "NP514", "NP501"],
    bad: Example(example(admits: "report", mark: " # expect: NP511")), good: Example(example(admits: "api")))

  /// - Parameter client: whom the database lets in.
  private static func example(admits client: String, mark: String = "") -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: db\(mark)
      namespace: shop
    spec:
      podSelector: {matchLabels: {app: db}}
      policyTypes: [Ingress]
      ingress:
        - from: [{podSelector: {matchLabels: {app: \(client)}}}]
          ports: [{port: 5432}]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: db, namespace: shop}
    spec: {selector: {app: db}, ports: [{port: 5432}]}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: db, namespace: shop, labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: api, namespace: shop, labels: {app: api}}
    spec:
      containers:
        - name: api
          image: api
          env: [{name: DATABASE_URL, value: "postgres://db:5432/app"}]
    """
  }

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    guard analysis.world.policies.contains(where: { $0.isolates(.egress) || $0.isolates(.ingress) }) else { return }
    let search = CallSearch(analysis)
    for id in analysis.world.workloadIDs {
      search.look(at: id, &sink)
      guard search.isCut else { continue }
      let meta = analysis.world[id].meta
      return sink.giveUp(namespace: nil, "manifests name more than \(CallSearch.mostCalls) calls", at: .name(of: meta))
    }
  }
}

/// Looks at the calls of one workload after the other.
private final class CallSearch {
  private let analysis: Analysis
  private let calls: DeclaredCalls
  private let targets: CallTargets
  /// What was reported of texts that several workloads read: once for all of them.
  private var shared: Set<SharedCall> = []
  /// Whether none of the workloads that read a text gets through.
  private var isLost: [SharedCall: Bool] = [:]
  private var inside: [Outside: Truth] = [:]
  /// How many calls may still be looked at.
  private var left = mostCalls

  /// A ConfigMap with many hosts, taken by many workloads, would be too much.
  static let mostCalls = 1_000_000

  private struct SharedCall: Hashable {
    let span: SourceSpan
    let host: String
    let port: UInt16
  }

  /// What policies say of a port of all addresses.
  private struct Outside: Hashable {
    let profile: Int
    let port: UInt16
  }

  var isCut: Bool { left < 0 }

  /// Who is called, in the words of findings.
  private struct Callee: Hashable {
    let name: String
    let port: UInt16
  }

  init(_ analysis: Analysis) {
    self.analysis = analysis
    calls = DeclaredCalls(analysis)
    targets = CallTargets(analysis)
  }

  func look(at id: WorkloadID, _ sink: inout FindingSink) {
    var seen: Set<Callee> = []
    if isCut { return }
    let calls = calls.calls(of: id)
    left -= calls.count
    for var call in calls {
      let workload = analysis.world[id]
      if let target = targets.target(call.host.host, from: workload) {
        let service = analysis.world[target.service]
        if call.host.port == NamedHost.portOfService {
          guard service.ports.count == 1, service.ports[0].transport == .tcp else { continue }
          call.host.port = service.ports[0].number
        }
        let callee = Callee(name: target.pod == nil ? service.meta.title : call.host.host, port: call.host.port)
        guard seen.insert(callee).inserted else { continue }
        look(at: id, call, target, &sink)
      } else if call.mayBeOutside, call.host.port != NamedHost.portOfService,
        analysis.facts.calls.mayBeCalledOutside(call.host.key),
        targets.isOutside(call.host.host), seen.insert(Callee(name: call.host.host, port: call.host.port)).inserted
      {
        lookOutside(from: id, call, &sink)
      }
    }
  }

  // MARK: Services

  private func look(
    at id: WorkloadID, _ call: DeclaredCall, _ target: CallTargets.Target, _ sink: inout FindingSink
  ) {
    switch targets.outcome(of: id, calling: target, on: call.host.port) {
    case .passes, .own: return
    case .unknown:
      let podClass = analysis.reach.podClass(of: id)
      if sink.undecidedByOtherPolicyAPI(podClass, analysis) { return }
      sink.undecided(
        namespace: analysis.world[id].meta.namespace,
        "what a workload says it calls may be let through: the manifests do not settle it")
    case .blocked(let block):
      let isLost = isLostForAll(call) { sharer in
        switch targets.outcome(of: sharer, calling: target, on: call.host.port) {
        case .blocked, .own: true
        case .passes, .unknown: false
        }
      }
      if isLost { report(id, call, target, block, &sink) }
    }
  }

  /// Whether a call is to be told: of several workloads that read one text, which of them calls nobody says, so that none
  /// may get through, and it is told once.
  private func isLostForAll(_ call: DeclaredCall, _ isBlocked: (WorkloadID) -> Bool) -> Bool {
    if call.sharers.isEmpty { return true }
    let text = SharedCall(span: call.span, host: call.host.host, port: call.host.port)
    if isLost[text] == nil {
      left -= call.sharers.count
      isLost[text] = call.sharers.allSatisfy(isBlocked)
    }
    return isLost[text] == true && shared.insert(text).inserted
  }

  private func report(
    _ id: WorkloadID, _ call: DeclaredCall, _ target: CallTargets.Target, _ block: CallTargets.Block,
    _ sink: inout FindingSink
  ) {
    guard let policy = analysis.isolatingPolicy(of: block.blocked, block.direction) else { return }
    // Where the place is in another namespace, nothing else says whose workload it is.
    let own = analysis.world[id].meta.namespace
    let caller = callerName(id, call) + (policy.meta.namespace == own ? "" : " in namespace \(own)")
    let service = analysis.world[target.service]
    let backend = analysis.name(ofWorkload: block.workload)
    let called = target.pod == nil ? "Service \(service.meta.name.value)" : call.host.host
    let port = "\(call.host.port)" + (block.port == call.host.port ? "" : " (\(block.port) of its pods)")
    let isSending = block.direction == .egress
    let blocked = isSending ? caller : backend
    let ends = isSending ? (block.blocked, block.other) : (block.other, block.blocked)
    let ports = PortSet(block.port...block.port, block.transport)
    let denials = analysis.denials(from: .pods(ends.0), to: .pods(ends.1), ports, block.direction)
    sink.report(
      isSending
        ? "\(caller) calls \(called) on port \(port), and no egress rule lets it send there"
        : "\(caller) calls \(called) on port \(port), and no ingress rule of \(backend) lets it in",
      at: .name(of: policy.meta),
      // What is scaled to nothing calls nobody today.
      .severity(isForOthers(call, target) || analysis.world[id].replicas == 0 ? .warning : .error),
      .why(
        analysis.blame(denials)
          ?? """
          \(blocked) is isolated for \(block.direction.field) by \(policy.meta.name.value), and no policy allows the call
          """),
      .remedy("let \(caller) send to \(backend) on port \(block.port), on both sides"),
      .related([place(call, called)]), .related(analysis.places(of: denials)), .related(further(block, policy)),
      .key("\(analysis.world[id].meta.writtenTitle) \(service.meta.writtenTitle):\(call.host.port)"),
      .accountsFor(
        [.anything(.ingress, of: analysis.world[block.workload].meta)]
          + (isSending ? [] : [.traffic(.ingress, of: analysis.world[block.workload].meta)])),
      .mayFollowFrom(
        analysis.causes(of: block.blocked, block.direction, other: block.other)
          + analysis.portCauses(of: block.blocked, block.direction, other: block.other, on: ports)
          + (denials.isEmpty
            ? [] : analysis.denied(block.direction, of: analysis.reach[block.blocked].workloads, on: ports)) + [
            .flow(from: analysis.world[id].meta, to: analysis.world[block.workload].meta, on: block.port),
            .flow(from: analysis.world[id].meta, to: analysis.world[block.workload].meta, on: nil),
            .cutOff(block.direction, by: policy),
          ]),
      .common("calls \(called) on port \(port) \(block.direction.field)"))
  }

  /// Whether the callee itself reads the text that names it: then it holds more than what its readers call.
  private func isForOthers(_ call: DeclaredCall, _ target: CallTargets.Target) -> Bool {
    !Set(call.sharers).isDisjoint(with: analysis.services.backends(of: target.service))
  }

  /// The place that names the callee; values themselves are never said.
  private func place(_ call: DeclaredCall, _ called: String) -> RelatedPlace {
    RelatedPlace(call.span, "\(call.source) names \(called)")
  }

  /// The first of the other policies that isolate the same pods.
  private func further(_ block: CallTargets.Block, _ policy: NetworkPolicy) -> [RelatedPlace] {
    let places = analysis.isolationPlaces(of: block.blocked, block.direction)
    return Array(places.filter { $0.span != policy.nameSpan }.prefix(2))
  }

  private func callerName(_ id: WorkloadID, _ call: DeclaredCall) -> String {
    let name = analysis.name(ofWorkload: id)
    let others = call.sharers.count - 1
    return others < 1 ? name : "\(name) or another workload with the same ConfigMap"
  }

  // MARK: Hosts outside of the cluster

  private func lookOutside(from id: WorkloadID, _ call: DeclaredCall, _ sink: inout FindingSink) {
    switch staysInside(id, call.host.port) {
    case .no: return
    case .unknown:
      _ = sink.undecidedByOtherPolicyAPI(analysis.reach.podClass(of: id), analysis)
      return
    case .yes: break
    }
    guard isLostForAll(call, { staysInside($0, call.host.port) == .yes }),
      let policy = analysis.isolatingPolicy(of: analysis.reach.podClass(of: id), .egress)
    else { return }
    let caller = callerName(id, call)
    let (host, port) = (call.host.host, call.host.port)
    sink.report(
      "\(caller) calls \(host) on port \(port), and no rule lets it send out of the cluster there",
      at: .name(of: policy.meta), .severity(.warning),
      .why("\(analysis.name(ofWorkload: id)) is isolated for egress, and no policy allows any address on port \(port)"),
      .remedy("allow port \(port) to an ipBlock that holds the addresses of \(host)"), .related([place(call, host)]),
      .key("\(analysis.world[id].meta.writtenTitle) \(host):\(port)"),
      .mayFollowFrom(
        analysis.causesOutside(of: analysis.reach.podClass(of: id), isolatedBy: policy)
          + analysis.reach.policies(of: analysis.reach.podClass(of: id), .egress).prefix(20).map {
            .lostOutside(of: analysis.world[$0])
          }))
  }

  /// Whether a workload reaches no address on a port: a public name may stand for a private address, too. Proxies and
  /// gateways that it may send to stand for everything outside.
  private func staysInside(_ id: WorkloadID, _ port: UInt16) -> Truth {
    let podClass = analysis.reach.podClass(of: id)
    let isolated = analysis.reach.isIsolated(podClass, .egress)
    guard isolated == .yes else { return isolated }
    let question = Outside(profile: analysis.reach.profileNumber(of: podClass, .egress), port: port)
    if let known = inside[question] { return known }
    let reaches = analysis.reach.portsToOutside(from: podClass).contains { $0.ports.possible.contains(port, .tcp) }
    let answer: Truth = reaches || sendsToProxy(podClass) ? .no : .yes
    inside[question] = answer
    return answer
  }

  private func sendsToProxy(_ podClass: ClassID) -> Bool {
    analysis.reach.policies(of: podClass, .egress, isCertain: false).contains { id in
      analysis.world[id].effectiveRules(.egress).flatMap(\.peers.items).contains { peer in
        namesProxy(peer.podSelector) || namesProxy(peer.namespaceSelector)
      }
    }
  }

  private func namesProxy(_ selector: LabelSelector?) -> Bool {
    (selector?.selector.requirements ?? []).contains { requirement in
      requirement.values.contains { value in
        ["proxy", "egress", "gateway", "squid"].contains { (word: String) in value.contains(word) }
      }
    }
  }
}

package import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// A way into the cluster that ends at pods which let nothing in from there.
package enum NP504BackendUnreachable: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP504", name: "backend-unreachable", severity: .error, lower: [.warning],
    summary: """
      The backend of an Ingress, a Route, a route of the Gateway API, a LoadBalancer or NodePort Service, a webhook or \
      an APIService, which no policy lets its callers reach.
      """,
    rationale: """
      What comes from outside of the cluster, through an ingress controller, through the pods of a Gateway or from the \
      API server has to be let in by the policies that isolate the backend, on the port of the pods. Where none does, every call runs into a timeout.
      """,
    remedy:
      "let the callers in on the port of the pods: an ipBlock, or for an Ingress the controller's pods, for a route those of the Gateway",
    followsFrom: SelectorFaults.rules + RuleFaults.rules + ["NP405", "NP111", "NP514", "NP501"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: probe}}}]
            ports: [{port: 8080}]
      ---
      apiVersion: v1
      kind: Service
      metadata:
        name: web # expect: NP504
        namespace: shop
      spec:
        type: LoadBalancer
        selector: {app: web}
        ports: [{port: 80, targetPort: 8080}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop, labels: {app: web}}
      spec: {containers: [{name: web, image: web}]}
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from: [{ipBlock: {cidr: 0.0.0.0/0}}]
            ports: [{port: 8080}]
      ---
      apiVersion: v1
      kind: Service
      metadata:
        name: web
        namespace: shop
      spec:
        type: LoadBalancer
        selector: {app: web}
        ports: [{port: 80, targetPort: 8080}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop, labels: {app: web}}
      spec: {containers: [{name: web, image: web}]}
      """))

  /// Who calls a backend.
  private enum Caller: Equatable {
    case outside, apiServer
    /// The pods of ingress controllers or Gateways; not empty.
    case pods([ClassID], ofGateway: IngressPath.Gateway?)

    var isController: Bool { if case .pods = self { true } else { false } }
    var classes: [ClassID] { if case .pods(let classes, _) = self { classes } else { [] } }
  }

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    let world = analysis.world
    if world.clusterPolicies.isEmpty && world.policies.isEmpty { return }
    let gateways = GatewayPods(analysis)
    for path in world.ingressPaths {
      // No pod sends on what a load balancer outside of the cluster sends to the pods.
      let isBalanced = analysis.facts.labels.hasLoadBalancer(path)
      let callers = isBalanced ? [] : gateways.callers(of: path)
      for backend in path.backends {
        let targets = analysis.services.targets(of: backend, in: path.meta.namespace)
        let place = Place.field(backend.path, of: path.meta, at: backend.span)
        if isBalanced {
          check(targets, .outside, at: place, path.meta, analysis, &sink)
          continue
        }
        // Of pods that nobody knows nothing can be said.
        if isLeftOpen(targets, callers, analysis) {
          let who = path.gateways.isEmpty ? "no ingress controller was read" : "the pods of a Gateway were not read"
          sink.undecided(
            namespace: path.meta.namespace, "\(who) (by its labels policies let it in or not)")
          continue
        }
        if callers.isEmpty || StuckGateway.report(path, backend, callers, targets, analysis, &sink) { continue }
        check(targets, .pods(callers, ofGateway: path.gateways.first), at: place, path.meta, analysis, &sink)
      }
    }
    for (id, service) in world.identifiedServices where service.isExposed {
      let targets = analysis.services.targets(of: id)
      check(targets, .outside, at: .name(of: service.meta), service.meta, analysis, &sink)
    }
    for other in world.others where analysis.facts.labels.namesServicesForAPIServer(other.meta) {
      for reference in other.serviceReferences {
        let targets = analysis.services.targets(of: reference)
        var place = Place.field(reference.path, of: other.meta, at: reference.span)
        place.object = other.meta.clusterReference
        check(targets, .apiServer, at: place, other.meta, analysis, &sink)
      }
    }
  }

  /// Whether it depends on pods that were not read, whether any of the targets is reached.
  ///
  /// - Parameter callers: those of the path that are known.
  private static func isLeftOpen(
    _ targets: [(workload: WorkloadID, ports: PortSet)], _ callers: [ClassID], _ analysis: Analysis
  ) -> Bool {
    guard callers.allSatisfy({ analysis.reach[$0].origin == .ingressController }), !targets.isEmpty else {
      return false
    }
    var isPossible = false
    for target in targets {
      let podClass = analysis.reach.podClass(of: target.workload)
      guard analysis.reach.isIsolated(podClass, .ingress) == .yes,
        analysis.reach.portsFromAnyAddress(to: podClass).intersection(target.ports).isEmpty
      else { return false }
      let bounds = callers.map { analysis.reach.ports(from: .pods($0), to: .workload(target.workload)) }
      if bounds.contains(where: { !$0.certain.intersection(target.ports).isEmpty }) { return false }
      let unread = UnreadController(of: podClass, analysis)
      if !unread.surely.intersection(target.ports).isEmpty { return false }
      // Pods that have some labels, none of which are known, may be any that a rule names.
      let isOpen =
        bounds.isEmpty
        || bounds.contains { !$0.possible.intersection(target.ports).intersection(unread.perhaps).isEmpty }
      isPossible = isPossible || isOpen
    }
    return isPossible
  }

  private static func check(
    _ targets: [(workload: WorkloadID, ports: PortSet)], _ caller: Caller, at place: Place,
    _ meta: ObjectMeta, _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    for target in targets {
      let podClass = analysis.reach.podClass(of: target.workload)
      if analysis.reach.isIsolated(podClass, .ingress) == .unknown,
        sink.undecidedByOtherPolicyAPI(podClass, analysis)
      {
        return
      }
    }
    let blocked = targets.map { $0.ports.subtracting(open(to: $0.workload, caller, analysis)) }
    guard let first = targets.first, blocked.allSatisfy({ !$0.isEmpty }) else { return }
    // Of several ports any one may be the one that a Route means.
    if caller.isController, zip(targets, blocked).contains(where: { $0.ports != $1 }) { return }
    let podClass = analysis.reach.podClass(of: first.workload)
    let name = analysis.name(ofWorkload: first.workload)
    let isService = meta.kind == "Service"
    let message =
      switch caller {
      case .outside: "nothing from outside of the cluster reaches \(name) on \(blocked[0].text)"
      case .pods(_, let gateway?):
        "neither the pods of Gateway \(gateway.name) nor an address outside reach \(name) on \(blocked[0].text)"
      case .pods: "neither an ingress controller nor an address outside reaches \(name) on \(blocked[0].text)"
      case .apiServer: "the API server does not reach \(name) on \(blocked[0].text)"
      }
    let denials =
      caller.classes.lazy.map {
        analysis.denials(from: .pods($0), to: .workload(first.workload), blocked[0], .ingress)
      }.first { !$0.isEmpty } ?? []
    // A label that somebody sets by hand would let an unread controller in.
    let isLost =
      caller.isController && !UnreadController(of: podClass, analysis).lost.intersection(first.ports).isEmpty
    sink.report(
      message, at: place,
      .severity(isLost ? .warning : nil),
      .why(analysis.blame(denials) ?? "policies isolate \(name) for ingress, and none of them lets these callers in"),
      .related(analysis.places(of: denials)), .related(analysis.isolationPlaces(of: podClass, .ingress)),
      .key("\(analysis.sources.text(of: place.span)) \(blocked[0].text)"),
      .accountsFor(
        targets.prefix(10).map { .traffic(.ingress, of: analysis.world[$0.workload].meta) }
          + (isService ? place.subjects : [])),
      .mayFollowFrom(
        causes(of: podClass, caller, analysis)
          + zip(targets, blocked).prefix(10).flatMap { target, ports in
            let meta = analysis.world[target.workload].meta
            return caller == .outside
              ? analysis.outsideArrivals(at: meta, on: ports) : analysis.arrivals(at: meta, on: ports)
          } + (denials.isEmpty ? [] : analysis.denied(.ingress, of: targets.lazy.map(\.workload), on: first.ports))),
      // What one Ingress leads to is told in one go.
      .common(
        !isService && caller != .apiServer ? "\(meta.title) leads nowhere; \(analysis.blame(denials) ?? "")" : nil))
  }

  /// A controller may be meant by a peer that is lost: one that was read by its namespace, another one by what
  /// controllers, or the Gateway's namespace, are called.
  private static func causes(of podClass: ClassID, _ caller: Caller, _ analysis: Analysis) -> [Subject] {
    let controllers = Array(caller.classes.prefix(3))
    let policies = analysis.reach.policies(of: podClass, .ingress).prefix(20).map { analysis.world[$0] }
    return analysis.reach[podClass].workloads.prefix(10).map { .traffic(.ingress, of: analysis.world[$0].meta) }
      + controllers.flatMap { analysis.causes(of: podClass, .ingress, other: $0) }
      + unreadNames(caller, analysis).flatMap { name in
        policies.map { .lostPeer(name, .ingress, of: $0) }
      }
      + (caller == .apiServer ? [] : policies.map { .lostOutside(of: $0) })
  }

  private static func unreadNames(_ caller: Caller, _ analysis: Analysis) -> [String] {
    guard case .pods(let classes, let gateway) = caller,
      classes.contains(where: { analysis.reach[$0].origin == .ingressController })
    else { return [] }
    return gateway.map { [$0.namespace] } ?? analysis.facts.labels.ingressControllerNames
  }

  /// The ports of a workload that a caller reaches, or may reach.
  private static func open(to workload: WorkloadID, _ caller: Caller, _ analysis: Analysis) -> PortSet {
    var ports = analysis.reach.portsFromAnyAddress(to: analysis.reach.podClass(of: workload))
    for controller in caller.classes {
      let possible = analysis.reach.ports(from: .pods(controller), to: .workload(workload)).possible
      let isUnread = analysis.reach[controller].origin == .ingressController
      ports.formUnion(
        isUnread
          ? possible.intersection(UnreadController(of: analysis.reach.podClass(of: workload), analysis).perhaps)
          : possible)
    }
    return ports
  }
}

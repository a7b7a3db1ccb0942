internal import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// Ingress controllers and Gateways that do not get through to a backend which lets addresses in: nothing lets them send
/// there, or a policy for the whole cluster keeps pods out.
enum StuckGateway {
  typealias Target = (workload: WorkloadID, ports: PortSet)

  /// Reports a backend that none of the callers reaches, for another reason than the policies that isolate it.
  ///
  /// - Parameter callers: not empty.
  /// - Returns: whether it is so.
  static func report(
    _ path: IngressPath, _ backend: IngressPath.Backend, _ callers: [ClassID],
    _ targets: [Target], _ analysis: Analysis, _ sink: inout FindingSink
  ) -> Bool {
    guard let first = targets.first, callers.allSatisfy({ serves(path, $0, analysis) }),
      targets.allSatisfy({ target in callers.allSatisfy { !passes($0, target, analysis) } })
    else { return false }
    let denied = callers.lazy.map { ($0, denials(of: $0, first, analysis)) }.first { !$0.1.isEmpty }
    let sender = callers.first { !maySend($0, first, analysis) && isLetIn($0, first, analysis) }
    guard let caller = denied?.0 ?? sender else { return false }
    let name = analysis.name(ofClass: caller)
    let backendName = analysis.name(ofWorkload: first.workload)
    let rules = denied?.1 ?? []
    let policy = rules.isEmpty ? analysis.isolatingPolicy(of: caller, .egress) : nil
    sink.report(
      policy == nil
        ? "\(name) does not reach \(backendName) on \(first.ports.text)"
        : "\(name) may not send to \(backendName) on \(first.ports.text)",
      at: .field(backend.path, of: path.meta, at: backend.span),
      .why(
        analysis.blame(rules)
          ?? policy.map { "\(name) is isolated for egress by \($0.meta.name.value), and a connection needs both sides" }
      ),
      .remedy("let the pods that bring this traffic through to the port of the backend's pods"),
      .related(analysis.places(of: rules)),
      .related(policy == nil ? [] : analysis.isolationPlaces(of: caller, .egress)),
      .key("\(analysis.sources.text(of: backend.span)) \(first.ports.text) \(policy == nil ? "tier" : "egress")"),
      .mayFollowFrom(
        causes(caller, targets, analysis)
          + (rules.isEmpty ? [] : analysis.denied(.ingress, of: targets.lazy.map(\.workload), on: first.ports))),
      .common("\(path.meta.title) is not served by \(name); \(analysis.blame(rules) ?? "")"))
    return true
  }

  /// Whether the pods are known to bring this traffic: those of a Gateway, or the controller that the class is called like.
  private static func serves(_ path: IngressPath, _ caller: ClassID, _ analysis: Analysis) -> Bool {
    // The router of OpenShift, and what brings a route without a Gateway, are other pods.
    guard analysis.reach[caller].isRead, path.meta.kind == "Ingress" || !path.gateways.isEmpty else { return false }
    guard path.gateways.isEmpty, let name = path.ingressClass else { return true }
    let keys = analysis.facts.labels.identityKeys
    return analysis.reach[caller].labels.pairs.contains { label in
      keys.contains(label.key) && !label.value.isEmpty && (label.value.contains(name) || name.contains(label.value))
    }
  }

  private static func passes(_ caller: ClassID, _ target: Target, _ analysis: Analysis) -> Bool {
    target.ports.isEmpty
      || analysis.reach.ports(from: .pods(caller), to: .workload(target.workload)).possible.intersects(target.ports)
  }

  private static func maySend(_ caller: ClassID, _ target: Target, _ analysis: Analysis) -> Bool {
    analysis.reach.egressBounds(from: .pods(caller), to: .workload(target.workload)).possible.intersects(target.ports)
  }

  private static func isLetIn(_ caller: ClassID, _ target: Target, _ analysis: Analysis) -> Bool {
    analysis.reach.ingressBounds(from: .pods(caller), to: .workload(target.workload)).possible.intersects(target.ports)
  }

  private static func denials(of caller: ClassID, _ target: Target, _ analysis: Analysis) -> [ClusterRuleReference] {
    PolicyType.allCases.lazy.map {
      analysis.denials(from: .pods(caller), to: .workload(target.workload), target.ports, $0)
    }.first { !$0.isEmpty } ?? []
  }

  private static func causes(
    _ caller: ClassID, _ targets: [Target], _ analysis: Analysis
  ) -> [Subject] {
    let senders = analysis.reach[caller].workloads.prefix(4).map { analysis.world[$0].meta }
    return targets.prefix(4).flatMap { target in
      let meta = analysis.world[target.workload].meta
      let podClass = analysis.reach.podClass(of: target.workload)
      let ports: [UInt16?] = [nil] + target.ports.numbers(atMost: 8)
      return senders.flatMap { sender in ports.map { Subject.flow(from: sender, to: meta, on: $0) } }
        + analysis.causes(of: caller, .egress, other: podClass)
        + analysis.portCauses(of: caller, .egress, other: podClass, on: target.ports)
    }
  }
}

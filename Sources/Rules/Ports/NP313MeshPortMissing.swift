package import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// Pods of a service mesh whose policies leave out what the mesh itself needs.
package enum NP313MeshPortMissing: Rule {
  package static let info = RuleInfo(
    id: "NP313", name: "mesh-port-missing", severity: .warning,
    summary: "Policies that close the way of a mesh: port 15008 to its pods, or theirs to its control plane.",
    rationale: """
      In an ambient mesh all traffic between its pods arrives on 15008/TCP, whatever the port that is meant: a policy \
      without it cuts its pods off. A sidecar that cannot reach the mesh's control plane gets neither certificates nor \
      routes, and its pod does not become ready.
      """,
    remedy: "allow 15008/TCP to pods of an ambient mesh, and the control plane's ports from pods with a sidecar",
    bad: Example(
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: web # expect: NP313
        namespace: shop
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: proxy}}}]
            ports: [{port: 8080}]
      """),
    good: Example(
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: web
        namespace: shop
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: proxy}}}]
            ports: [{port: 8080}, {port: 15008}]
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    checkInbound(analysis, &sink)
    checkSidecars(analysis, &sink)
  }

  // MARK: Inbound

  /// A port that the mesh's own traffic comes in by.
  private struct Inbound {
    let port: UInt16
    /// What the pods are.
    let what: String
    let key: String
    let holds: (Workload) -> Bool
    let holdsNamespace: (String) -> Bool
  }

  private static func checkInbound(_ analysis: Analysis, _ sink: inout FindingSink) {
    let ambient = Inbound(
      port: analysis.facts.meshes.ambientPort, what: "are part of an ambient mesh", key: "ambient",
      holds: analysis.isAmbient, holdsNamespace: analysis.isAmbientNamespace)
    let sidecars = analysis.facts.meshes.meshes.compactMap { mesh in
      mesh.inbound.map { port in
        Inbound(
          port: port, what: "have a proxy of \(mesh.title)", key: mesh.title,
          holds: { analysis.sidecarMesh(of: $0)?.title == mesh.title }, holdsNamespace: { _ in false })
      }
    }
    for inbound in [ambient] + sidecars { check(inbound, analysis, &sink) }
  }

  private static func check(_ inbound: Inbound, _ analysis: Analysis, _ sink: inout FindingSink) {
    let port = inbound.port
    let world = analysis.world
    let pods = world.identifiedWorkloads.filter { inbound.holds($1) }.map(\.0)
    if pods.isEmpty, !analysis.namespaceGroups.contains(where: { inbound.holdsNamespace($0.namespace) }) { return }
    let opening = Set(
      world.identifiedPolicies.lazy.filter { _, policy in
        policy.effectiveRules(.ingress).contains { !$0.isSound || $0.certainPorts.contains(port, .tcp) }
      }.map(\.0))
    // The policies of pods in the mesh that none of them opens.
    var closing: Set<PolicyID> = []
    var asked: Set<Int> = []
    for id in pods {
      guard asked.insert(analysis.selection.isolationNumber(of: id, .ingress)).inserted else { continue }
      let policies = analysis.selection.policies(isolating: id, .ingress)
      if !policies.contains(where: opening.contains) { closing.formUnion(policies) }
    }
    for group in analysis.namespaceGroups {
      let openingHere = group.policies.filter(opening.contains)
      for id in group.policies {
        let policy = world[id]
        guard policy.isSound, policy.effectiveRules(.ingress).contains(where: admitsPods), !opening.contains(id) else {
          continue
        }
        let isClosed =
          analysis.selection.pods(of: policy).hasNoCertain
          ? inbound.holdsNamespace(group.namespace)
            && !openingHere.contains { policy.podSelector.selector.overlaps(world[$0].podSelector.selector) }
          : closing.contains(id)
        guard isClosed else { continue }
        sink.report(
          "these pods \(inbound.what), and no policy lets \(port)/TCP in", at: .name(of: policy.meta),
          .remedy("add `{port: \(port), protocol: TCP}` to the rules for pods of the mesh"), .key(inbound.key))
      }
    }
  }

  /// Whether a rule lets pods in; what comes from addresses does not come through the mesh.
  private static func admitsPods(_ rule: PolicyRule) -> Bool {
    rule.peers.items.isEmpty || rule.peers.items.contains { $0.ipBlock == nil }
  }

  // MARK: Sidecars

  private static func checkSidecars(_ analysis: Analysis, _ sink: inout FindingSink) {
    var reported: Set<PolicyID> = []
    // What hangs on the policies alone is found out once for all workloads that they isolate.
    var routes: [String: [Int: Bool]] = [:]
    for (id, workload) in analysis.world.identifiedWorkloads {
      guard let mesh = analysis.sidecarMesh(of: workload), let namespace = mesh.namespace else { continue }
      let policies = analysis.selection.policies(isolating: id, .egress)
      let number = analysis.selection.isolationNumber(of: id, .egress)
      let hasOne =
        routes[mesh.title]?[number]
        ?? policies.contains { hasRoute(analysis.world[$0], to: mesh, in: namespace, analysis) }
      routes[mesh.title, default: [:]][number] = hasOne
      guard !hasOne,
        let first = policies.first(where: { !analysis.world[$0].podSelector.isEmpty }) ?? policies.first,
        reported.insert(first).inserted
      else { continue }
      let ports = mesh.ports.map(String.init).joined(separator: " or ")
      let policy = analysis.world[first]
      sink.report(
        "\(workload.meta.kind) \(workload.meta.name.value) has a sidecar of \(mesh.title), and no policy lets it call "
          + "the control plane",
        at: .name(of: policy.meta), .remedy("allow egress to namespace \(namespace) on \(ports)/TCP"),
        .related(workload.meta.name.span, "this one"), .key("sidecar"),
        .common("no way to the control plane of \(mesh.title)"))
    }
  }

  /// Whether a policy lets its pods call the control plane, or may: it can be in another namespace, or outside.
  private static func hasRoute(
    _ policy: NetworkPolicy, to mesh: Mesh, in namespace: String, _ analysis: Analysis
  ) -> Bool {
    policy.effectiveRules(.egress).contains { rule in
      guard rule.isSound else { return true }
      let hasNames = rule.ports.items.contains { if case .named = $0.number { true } else { false } }
      guard hasNames || mesh.ports.contains(where: { rule.certainPorts.contains($0, .tcp) }) else { return false }
      // A rule that names the port itself is about the control plane, wherever that is.
      if rule.ports.items.contains(where: { $0.singleNumber.map(mesh.ports.contains) == true }) { return true }
      return rule.peers.items.isEmpty
        || rule.peers.items.contains { peer in
          guard let selector = peer.namespaceSelector?.selector else {
            return peer.ipBlock != nil || policy.meta.namespace == namespace
          }
          let isNamed = selector.requirements.contains { $0.key == metadataNameLabel && $0.operator == .in }
          return !isNamed || selector.matches(analysis.world.labels(ofNamespace: namespace)) != .no
        }
    }
  }
}

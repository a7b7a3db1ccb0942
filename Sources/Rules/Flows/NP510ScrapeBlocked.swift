package import Diagnostics
internal import Engine
internal import Model

/// Pods that Prometheus is told to scrape, and that let nothing in on that port.
package enum NP510ScrapeBlocked: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP510", name: "scrape-blocked", severity: .warning,
    summary: """
      An isolated workload with a ServiceMonitor, a PodMonitor or prometheus.io annotations, whose metrics port no rule \
      admits.
      """,
    rationale: """
      Prometheus connects to the metrics port of each pod. A pod that is isolated for ingress and has no rule for that \
      port is never scraped: dashboards stay empty, and alerts that look at its metrics never fire.
      """,
    remedy: "let Prometheus in on the metrics port, or take the pods out of what is scraped",
    followsFrom: SelectorFaults.rules + RuleFaults.rules + ["NP514"],
    bad: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: api, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: api}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: web}}}]
            ports: [{port: 8080}]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: api # expect: NP510
        namespace: shop
      spec:
        selector: {matchLabels: {app: api}}
        template:
          metadata:
            labels: {app: api}
            annotations: {prometheus.io/scrape: "true", prometheus.io/port: "9090"}
          spec: {containers: [{name: api, image: api, ports: [{containerPort: 8080}, {containerPort: 9090}]}]}
      """),
    good: Example(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: api, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: api}}
        policyTypes: [Ingress]
        ingress:
          - from: [{podSelector: {matchLabels: {app: web}}}]
            ports: [{port: 8080}]
          - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
            ports: [{port: 9090}]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: api
        namespace: shop
      spec:
        selector: {matchLabels: {app: api}}
        template:
          metadata:
            labels: {app: api}
            annotations: {prometheus.io/scrape: "true", prometheus.io/port: "9090"}
          spec: {containers: [{name: api, image: api, ports: [{containerPort: 8080}, {containerPort: 9090}]}]}
      """))

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    guard analysis.world.policies.contains(where: { $0.isolates(.ingress) }) else { return }
    let scrapes = ScrapeIndex(analysis)
    let scrapers = Scrapers(analysis)
    for (id, workload) in analysis.world.identifiedWorkloads {
      let asked = scrapes.scrapes(of: id)
      guard !asked.isEmpty else { continue }
      let podClass = analysis.reach.podClass(of: id)
      if analysis.reach.isIsolated(podClass, .ingress) == .unknown,
        sink.undecidedByOtherPolicyAPI(podClass, analysis)
      {
        continue
      }
      let admitted = analysis.reach.admittedPorts(to: podClass)
      guard let blocked = asked.first(where: { $0.ports.intersection(admitted).isEmpty }) else {
        if let scrape = asked.first(where: { scrapers.areKeptOut(of: id, $0.ports) }) {
          report(scrape, id, scrapers.workloads[0], analysis, &sink)
        }
        continue
      }
      let isDenied = !analysis.world.clusterPolicies.isEmpty && isLetIn(podClass, blocked.ports, analysis)
      sink.report(
        "\(analysis.name(ofWorkload: id)) is to be scraped on \(blocked.ports.text), and \(isDenied ? "a policy for the whole cluster denies" : "no rule admits") that",
        at: .name(of: workload.meta),
        .why(
          isDenied
            ? "of what the rules for this port let in, nothing passes the policies for the whole cluster"
            : "policies isolate the pods for ingress, and none lets anything in on the metrics port"),
        .related(blocked.span, "this asks Prometheus to scrape the pods"),
        .related(analysis.isolationPlaces(of: podClass, .ingress)), .key(blocked.ports.text),
        .mayFollowFrom(
          [.traffic(.ingress, of: workload.meta)] + analysis.arrivals(at: workload.meta, on: blocked.ports)
            + (isDenied ? analysis.denied(.ingress, of: [id], on: blocked.ports) : [])))
    }
  }

  /// Where pods of the own namespace alone are let in, and Prometheus was read elsewhere.
  private static func report(
    _ scrape: Scrape, _ id: WorkloadID, _ scraper: WorkloadID, _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    let (meta, other) = (analysis.world[id].meta, analysis.world[scraper].meta)
    let name = analysis.name(ofWorkload: scraper)
    sink.report(
      "\(analysis.name(ofWorkload: id)) is to be scraped on \(scrape.ports.text), where its own namespace alone is let in, "
        + "and \(name) is in namespace \(other.namespace)",
      at: .name(of: meta),
      .why("a podSelector without a namespaceSelector stands for pods of the policy's own namespace"),
      .remedy("name the namespace of \(name) by a namespaceSelector in the rule for that port"),
      .related(scrape.span, "this asks Prometheus to scrape the pods"), .related(other.name.span, "Prometheus is here"),
      .related(analysis.isolationPlaces(of: analysis.reach.podClass(of: id), .ingress)), .key(scrape.ports.text),
      .mayFollowFrom([.traffic(.ingress, of: meta)] + analysis.arrivals(at: meta, on: scrape.ports)))
  }

  /// Whether a NetworkPolicy of the pods has a rule for some ports, whatever other tiers make of it.
  private static func isLetIn(_ podClass: ClassID, _ ports: PortSet, _ analysis: Analysis) -> Bool {
    analysis.reach.policies(of: podClass, .ingress).contains { id in
      let policy = analysis.world[id]
      return policy.effectiveRules(.ingress).contains {
        $0.allowsAllPorts || analysis.resolvedPorts(of: $0, in: policy).intersects(ports)
      }
    }
  }
}

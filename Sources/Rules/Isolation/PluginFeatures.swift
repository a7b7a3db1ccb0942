internal import Diagnostics
internal import Engine
internal import Facts
internal import Model

/// The part of NP109 about features: what a plugin that enforces policies leaves out.
enum PluginFeatures {
  static func check(_ plugin: NetworkPlugin, _ analysis: Analysis, _ sink: inout FindingSink) {
    guard !plugin.lacks.isEmpty || !plugin.mayLack.isEmpty else { return }
    for type in PolicyType.allCases {
      analysis.forEachRule(type) { policy, rule in
        for port in rule.ports.items { check(port, of: rule, in: policy, plugin, &sink) }
      }
    }
    if plugin.lacks.contains(.barePods) { checkBarePods(plugin, analysis, &sink) }
  }

  private static func check(
    _ port: PolicyPort, of rule: PolicyRule, in policy: NetworkPolicy, _ plugin: NetworkPlugin,
    _ sink: inout FindingSink
  ) {
    if port.endPortSpan != nil, case .range(let range) = port.number, range.count > 1,
      isMissing(.endPort, "endPort", plugin, policy, &sink)
    {
      sink.report(
        "\(plugin.title) does not know endPort: of \(port.text) only \(range.lowerBound) is allowed",
        at: .port(port, .endPort, in: rule, of: policy),
        .why("the field is accepted and left out of account"), .remedy("list the ports one by one"))
    }
    if port.transport == .sctp, isMissing(.sctp, "SCTP", plugin, policy, &sink) {
      sink.report(
        "\(plugin.title) does not know SCTP in policies",
        at: .port(port, .protocol, in: rule, of: policy), .remedy("use a network plugin that filters SCTP"))
    }
  }

  /// Whether the plugin lacks a feature for certain; says so where that hangs on its version or settings.
  private static func isMissing(
    _ feature: NetworkPlugin.Feature, _ name: String, _ plugin: NetworkPlugin, _ policy: NetworkPolicy,
    _ sink: inout FindingSink
  ) -> Bool {
    if plugin.mayLack.contains(feature) {
      sink.undecided(
        namespace: policy.meta.namespace, "\(plugin.title) supports \(name) in some versions or settings only")
    }
    return plugin.lacks.contains(feature)
  }

  private static func checkBarePods(_ plugin: NetworkPlugin, _ analysis: Analysis, _ sink: inout FindingSink) {
    for (id, workload) in analysis.world.identifiedWorkloads
    where workload.meta.kind == "Pod" && workload.meta.controller == nil && !workload.hostNetwork {
      guard
        let policy = PolicyType.allCases.lazy.flatMap({ analysis.selection.policies(isolating: id, $0) }).first
      else { continue }
      sink.report(
        "\(plugin.title) does not enforce policies on a pod that no controller made", at: .name(of: workload.meta),
        .severity(.warning), .why("it finds pods by the Deployment, Job or the like that they belong to"),
        .remedy("make the pod by a Deployment"),
        .related(analysis.world[policy].nameSpan, "this policy selects the pod"))
    }
  }
}

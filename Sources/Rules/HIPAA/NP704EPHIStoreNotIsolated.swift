package import Diagnostics
internal import Engine
internal import Model
internal import Traffic

/// An ePHI workload that no policy isolates in a direction.
package enum NP704EPHIStoreNotIsolated: Rule {
  package static let asksReach = true
  package static let info = RuleInfo(
    id: "NP704", name: "ephi-store-not-isolated", severity: .error,
    summary: "An ePHI store or processor that no policy isolates for ingress or for egress.",
    rationale: """
      Whatever no policy isolates is open to everyone in that direction: who may reach the ePHI, or where it may go, is \
      then nobody's decision. The config says which workloads hold or work on ePHI (`components.NAME.data: ephi` or \
      `processor`, or `hipaa.zoneLabel`); nothing is guessed. Pods on the node's network are never isolated.
      """,
    remedy: "add a policy that selects the workload in this direction, or a default deny for its namespace",
    citations: ["164.312(a)(1)", "164.308(a)(4)(ii)(B)"],
    bad: Example(
      RecordsExample.policy(types: "Ingress") + """

        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: records # expect: NP704
          namespace: clinic
          labels: {app: records}
        spec: {containers: [{name: db, image: postgres, ports: [{containerPort: 5432}]}]}
        """, config: "components: {records: {namespace: clinic, labels: {app: records}, data: ephi}}"),
    good: Example(
      "\(RecordsExample.policy(types: "Ingress, Egress"))\n---\n\(RecordsExample.pod)",
      config: "components: {records: {namespace: clinic, labels: {app: records}, data: ephi}}"))

  package static let missesUnreadObjects = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    guard let zones = ZoneFindings.zones(analysis, &sink) else { return }
    let view = zones.view
    for group in zones.ephi {
      for type in PolicyType.allCases {
        switch view.isClosed(group.podClass, type) {
        case .yes: break
        case .unknown:
          let workload = view.world[group.workloads[0]]
          sink.undecided(
            namespace: workload.meta.namespace,
            "whether a policy isolates \(workload.meta.qualifiedName) for \(type.field) hangs on what is not evaluated")
        case .no:
          for id in group.workloads { report(view.world[id], group, type, &sink) }
        }
      }
    }
  }

  private static func report(
    _ workload: Workload, _ group: Zones.Group, _ type: PolicyType, _ sink: inout FindingSink
  ) {
    sink.report(
      "no policy isolates \(workload.meta.kind) \(workload.meta.name.value), an \(group.member.zone.title), for "
        + type.field,
      at: .name(of: workload.meta),
      .why(workload.hostNetwork ? "its pods use the node's network, to which no policy applies" : nil),
      .remedy(workload.hostNetwork ? "take the pods off the node's network" : nil),
      .key(type.field))
  }
}

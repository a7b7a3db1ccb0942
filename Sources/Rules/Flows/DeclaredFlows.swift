internal import Engine
internal import Facts
internal import Model
package import Traffic

/// A connection that the manifests themselves say the software needs: what NP511 asks the policies about, as a flow of
/// the config says it.
package struct DeclaredFlow: Hashable, Sendable {
  /// `shop/api`; with the kind where several workloads have the name.
  package let source: String
  /// A workload or a Service as a flow names it, or `internet`.
  package let destination: String
  /// The port that the destination is asked for: that of its pods where it is a workload.
  package let port: UInt16
  package let transport: String
  /// What the manifests call: `db:5432`.
  package let called: String

  /// The calls of all worlds, each once, in order of their ends.
  ///
  /// What several workloads read, and what leads nowhere that is known, is left out: nobody says who calls it, or whom.
  package static func all(of project: Project) -> [DeclaredFlow] {
    var flows: Set<DeclaredFlow> = []
    for view in project.worlds {
      let search = DeclaredFlowSearch(Analysis(project, view, isJudged: false, problems: []))
      for id in view.world.workloadIDs { flows.formUnion(search.flows(of: id)) }
    }
    return flows.sorted {
      ($0.source, $0.destination, $0.port, $0.called) < ($1.source, $1.destination, $1.port, $1.called)
    }
  }
}

/// Writes the calls of one world's workloads as flows.
private final class DeclaredFlowSearch {
  private let analysis: Analysis
  private let calls: DeclaredCalls
  private let targets: CallTargets
  /// How many workloads have a name in a namespace.
  private var namesakes: [Name: Int] = [:]

  private struct Name: Hashable {
    let namespace: String
    let name: String
  }

  init(_ analysis: Analysis) {
    self.analysis = analysis
    calls = DeclaredCalls(analysis)
    targets = CallTargets(analysis)
    for workload in analysis.world.workloads { namesakes[Self.name(workload.meta), default: 0] += 1 }
  }

  func flows(of id: WorkloadID) -> [DeclaredFlow] {
    guard let source = end(id) else { return [] }
    return calls.calls(of: id).compactMap { call in
      if !call.sharers.isEmpty { return nil }
      return flow(from: id, source, call)
    }
  }

  private func flow(from id: WorkloadID, _ source: String, _ call: DeclaredCall) -> DeclaredFlow? {
    let called = "\(call.host.host):\(call.host.port)"
    let workload = analysis.world[id]
    guard let target = targets.target(call.host.host, from: workload) else {
      guard call.mayBeOutside, analysis.facts.calls.mayBeCalledOutside(call.host.key),
        targets.isOutside(call.host.host)
      else { return nil }
      return DeclaredFlow(
        source: source, destination: "internet", port: call.host.port, transport: "TCP", called: called)
    }
    let ends = targets.ends(of: target, on: call.host.port)
    guard let first = ends.first, !ends.contains(where: { $0.workload == id }) else { return nil }
    if ends.count == 1, let destination = end(first.workload) {
      return DeclaredFlow(
        source: source, destination: destination, port: first.port, transport: first.transport.rawValue, called: called)
    }
    let service = analysis.world[target.service]
    // A workload of the same name would be meant instead.
    guard target.pod == nil, namesakes[Self.name(service.meta)] == nil else { return nil }
    return DeclaredFlow(
      source: source, destination: "\(service.meta.namespace)/\(service.meta.name.value)", port: call.host.port,
      transport: first.transport.rawValue, called: called)
  }

  /// `nil` for a workload whose name the cluster makes up.
  private func end(_ id: WorkloadID) -> String? {
    let meta = analysis.world[id].meta
    guard !meta.name.value.isEmpty, !meta.name.value.hasSuffix("*") else { return nil }
    let isAlone = namesakes[Self.name(meta)] == 1
    return isAlone
      ? "\(meta.namespace)/\(meta.name.value)" : "\(meta.namespace)/\(meta.kind)/\(meta.name.value)"
  }

  private static func name(_ meta: ObjectMeta) -> Name { Name(namespace: meta.namespace, name: meta.name.value) }
}

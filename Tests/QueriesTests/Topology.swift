import Config
import Diagnostics
import Engine
import Model
import Queries
import Reporting
import Traffic
import Writing

/// Manifests in memory, and what the queries say of them.
struct Topology {
  let files: [SourceFile]
  var configuration = Configuration()
  var options = ConnectionOptions()

  /// - Parameter files: paths and texts.
  init(_ files: [(String, String)]) {
    self.files = files.enumerated().map { index, file in
      SourceFile(id: FileID(index), path: file.0, bytes: Array(file.1.utf8))
    }
  }

  init(_ text: String) { self.init([("manifest.yaml", text)]) }

  func project() async -> Project { await Project.read(files, configuration: configuration) }

  func table() async -> ConnectionTable<Connections> {
    let worlds = await Array(project().worlds)
    return ConnectionTable(worlds.map { ($0.context.name, Connections($0, options)) })
  }

  /// `a/web -> b/db: TCP 80`, in order; kinds are left out.
  func rows(focus: [String] = []) async throws -> [String] {
    var table = await table()
    try table.focus(on: focus)
    return Topology.rows(&table)
  }

  /// Those that all worlds have; those that only some have stand behind the world's name.
  static func rows<List>(_ table: inout ConnectionTable<List>) -> [String] {
    var rows: [String] = []
    let nodes = table.nodes
    func text(_ end: ConnectionEnd) -> String {
      switch end {
      case .node(let number): "\(nodes[number].namespace)/\(nodes[number].name)"
      case .external, .unresolved, .ingressController: ConnectionText.end(end, nodes)
      }
    }
    for share in table.shares {
      let world = table.name(of: share).map { "\($0): " } ?? ""
      table.walk(share) { entry, portSets in
        let ports = ConnectionText.ports(portSets[entry.connection.ports])
        rows.append("\(world)\(text(entry.connection.source)) -> \(text(entry.connection.destination)): \(ports)")
        return true
      }
    }
    return rows
  }

  /// The report in a format, and its summary.
  func report(_ format: ConnectivityFormat, focus: [String] = []) async throws -> (text: String, summary: String) {
    let project = await project()
    let worlds = Array(project.worlds.map { format.isMatrix ? $0.asking([Strangers.elsewhere]) : $0 })
    var table = ConnectionTable(worlds.map { ($0.context.name, Connections($0, options)) })
    try table.focus(on: focus)
    let matrices = format.isMatrix ? try MatrixReport(worlds, options, focus: focus, MatrixReport.Options()) : nil
    let summary = ConnectivitySummary(
      worlds, Places(project.sources), unread: [], listsInferred: options.includesInferred)
    var report = ConnectivityReport(table, summary, matrices: matrices)
    var out = ByteWriter()
    report.write(format, to: &out)
    return (String(decoding: out.bytes, as: UTF8.self), report.summary.text.text + "\n")
  }

  /// What `diff` says from one topology to another.
  static func diff(_ old: Topology, _ new: Topology) async -> (added: [String], removed: [String]) {
    guard let diff = await difference(old, new) else { return ([], []) }
    var (added, removed) = (diff.table(.added), diff.table(.removed))
    return (rows(&added), rows(&removed))
  }

  /// - Parameter others: the namespaces of pods that no manifest shows, if these are asked about.
  static func diffReport(
    _ old: Topology, _ new: Topology, _ format: DiffFormat, others: [String]? = nil
  ) async -> String {
    guard let diff = await difference(old, new, others) else { return "" }
    var report = DiffReport(diff, old: SourceTable(old.files), new: SourceTable(new.files), notes: [])
    var out = ByteWriter()
    report.write(format, to: &out)
    return String(decoding: out.bytes, as: UTF8.self)
  }

  private static func difference(_ old: Topology, _ new: Topology, _ others: [String]? = nil) async -> Diff? {
    let pods = others.map(Strangers.pods) ?? []
    var options = old.options
    options.otherPods = others.map(Strangers.ends) ?? [:]
    return try? Diff(
      DiffSide(await old.project(), root: "old", asking: pods),
      DiffSide(await new.project(), root: "new", asking: pods), options)
  }
}

/// Short forms of manifests.
enum Manifests {
  static func pod(_ name: String, in namespace: String? = nil, _ labels: String, ports: String = "", more: String = "")
    -> String
  {
    """
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name)\(namespace.map { ", namespace: \($0)" } ?? ""), labels: {\(labels)}}
    spec: {containers: [{name: c, image: i\(ports.isEmpty ? "" : ", ports: [\(ports)]")}]\(more)}
    ---

    """
  }

  /// - Parameter spec: the spec in flow style, without its braces.
  static func policy(_ name: String, in namespace: String? = nil, _ spec: String) -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: \(name)\(namespace.map { ", namespace: \($0)" } ?? "")}
    spec: {\(spec)}
    ---

    """
  }

  static func namespace(_ name: String, _ labels: String) -> String {
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: \(name), labels: {\(labels)}}\n---\n"
  }

  static func workload(
    _ kind: String, _ name: String, in namespace: String? = nil, _ labels: String, ports: String = ""
  ) -> String {
    let version =
      switch kind {
      case "Job", "CronJob": "batch/v1"
      case "ReplicationController": "v1"
      case "Rollout": "argoproj.io/v1alpha1"
      case "DeploymentConfig": "apps.openshift.io/v1"
      default: "apps/v1"
      }
    let template =
      "{metadata: {labels: {\(labels)}}, spec: {containers: [{name: c, image: i"
      + (ports.isEmpty ? "" : ", ports: [\(ports)]") + "}]}}"
    let spec = kind == "CronJob" ? "{jobTemplate: {spec: {template: \(template)}}}" : "{template: \(template)}"
    return """
      apiVersion: \(version)
      kind: \(kind)
      metadata: {name: \(name)\(namespace.map { ", namespace: \($0)" } ?? "")}
      spec: \(spec)
      ---

      """
  }

  static let denyAll = policy("deny", "podSelector: {}, policyTypes: [Ingress, Egress]")
}

import Diagnostics
import Engine
import Model
import TestSupport
import Testing

/// A world of a few lines, to be asked by names: `a/web` is the workload web in the namespace a. The reference answers,
/// and the engine must agree.
struct Cluster {
  private let world: World
  private let reference: ReferenceReach
  private let reach: Reach

  init(
    _ documents: String..., podCIDRs: [String]? = nil, ipBlocksMatchPods: Bool = true, opaqueNamespaces: [String?] = []
  ) {
    self.init(
      documents, podCIDRs: podCIDRs, ipBlocksMatchPods: ipBlocksMatchPods, opaqueNamespaces: opaqueNamespaces)
  }

  init(
    _ documents: [String], podCIDRs: [String]? = nil, ipBlocksMatchPods: Bool = true, opaqueNamespaces: [String?] = []
  ) {
    let text = documents.joined(separator: "\n---\n")
    let contents = ManifestReader(ReadingOptions())
      .read(SourceFile(id: FileID(0), path: "manifest.yaml", bytes: Array(text.utf8)))
    #expect(contents.problems.isEmpty && contents.skipped.isEmpty, "\(text)")
    #expect(contents.manifests.count == documents.count, "\(text)")
    world = World(contents.manifests)
    let settings = GeneratedWorld.Settings(
      podCIDRs: podCIDRs, ipBlocksMatchPods: ipBlocksMatchPods, opaqueNamespaces: opaqueNamespaces)
    reference = ReferenceReach(world, settings)
    reach = Reach(world, ReachSettings(settings))
  }

  func answer(
    _ source: String, _ destination: String, _ port: UInt16, _ transport: TransportProtocol = .tcp
  ) -> Truth {
    let (source, destination) = (end(source), end(destination))
    let answer = reference.decide(from: source, to: destination, port, transport)
    let bounds = reach.ports(from: Endpoint(source), to: Endpoint(destination))
    #expect(bounds.truth(port, transport) == answer, "the engine disagrees")
    return answer
  }

  func answers(_ source: String, _ destination: String, _ ports: [UInt16]) -> [Truth] {
    ports.map { answer(source, destination, $0) }
  }

  private func end(_ name: String) -> ReferenceReach.End {
    if let address = IPAddress.parse(name) { return .address(address) }
    let index = world.workloads.firstIndex { "\($0.meta.namespace)/\($0.meta.name.value)" == name }
    return .workload(WorkloadID(index ?? -1))
  }
}

/// A bare pod `namespace/name` with the label `app: name`.
func pod(_ path: String, _ fields: String = "", containers: String = "{}", initContainers: String = "") -> String {
  let (namespace, name) = split(path)
  return """
    {apiVersion: v1, kind: Pod, metadata: {namespace: \(namespace), name: \(name), labels: {app: \(name)}},
    spec: {\(fields)containers: [\(containers)], initContainers: [\(initContainers)]}}
    """
}

/// A Deployment `namespace/name` whose pods have the label `app: name` and, from its controller, `pod-template-hash`.
func deployment(_ path: String) -> String {
  let (namespace, name) = split(path)
  return """
    {apiVersion: apps/v1, kind: Deployment, metadata: {namespace: \(namespace), name: \(name)},
    spec: {template: {metadata: {labels: {app: \(name)}}, spec: {containers: [{}]}}}}
    """
}

func namespace(_ name: String, _ labels: String) -> String {
  "{apiVersion: v1, kind: Namespace, metadata: {name: \(name), labels: {\(labels)}}}"
}

/// A policy with a name of its own: of two with one name only one is there.
func policy(_ namespace: String, _ spec: String) -> String {
  let number = spec.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFF_FFFF }
  return """
    {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {namespace: \(namespace), name: p\(number)},
    spec: {\(spec)}}
    """
}

private func split(_ path: String) -> (String, String) {
  let parts = path.split(separator: "/").map(String.init)
  return (parts[0], parts[1])
}

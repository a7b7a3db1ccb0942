internal import Diagnostics
internal import YAMLSource

/// Reads whatever makes pods: a Pod, the workload kinds of Kubernetes, and any other object with a pod template.
enum WorkloadReader {
  /// `nil` for an object without a pod template.
  static func read(_ object: NodeRef, meta: ObjectMeta) -> Workload? {
    guard let template = podTemplate(object, kind: meta.kind), let spec = template["spec"] else { return nil }
    let isPod = meta.kind == "Pod"
    guard isPod || isBuiltIn(meta) || (spec["containers"]?.kind == .sequence && template["metadata"]?["labels"] != nil)
    else { return nil }
    let podLabels = labels(template["metadata"]?["labels"])
    let controller = isPod ? meta.controller : nil
    return Workload(
      meta: controller.map { owner in meta.with { $0.name.value = owner.name } } ?? meta, podLabels: podLabels,
      labels: LabelSet(podLabels.map { ($0.key, $0.value) }, generated: generatedKeys(meta, podLabels)),
      podAnnotations: labels(template["metadata"]?["annotations"]), containers: containers(spec),
      hostNetwork: spec["hostNetwork"]?.scalar == .bool(true), dnsPolicy: spec["dnsPolicy"]?.string,
      replicas: replicas(object, kind: meta.kind), serviceName: object["spec"]?["serviceName"]?.string,
      account: account(spec), mountedConfigMaps: TextReader.mountedConfigMaps(spec),
      isOwnedByUnreadObject: controller != nil)
  }

  private static func podTemplate(_ object: NodeRef, kind: String) -> NodeRef? {
    switch kind {
    case "Pod": object
    case "CronJob": object["spec"]?["jobTemplate"]?["spec"]?["template"]
    default: object["spec"]?["template"]
    }
  }

  private static func isBuiltIn(_ meta: ObjectMeta) -> Bool {
    switch meta.kind {
    case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet": meta.group == "apps" || meta.group == "extensions"
    case "ReplicationController": meta.group.isEmpty
    case "Job", "CronJob": meta.group == "batch"
    default: false
    }
  }

  /// The labels that controllers add to the pods, and whose values only the cluster knows.
  private static func generatedKeys(_ meta: ObjectMeta, _ podLabels: [Label]) -> [String] {
    let keys =
      switch meta.kind {
      case "StatefulSet":
        ["statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index", "controller-revision-hash"]
      case "DaemonSet": ["controller-revision-hash", "pod-template-generation"]
      case "Deployment": ["pod-template-hash"]
      case "Job", "CronJob":
        ["job-name", "controller-uid", "batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid"]
      default: [String]()
      }
    return keys.filter { key in !podLabels.contains { $0.key == key } }
  }

  private static func replicas(_ object: NodeRef, kind: String) -> Int? {
    guard ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"].contains(kind) else { return nil }
    guard case .integer(let count) = object["spec"]?["replicas"]?.scalar else { return 1 }
    return Int(count)
  }

  private static func containers(_ spec: NodeRef) -> [Container] {
    var result: [Container] = []
    for node in spec["containers"]?.items ?? NodeRef.noItems { result.append(container(node, isLongRunning: true)) }
    for node in spec["initContainers"]?.items ?? NodeRef.noItems {
      result.append(container(node, isLongRunning: node["restartPolicy"]?.hasText("Always") ?? false))
    }
    return result
  }

  private static func container(_ node: NodeRef, isLongRunning: Bool) -> Container {
    var ports: [ContainerPort] = []
    for port in node["ports"]?.items ?? NodeRef.noItems {
      guard let value = port["containerPort"], let number = portNumber(value) else { continue }
      ports.append(
        ContainerPort(
          name: port["name"]?.string, number: number, transport: transport(port["protocol"]),
          isOnNode: port["hostPort"].flatMap(portNumber) != nil, span: value.span))
    }
    return Container(
      name: node["name"]?.string ?? "", image: node["image"].flatMap(located), ports: ports,
      isLongRunning: isLongRunning, environment: TextReader.environment(node), arguments: TextReader.arguments(node),
      configMaps: TextReader.configMaps(node))
  }

  /// `serviceAccount` is the older name of the field, which the API server still takes.
  private static func account(_ spec: NodeRef) -> Workload.Account {
    let name = [spec["serviceAccountName"], spec["serviceAccount"]].lazy.compactMap { $0?.string }.first { !$0.isEmpty }
    return Workload.Account(name: name, mountsToken: spec["automountServiceAccountToken"].flatMap(boolean))
  }
}

/// A boolean; `nil` for anything else.
func boolean(_ node: NodeRef) -> Bool? {
  if case .bool(let value) = node.scalar { value } else { nil }
}

/// The protocol of a container or Service port; TCP when absent.
func transport(_ node: NodeRef?) -> TransportProtocol {
  node?.string.flatMap(TransportProtocol.init) ?? .tcp
}

internal import YAMLSource

/// Reads what ServiceMonitors and PodMonitors scrape (prometheus-operator, pkg/apis/monitoring/v1).
enum MonitorReader {
  /// `nil` for any other object.
  static func read(_ object: NodeRef, meta: ObjectMeta) -> Monitor? {
    guard meta.group == "monitoring.coreos.com", let spec = object["spec"], let selector = spec["selector"] else {
      return nil
    }
    let subject: Monitor.Subject
    let endpoints: NodeRef?
    switch meta.kind {
    case "ServiceMonitor": (subject, endpoints) = (.services, spec["endpoints"])
    case "PodMonitor": (subject, endpoints) = (.pods, spec["podMetricsEndpoints"])
    default: return nil
    }
    return Monitor(
      subject: subject, selector: NetworkPolicyReader.selector(selector),
      namespaces: namespaces(spec["namespaceSelector"], meta), endpoints: endpoints?.items.compactMap(endpoint) ?? [])
  }

  /// The monitor's own namespace when nothing is said.
  private static func namespaces(_ node: NodeRef?, _ meta: ObjectMeta) -> Monitor.Namespaces {
    if node?["any"]?.scalar == .bool(true) { return .all }
    let names = node?["matchNames"]?.items.compactMap(\.string) ?? []
    return .named(names.isEmpty ? [meta.namespace] : names)
  }

  /// `port` counts before `portNumber`, and that before `targetPort`, which is deprecated for pods.
  private static func endpoint(_ node: NodeRef) -> Monitor.Endpoint? {
    if let name = node["port"]?.string { return Monitor.Endpoint(port: .named(name), span: node.firstKeySpan) }
    guard let target = node["portNumber"] ?? node["targetPort"] else { return nil }
    let port: Service.Port.Target? = portNumber(target).map { .number($0) } ?? target.string.map { .named($0) }
    return port.map { Monitor.Endpoint(port: .target($0), span: node.firstKeySpan) }
  }
}

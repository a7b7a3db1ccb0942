internal import YAMLSource

/// Reads routes of the Gateway API that speak TCP and hang on Gateways.
enum GatewayRouteReader {
  static let kinds: Set<String> = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"]

  /// `nil` for other kinds, and for a route that hangs on a Service: a mesh takes it, and nothing comes from outside.
  static func read(_ object: NodeRef, meta: ObjectMeta) -> IngressPath? {
    guard kinds.contains(meta.kind) else { return nil }
    let spec = object["spec"]
    let gateways = (spec?["parentRefs"]?.items ?? NodeRef.noItems).compactMap { gateway($0, meta) }
    guard !gateways.isEmpty else { return nil }
    var backends: [IngressPath.Backend] = []
    for (number, rule) in (spec?["rules"]?.items ?? NodeRef.noItems).enumerated() {
      backends += (rule["backendRefs"]?.items ?? NodeRef.noItems).enumerated().compactMap {
        backend($1, "spec.rules[\(number)].backendRefs[\($0)].name")
      }
    }
    let hosts = spec?["hostnames"]?.items.compactMap(\.string) ?? []
    return IngressPath(meta: meta, backends: backends, ingressClass: nil, gateways: gateways, hosts: hosts)
  }

  private static func gateway(_ node: NodeRef, _ meta: ObjectMeta) -> IngressPath.Gateway? {
    guard node["kind"]?.hasText("Gateway") ?? true, node["group"]?.hasText("gateway.networking.k8s.io") ?? true,
      let name = node["name"]?.string
    else { return nil }
    return IngressPath.Gateway(namespace: node["namespace"]?.string ?? meta.namespace, name: name)
  }

  /// A Service; one of the weight 0 gets no traffic.
  private static func backend(_ node: NodeRef, _ path: String) -> IngressPath.Backend? {
    guard node["kind"]?.hasText("Service") ?? true, node["group"]?.hasText("") ?? true,
      !(node["weight"]?.hasText("0") ?? false), let name = node["name"].flatMap(located),
      let port = node["port"].flatMap(portNumber)
    else { return nil }
    return IngressPath.Backend(
      service: name.value, port: .number(port), span: name.span, path: path, namespace: node["namespace"]?.string)
  }
}

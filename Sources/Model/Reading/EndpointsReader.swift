internal import YAMLSource

/// Reads where the traffic of a Service goes: Endpoints, which have its name, and EndpointSlices, which name it by a label.
enum EndpointsReader {
  private static let serviceLabel = "kubernetes.io/service-name"

  static func read(_ object: NodeRef, _ meta: ObjectMeta) -> ServiceEndpoints? {
    switch (meta.group, meta.kind) {
    case ("", "Endpoints"):
      let subsets = object["subsets"].map { Array($0.items) } ?? []
      return ServiceEndpoints(
        service: meta.name.value,
        addresses: addresses(subsets.flatMap { list($0["addresses"]).compactMap { $0["ip"]?.string } }),
        ports: subsets.flatMap { list($0["ports"]).compactMap(port) })
    case ("discovery.k8s.io", "EndpointSlice"):
      guard let service = meta.labels.last(where: { $0.key == serviceLabel }) else { return nil }
      return ServiceEndpoints(
        service: service.value,
        addresses: addresses(list(object["endpoints"]).flatMap { list($0["addresses"]).compactMap(\.string) }),
        ports: list(object["ports"]).compactMap(port))
    default: return nil
    }
  }

  private static func list(_ node: NodeRef?) -> [NodeRef] { node.map { Array($0.items) } ?? [] }

  private static func addresses(_ texts: [String]) -> AddressSet {
    AddressSet(texts.compactMap { text in CIDR.parse(text + (text.contains(":") ? "/128" : "/32"))?.cidr })
  }

  private static func port(_ node: NodeRef) -> ServiceEndpoints.Port? {
    node["port"].flatMap(portNumber).map {
      ServiceEndpoints.Port(name: node["name"]?.string, number: $0, transport: transport(node["protocol"]))
    }
  }
}

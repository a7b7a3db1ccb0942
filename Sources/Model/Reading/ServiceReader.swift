internal import Diagnostics
internal import YAMLSource

/// Reads Services and what leads to them from outside the cluster.
enum ServiceReader {
  static func service(_ object: NodeRef, meta: ObjectMeta) -> Service {
    let spec = object["spec"]
    let kind = spec?["type"]?.string.flatMap(Service.Kind.init) ?? .clusterIP
    // The endpoints controller passes over Services of the type ExternalName, whatever they select.
    let selector =
      kind == .externalName ? nil : spec?["selector"].flatMap { $0.kind == .mapping && $0.count > 0 ? $0 : nil }
    var addresses: [Located<String>] = []
    if let address = spec?["clusterIP"].flatMap(located) { addresses.append(address) }
    addresses += spec?["clusterIPs"]?.items.compactMap(located) ?? []
    return Service(
      meta: meta, kind: kind,
      selector: selector.map { map in
        Selector(labels(map).map { SelectorRequirement(key: $0.key, .in, [$0.value]) })
      },
      ports: spec?["ports"]?.items.compactMap(port) ?? [], clusterIPs: addresses,
      outsideIPs: outsideAddresses(object),
      externalTrafficPolicyIsLocal: spec?["externalTrafficPolicy"]?.hasText("Local") ?? false,
      hasExternalIPs: spec?["externalIPs"]?.items.contains { $0.string != nil } ?? false)
  }

  /// Those that kube-proxy leads to the pods: not of a load balancer that the cluster's own calls go through.
  private static func outsideAddresses(_ object: NodeRef) -> [Located<String>] {
    let spec = object["spec"]
    let given =
      (spec?["externalIPs"]?.items.compactMap(located) ?? [])
      + [spec?["loadBalancerIP"].flatMap(located)]
      .compactMap(\.self)
    let balancers = object["status"]?["loadBalancer"]?["ingress"]?.items ?? NodeRef.noItems
    return given
      + balancers.filter { !($0["ipMode"]?.hasText("Proxy") ?? false) }.compactMap { $0["ip"].flatMap(located) }
  }

  private static func port(_ node: NodeRef) -> Service.Port? {
    guard let value = node["port"], let number = portNumber(value) else { return nil }
    let target = node["targetPort"]
    let resolved: Service.Port.Target =
      if let name = target?.string, !name.isEmpty {
        .named(name)
      } else {
        .number(target.flatMap(portNumber) ?? number)
      }
    return Service.Port(
      name: node["name"]?.string, number: number, transport: transport(node["protocol"]), target: resolved,
      hasTarget: target != nil, span: (target ?? value).span)
  }

  static func ingress(_ object: NodeRef, meta: ObjectMeta) -> IngressPath {
    let spec = object["spec"]
    var backends: [IngressPath.Backend] = []
    for key: StaticString in ["defaultBackend", "backend"] {
      guard let node = spec?[key] else { continue }
      if let backend = backend(node, "spec.\(key)") { backends.append(backend) }
      break
    }
    for (number, rule) in (spec?["rules"]?.items ?? NodeRef.noItems).enumerated() {
      for (index, path) in (rule["http"]?["paths"]?.items ?? NodeRef.noItems).enumerated() {
        guard let node = path["backend"] else { continue }
        if let backend = backend(node, "spec.rules[\(number)].http.paths[\(index)].backend") {
          backends.append(backend)
        }
      }
    }
    let ingressClass =
      spec?["ingressClassName"]?.string ?? meta.annotation("kubernetes.io/ingress.class")?.value
    let rules = spec?["rules"]?.items.compactMap { $0["host"]?.string } ?? []
    let secured = spec?["tls"]?.items.flatMap { $0["hosts"]?.items.compactMap(\.string) ?? [] } ?? []
    return IngressPath(meta: meta, backends: backends, ingressClass: ingressClass, hosts: rules + secured)
  }

  /// networking.k8s.io/v1 (`service.name`, `service.port`), or the older `serviceName` and `servicePort`.
  private static func backend(_ node: NodeRef, _ path: String) -> IngressPath.Backend? {
    if let service = node["service"], let name = service["name"].flatMap(located) {
      if let port = service["port"]?["number"].flatMap(portNumber) {
        return IngressPath.Backend(
          service: name.value, port: .number(port), span: name.span, path: path + ".service.name")
      }
      guard let port = service["port"]?["name"]?.string else { return nil }
      return IngressPath.Backend(service: name.value, port: .named(port), span: name.span, path: path + ".service.name")
    }
    guard let name = node["serviceName"].flatMap(located), let port = node["servicePort"] else { return nil }
    if let number = portNumber(port) {
      return IngressPath.Backend(
        service: name.value, port: .number(number), span: name.span, path: path + ".serviceName")
    }
    return IngressPath.Backend(
      service: name.value, port: .named(port.text), span: name.span, path: path + ".serviceName")
  }

  /// An OpenShift Route (route.openshift.io): `to`, `alternateBackends` and `port.targetPort`, which names a port of
  /// the Service.
  static func route(_ object: NodeRef, meta: ObjectMeta) -> IngressPath {
    let spec = object["spec"]
    var port = IngressPath.Backend.Port.any
    if let target = spec?["port"]?["targetPort"] {
      port = .target(portNumber(target).map { .number($0) } ?? .named(target.text))
    }
    var backends: [IngressPath.Backend] = []
    var targets = (spec?["alternateBackends"]?.items ?? NodeRef.noItems).enumerated().map {
      (node: $1, path: "spec.alternateBackends[\($0)].name")
    }
    if let main = spec?["to"] { targets.insert((main, "spec.to.name"), at: 0) }
    for (target, path) in targets {
      guard let name = target["name"].flatMap(located), target["kind"]?.hasText("Service") ?? true else { continue }
      backends.append(IngressPath.Backend(service: name.value, port: port, span: name.span, path: path))
    }
    let hosts = [spec?["host"]?.string].compactMap(\.self)
    return IngressPath(meta: meta, backends: backends, ingressClass: nil, hosts: hosts)
  }
}

/// Services, and the Ingresses and Routes that lead to them.
extension WorldGenerator {
  mutating func service(_ name: String) -> YAMLValue {
    let labels = some(["app", "tier"], 0.4).map { ($0, YAMLValue?.some(.string(pick(Self.podValues)))) }
    let ports = (0..<number(1...3)).map { number in
      map([
        ("name", .string("p\(number)")), ("port", .number(pick(Self.portNumbers))), ("protocol", transport()),
        ("targetPort", pick([nil, .string(pick(Self.portNames)), .number(pick(Self.portNumbers))])),
      ])
    }
    return [
      "apiVersion": "v1", "kind": "Service",
      "metadata": ["name": .string(name), "namespace": .string(pick(namespaces))],
      "spec": map([
        ("type", chance(0.1) ? "ExternalName" : nil), ("selector", chance(0.1) ? nil : map(labels)),
        ("ports", .list(ports)),
      ]),
    ]
  }

  /// An Ingress or a Route, whose Services need not be there.
  mutating func path(_ name: String) -> YAMLValue {
    let isRoute = chance(0.4)
    let spec: YAMLValue =
      if isRoute {
        map([
          ("to", target()), ("alternateBackends", chance(0.3) ? [target()] : nil),
          ("port", chance(0.3) ? nil : ["targetPort": routePort()]),
        ])
      } else {
        map([
          ("defaultBackend", chance(0.3) ? backend() : nil),
          ("rules", chance(0.2) ? nil : [["http": ["paths": [["path": "/", "backend": backend()]]]]]),
        ])
      }
    return [
      "apiVersion": isRoute ? "route.openshift.io/v1" : "networking.k8s.io/v1", "kind": isRoute ? "Route" : "Ingress",
      "metadata": ["name": .string(name), "namespace": .string(pick(namespaces))], "spec": spec,
    ]
  }

  private mutating func target() -> YAMLValue {
    ["kind": "Service", "name": .string(pick(["s0", "s1", "s2"])), "weight": .number(number(1...9))]
  }

  private mutating func routePort() -> YAMLValue {
    pick([.string(pick(Self.portNames)), .number(pick(Self.portNumbers)), "p0", "p1"])
  }

  private mutating func backend() -> YAMLValue {
    let port: YAMLValue =
      chance(0.5) ? ["number": .number(pick(Self.portNumbers))] : ["name": .string(pick(["p0", "p1", "p2"]))]
    return ["service": ["name": .string(pick(["s0", "s1", "s2"])), "port": port]]
  }
}

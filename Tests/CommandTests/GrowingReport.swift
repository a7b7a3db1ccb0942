import Testing

/// Manifests and a config with ePHI, of which there is ever more.
struct GrowingReport: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let size: Int
  let manifests: @Sendable (Int) -> String
  let config: @Sendable (Int) -> String

  static let all = [
    GrowingReport(testDescription: "pods that reach four stores and one another", size: 400) { size in
      let names = (0..<4).map { "db-\($0)" } + (0..<size).map { "web-\($0)" }
      return names.map {
        pod($0) + policy($0, ingress: "{from: [{podSelector: {}}]}", egress: "{to: [{podSelector: {}}]}")
      }
      .joined()
    } config: { _ in
      "components:\n" + (0..<4).map { component("db-\($0)", "data: ephi, clients: []") }.joined()
    },
    GrowingReport(testDescription: "stores with a client and a way out each", size: 240) { size in
      (0..<size).map { number in
        pod("db-\(number)") + pod("web-\(number)")
          + policy(
            "db-\(number)",
            ingress: "{from: [{podSelector: {matchLabels: {app: web-\(number)}}}], ports: [{port: 5432}]}",
            egress: "{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}")
      }.joined()
    } config: { size in
      "components:\n"
        + (0..<size).map {
          component("db-\($0)", "data: ephi, clients: [web-\($0)]") + component("web-\($0)", "ports: [80]")
        }.joined()
    },
    GrowingReport(testDescription: "peers of all namespaces, beside stores", size: 480) { size in
      (0..<size).map { number in
        let namespace = "ns-\(number / 2)"
        let peer = "namespaceSelector: {}, podSelector: {matchLabels: {app: peer-\(number)}}"
        return pod("db-\(number)", in: namespace)
          + policy(
            "db-\(number)", in: namespace, ingress: "{from: [{\(peer)}], ports: [{port: 5432}]}",
            egress: "{to: [{\(peer)}], ports: [{port: 5432}]}")
      }.joined()
    } config: { size in
      "components:\n"
        + (0..<size / 8).map { component("db-\($0)", in: "ns-\($0 / 2)", "data: ephi, clients: []") }.joined()
    },
  ]

  private static func component(_ name: String, in namespace: String = "shop", _ more: String) -> String {
    "  \(name): {namespace: \(namespace), labels: {app: \(name)}, \(more)}\n"
  }

  private static func pod(_ name: String, in namespace: String = "shop") -> String {
    """
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name), namespace: \(namespace), labels: {app: \(name)}}
    spec: {containers: [{name: main, image: example.org/main}]}

    """
  }

  private static func policy(
    _ name: String, in namespace: String = "shop", ingress: String, egress: String
  ) -> String {
    """
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: \(name), namespace: \(namespace)}
    spec:
      podSelector: {matchLabels: {app: \(name)}}
      policyTypes: [Ingress, Egress]
      ingress: [\(ingress)]
      egress: [\(egress)]

    """
  }
}

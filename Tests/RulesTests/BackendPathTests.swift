import Diagnostics
import Rules
import TestSupport
import Testing

/// Where findings about backends stand in the objects that name them.
@Suite struct BackendPathTests {
  private static let closed = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: closed, namespace: shop}
    spec: {podSelector: {}, policyTypes: [Ingress]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {selector: {app: web}, ports: [{port: 443, targetPort: 8443}]}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: shop, labels: {app: web}}
    spec: {containers: [{name: web, image: web, ports: [{containerPort: 8443}]}]}
    ---

    """

  struct Case: CustomTestStringConvertible, Sendable {
    let kind: String
    let text: String
    let path: String
    var testDescription: String { "\(kind): \(path)" }

    init(_ apiVersion: String, _ kind: String, _ rest: String, _ path: String, namespace: String = ", namespace: shop")
    {
      self.kind = kind
      text = "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: x\(namespace)}\n\(rest)\n"
      self.path = path
    }
  }

  static let cases = [
    Case(
      "networking.k8s.io/v1", "Ingress", "spec: {defaultBackend: {service: {name: web, port: {number: 443}}}}",
      "spec.defaultBackend.service.name"),
    Case(
      "networking.k8s.io/v1", "Ingress",
      "spec: {rules: [{host: a}, {http: {paths: [{backend: {service: {name: web, port: {number: 443}}}}]}}]}",
      "spec.rules[1].http.paths[0].backend.service.name"),
    Case(
      "extensions/v1beta1", "Ingress", "spec: {backend: {serviceName: web, servicePort: 443}}",
      "spec.backend.serviceName"),
    Case("route.openshift.io/v1", "Route", "spec: {to: {kind: Service, name: web}}", "spec.to.name"),
    Case(
      "route.openshift.io/v1", "Route",
      "spec: {to: {kind: Service, name: gone}, alternateBackends: [{kind: Service, name: web}]}",
      "spec.alternateBackends[0].name"),
    Case(
      "gateway.networking.k8s.io/v1", "HTTPRoute",
      "spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: gone, port: 1}, {name: web, port: 443}]}]}",
      "spec.rules[0].backendRefs[1].name"),
    Case(
      "admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration",
      "webhooks: [{name: a}, {name: b, clientConfig: {service: {name: web, namespace: shop}}}]",
      "webhooks[1].clientConfig.service.name", namespace: ""),
    Case(
      "apiregistration.k8s.io/v1", "APIService", "spec: {service: {namespace: shop, name: web}}", "spec.service.name",
      namespace: ""),
  ]

  @Test(arguments: cases)
  func theFieldThatNamesTheServiceIsThePath(_ example: Case) async throws {
    let rule = try #require(Registry.rule("NP504"))
    let found = await Lint.run(Lint.files(of: Self.closed + example.text), [rule]).findings
    #expect(found.map(\.path) == [example.path])
    let object = try #require(found.first?.object)
    #expect(object.kind == example.kind)
    // What is there for the whole cluster is in no namespace, wherever the run puts the rest.
    #expect(object.namespace == (example.text.contains("name: x, namespace") ? "shop" : nil))
  }

  @Test func itemsOfAListSayWhereTheyStand() async throws {
    let rule = try #require(Registry.rule("NP504"))
    let list = """
      apiVersion: v1
      kind: List
      items:
        - apiVersion: apiregistration.k8s.io/v1
          kind: APIService
          metadata: {name: x}
          spec: {service: {namespace: shop, name: web}}
      """
    let found = await Lint.run(Lint.files(of: Self.closed + list), [rule]).findings
    #expect(found.map(\.path) == ["items[0].spec.service.name"])
  }
}

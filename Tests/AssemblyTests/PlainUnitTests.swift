import Assembly
import Testing

struct PlainUnitTests {
  /// A file with a single object does not stand between two that hold the same objects otherwise.
  @Test func filesWithTheSameObjectsAreAlternativesWhateverAnotherFileHolds() {
    let service = """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec: {selector: {app: web}, ports: [{port: 80}]}
      """
    func set(_ environment: String) -> String {
      """
      \(service)
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop, labels: {app: web, env: \(environment)}}
      spec: {containers: [{name: web, image: \(environment)/web}]}
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web, namespace: shop}
      spec: {podSelector: {matchLabels: {env: \(environment)}}, policyTypes: [Ingress]}
      """
    }
    let sample = SampleAssembly(["a.yaml": service, "dev.yaml": set("dev"), "prod.yaml": set("prod")])
    let units = sample.units(.plain)
    #expect(units["dev.yaml"]?.count == 3)
    #expect(units["prod.yaml"]?.count == 3)
  }
}

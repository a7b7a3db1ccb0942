import Config
import Diagnostics
import TestSupport

/// Reads a config, and lints one world under it where it is one.
enum ConfigFuzzer {
  static func complaint(_ bytes: [UInt8]) -> String? {
    let file = SourceFile(id: FileID(0), path: ".netpol-lint.yaml", bytes: bytes)
    switch ConfigReader.read(file) {
    case .failure(let problems):
      let isInside = problems.problems.allSatisfy {
        $0.span.start <= $0.span.end && Int($0.span.end) <= file.bytes.count
      }
      return problems.problems.isEmpty || !isInside ? "a refusal without a place: \(problems.problems)" : nil
    case .success(var configuration):
      configuration.files = [file]
      configuration.today = Lint.today
      let (settings, world) = (configuration, world)
      return Fuzzer.wait {
        _ = await Lint.run([world], configuration: settings)
        return nil
      }
    }
  }

  private static let world = SourceFile(id: FileID(1), path: "manifest.yaml", bytes: Array(text.utf8))
  private static let text = """
    apiVersion: v1
    kind: Namespace
    metadata: {name: shop, labels: {team: a}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: shop}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: main, image: web, ports: [{name: http, containerPort: 80}]}]}
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: web}}
      policyTypes: [Ingress, Egress]
      ingress: [{from: [{namespaceSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: http}, {port: 80, endPort: 90}]}]

    """
}

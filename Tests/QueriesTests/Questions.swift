import Config
import Diagnostics
import Queries
import Reporting
import TestSupport
import Traffic
import Writing

/// Asks questions about manifests in memory, and about the fixtures.
enum Questions {
  static func project(_ manifests: String, _ config: String = "") async throws -> Project {
    let configFile = SourceFile(id: FileID(0), path: ".netpol-lint.yaml", bytes: Array(config.utf8))
    var configuration = config.isEmpty ? Configuration() : try ConfigReader.read(configFile).get()
    configuration.files = [configFile]
    let file = SourceFile(id: FileID(1), path: "a.yaml", bytes: Array(manifests.utf8))
    return await Project.read([file], configuration: configuration)
  }

  static func fixture(_ folder: String) async throws -> Project {
    await Project.read(
      try Fixture.files("voiceassist/" + folder, firstID: 1),
      configuration: try Fixture.configuration("voiceassist/" + folder))
  }

  static func ask(_ from: String, _ to: String, _ project: Project) throws -> CanReach {
    try CanReach(from: try End(from), to: try Target(to), project)
  }

  static func problem(_ from: String, _ to: String, _ project: Project) -> EndProblem? {
    do { _ = try ask(from, to, project) } catch { return error as? EndProblem }
    return nil
  }

  static func text(_ answer: CanReach, _ format: CanReach.Format = .text) -> String {
    var out = ByteWriter()
    answer.write(format, to: &out)
    return String(decoding: out.bytes, as: UTF8.self)
  }

  static func verify(_ project: Project, _ format: Verify.Format = .text) -> String {
    var out = ByteWriter()
    Verify(project).write(format, to: &out)
    return String(decoding: out.bytes, as: UTF8.self)
  }

  /// The outcome of every flow, and what stands behind its name.
  static func outcomes(_ project: Project) -> [(holds: Bool, text: String)] {
    verify(project).split(separator: "\n").dropLast().map { ($0.hasPrefix("ok "), String($0)) }
  }

  static func pod(_ name: String, namespace: String = "shop", labels: String? = nil, spec: String = "") -> String {
    """
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name), namespace: \(namespace), labels: {\(labels ?? "app: \(name)")}}
    spec: {\(spec.isEmpty ? "" : spec + ", ")containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}
    ---

    """
  }

  /// A policy for `app: db`.
  static func policy(ingress: String = "[]", types: String = "Ingress", egress: String = "[]") -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: db, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: db}}
      policyTypes: [\(types)]
      ingress: \(ingress)
      egress: \(egress)
    ---

    """
  }
}

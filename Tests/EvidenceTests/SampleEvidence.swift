import Config
import Diagnostics
import Evidence
import Facts
import Foundation
import Model
import Rules
import TestSupport
import Traffic
import Writing

/// Reports about fixtures and about text in memory, as the command makes them.
enum SampleEvidence {
  static let catalogue = EvidenceCatalogue.all[0]

  static func material(
    _ files: [SourceFile], _ configuration: Configuration, today: String = Lint.today
  ) async throws -> EvidenceMaterial {
    var configuration = configuration
    configuration.profile = .hipaa
    configuration.today = today
    let project = await Project.read(files, configuration: configuration)
    let selection = try RuleSelection(Registry.infos, configuration)
    let result = await Linter(rules: Registry.all.filter { selection.enabled.contains($0.info.id) }).lint(project)
    return EvidenceMaterial(project, result, catalogue, toolVersion: "0")
  }

  /// A pod whose label `app` is its name.
  static func pod(_ name: String, more: String = "") -> String {
    """
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name), namespace: clinic, labels: {app: \(name)\(more)}}
    spec: {containers: [{name: c, image: c}]}

    """
  }

  /// A policy for that pod.
  static func policy(_ app: String, types: String = "Ingress, Egress", ingress: String = "", egress: String = "")
    -> String
  {
    """
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: \(app), namespace: clinic}
    spec: {podSelector: {matchLabels: {app: \(app)}}, policyTypes: [\(types)], ingress: [\(ingress)], egress: [\(egress)]}

    """
  }

  static func report(of folder: String, today: String = Lint.today) async throws -> EvidenceReport {
    let configuration = try Fixture.configuration(folder)
    return EvidenceReport(try await material(try Fixture.files(folder, firstID: 1), configuration, today: today))
  }

  /// - Parameter config: the text of the config.
  static func material(_ manifests: String, config: String) async throws -> EvidenceMaterial {
    let configFile = SourceFile(id: FileID(0), path: ".netpol-lint.yaml", bytes: Array(config.utf8))
    var configuration = try ConfigReader.read(configFile).get()
    configuration.files = [configFile]
    let file = SourceFile(id: FileID(1), path: "k8s.yaml", bytes: Array(manifests.utf8))
    return try await material([file], configuration)
  }

  static func text(_ report: EvidenceReport, _ format: EvidenceFormat) -> String {
    var out = ByteWriter()
    report.write(format, to: &out)
    return String(decoding: out.bytes, as: UTF8.self)
  }

  static func earlier(_ report: EvidenceReport) throws -> EarlierReport {
    let bytes = Array(text(report, .json).utf8)
    return try EarlierReport(SourceFile(id: FileID(0), path: "old.json", bytes: bytes))
  }
}

extension EvidenceReport {
  func result(_ check: String) -> EvidenceResult? { checks.first { $0.check.id == check }?.result }
  func evidence(_ check: String) -> String {
    checks.first { $0.check.id == check }?.evidence.joined(separator: "\n") ?? ""
  }
  func citation(_ paragraph: String) -> CitationResult? { citations.first { $0.entry.paragraph == paragraph } }
}

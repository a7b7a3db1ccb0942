package import Diagnostics
internal import Model
internal import YAMLSource

/// Reads a config file.
package enum ConfigReader {
  /// The names under which a config is looked for.
  package static let fileNames = [".netpol-lint.yaml", ".netpol-lint.yml"]

  /// The config, or everything that is wrong with it, in the order of the text.
  package static func read(_ file: SourceFile) -> Result<Configuration, ConfigProblems> {
    do throws(YAMLProblem) {
      let chunks = DocumentSplitter.split(file.bytes)
      guard let chunk = chunks.first, let root = try YAMLReader.read(chunk, of: file).root, !root.isNull else {
        return .success(Configuration())
      }
      var checker = ConfigChecker()
      checker.checkObject(root, ConfigKeys.all, "")
      if chunks.count > 1, let second = try YAMLReader.read(chunks[1], of: file).root {
        return .failure(ConfigProblems([ConfigProblem("a config is a single document", at: second.span)]))
      }
      guard checker.problems.isEmpty else {
        return .failure(ConfigProblems(checker.problems.sorted { $0.span < $1.span }))
      }
      return .success(decode(root))
    } catch {
      return .failure(ConfigProblems([ConfigProblem("this is not YAML: \(error.kind)", at: error.span)]))
    }
  }

  /// Decodes a tree that agrees with the table of keys.
  private static func decode(_ root: NodeRef) -> Configuration {
    var configuration = Configuration()
    if let profile = root["profile"].flatMap({ Profile(rawValue: $0.text) }) { configuration.profile = profile }
    configuration.rules = (root["rules"]?.entries ?? []).map(ruleSetting)
    configuration.exclude = texts(root["exclude"])
    configuration.roots = texts(root["roots"])
    configuration.cluster = cluster(root["cluster"])
    configuration.components = (root["components"]?.entries ?? []).map(component)
    if let days = root["hipaa"]?["reviewIntervalDays"].flatMap({ Int($0.text) }) {
      configuration.hipaa.reviewIntervalDays = days
    }
    configuration.hipaa.zoneLabel = root["hipaa"]?["zoneLabel"]?.text
    configuration.requiredLabels = texts(root["metadata"]?["requiredLabels"])
    configuration.requiredAnnotations = texts(root["metadata"]?["requiredAnnotations"])
    let unused: Set<String> = ["roots", "flows", "ignores", "protected", "requiredVersion", "metadata"]
    configuration.unusedKeys = root.entries.map(\.key.text).filter(unused.contains)
    return configuration
  }

  private static func ruleSetting(_ entry: MappingEntry) -> RuleSetting {
    let level = entry.value.kind == .scalar ? entry.value.text : entry.value["severity"]?.text
    var options: [String: String] = [:]
    if entry.value.kind == .mapping {
      for option in entry.value.entries { options[option.key.text] = option.value.text }
    }
    return RuleSetting(
      word: entry.key.text, level: level.flatMap { $0 == "off" ? .off : Severity(rawValue: $0).map { .severity($0) } },
      options: options, span: entry.key.span)
  }

  private static func cluster(_ node: NodeRef?) -> Cluster {
    var cluster = Cluster()
    guard let node else { return cluster }
    func addresses(_ key: StaticString) -> AddressSet? {
      node[key].map { AddressSet($0.items.compactMap { CIDR.parse($0.text)?.cidr }) }
    }
    cluster.cni = node["cni"]?.text
    cluster.podCIDRs = addresses("podCIDRs")
    cluster.serviceCIDRs = addresses("serviceCIDRs")
    cluster.nodeCIDRs = addresses("nodeCIDRs")
    cluster.apiServerCIDRs = addresses("apiServerCIDRs")
    let version = node["kubernetesVersion"]?.text.split(separator: ".") ?? []
    if version.count >= 2, let minor = Int(version[1].prefix { $0.isNumber }) { cluster.kubernetesMinor = minor }
    cluster.namespaces = (node["namespaces"]?.entries ?? []).map { ($0.key.text, pairs($0.value["labels"])) }
    return cluster
  }

  private static func component(_ entry: MappingEntry) -> Component {
    let node = entry.value
    let ports = node["ports"].map { list in
      var set = PortSet()
      for port in list.items.compactMap({ ConfigPort($0.text) }) {
        if let range = port.range { set.insert(range, port.transport) }
      }
      return set
    }
    return Component(
      name: entry.key.text, namespace: node["namespace"]?.text ?? "", labels: LabelSet(pairs(node["labels"])),
      ports: ports, portSet: node["portSet"]?.text, data: node["data"].flatMap { Component.Data(rawValue: $0.text) },
      clients: texts(node["clients"]), span: entry.key.span)
  }

  private static func texts(_ node: NodeRef?) -> [String] { node?.items.map(\.text) ?? [] }

  private static func pairs(_ node: NodeRef?) -> [(String, String)] {
    (node?.entries ?? []).map { ($0.key.text, $0.value.text) }
  }
}

/// All that is wrong with a config file.
package struct ConfigProblems: Error, Sendable {
  package let problems: [ConfigProblem]

  init(_ problems: [ConfigProblem]) { self.problems = problems }
}

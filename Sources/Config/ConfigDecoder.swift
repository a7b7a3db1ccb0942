internal import Diagnostics
internal import Model

/// Turns values that agree with the table of keys into a configuration.
enum ConfigDecoder {
  static func decode(_ root: ConfigNode) -> Configuration {
    var configuration = Configuration()
    if let profile = root["profile"].flatMap({ Profile(rawValue: $0.text) }) { configuration.profile = profile }
    configuration.rules = (root["rules"]?.entries ?? []).map(ruleSetting)
    configuration.exclude = root["exclude"]?.texts ?? []
    configuration.roots = (root["roots"]?.texts ?? []).compactMap { Glob($0) }
    configuration.cluster = cluster(root["cluster"])
    configuration.components = (root["components"]?.entries ?? []).map(component)
    configuration.hipaa = hipaa(root["hipaa"])
    configuration.requiredLabels = root["metadata"]?["requiredLabels"]?.texts ?? []
    configuration.requiredAnnotations = root["metadata"]?["requiredAnnotations"]?.texts ?? []
    configuration.ignores = (root["ignores"]?.items ?? []).enumerated().map { ignore($1, number: $0) }
    configuration.protected = (root["protected"]?.items ?? []).map { ConfigText($0) }
    configuration.fixable = root["fixable"]?.items.map { ConfigText($0) }
    configuration.unfixable = (root["unfixable"]?.items ?? []).map { ConfigText($0) }
    configuration.requiredVersion = root["requiredVersion"].map { ConfigText($0) }
    return configuration
  }

  private static func ruleSetting(_ entry: ConfigEntry) -> RuleSetting {
    let level = entry.value.isScalar ? entry.value.text : entry.value["severity"]?.text
    return RuleSetting(
      word: entry.key, level: level.flatMap { $0 == "off" ? .off : Severity(rawValue: $0).map { .severity($0) } },
      options: Dictionary(entry.value.entries.map { ($0.key, $0.value.text) }) { $1 }, span: entry.keySpan)
  }

  private static func cluster(_ node: ConfigNode?) -> Cluster {
    var cluster = Cluster()
    guard let node else { return cluster }
    func addresses(_ key: String) -> AddressSet? {
      node[key].map { AddressSet($0.texts.compactMap { CIDR.parse($0)?.cidr }) }
    }
    cluster.cni = node["cni"]?.text
    cluster.podCIDRs = addresses("podCIDRs")
    cluster.serviceCIDRs = addresses("serviceCIDRs")
    cluster.nodeCIDRs = addresses("nodeCIDRs")
    cluster.apiServerCIDRs = addresses("apiServerCIDRs")
    if let version = node["kubernetesVersion"].flatMap({ VersionNumber($0.text) }) {
      cluster.kubernetesMinor = version.minor
    }
    cluster.namespaces = (node["namespaces"]?.entries ?? []).map { ($0.key, pairs($0.value["labels"])) }
    if let dns = node["dns"] { change(&cluster.dns, dns) }
    return cluster
  }

  /// What the config leaves out keeps its default.
  private static func change(_ dns: inout DNSSettings, _ node: ConfigNode) {
    if let namespace = node["namespace"] { dns.namespace = namespace.text }
    if let labels = node["labels"] { dns.labels = LabelSet(pairs(labels)) }
    if let ports = node["ports"] { dns.ports = portSet(ports) }
    if let addresses = node["nodeLocalIPs"] {
      dns.nodeLocalAddresses = addresses.texts.compactMap { IPAddress.parse($0) }
    }
  }

  private static func component(_ entry: ConfigEntry) -> Component {
    let node = entry.value
    return Component(
      name: entry.key, namespace: node["namespace"]?.text ?? "", labels: LabelSet(pairs(node["labels"])),
      ports: node["ports"].map(portSet), portSet: node["portSet"]?.text,
      data: node["data"].flatMap { Component.Data(rawValue: $0.text) }, clients: node["clients"]?.texts,
      cidrs: (node["cidrs"]?.texts ?? []).compactMap { CIDR.parse($0)?.cidr }, attestsTLS: flag(node["tls"]),
      purpose: node["purpose"]?.text, owner: node["owner"]?.text, agreement: node["agreement"].map(agreement),
      span: entry.keySpan)
  }

  private static func flag(_ node: ConfigNode?) -> Bool { node?.text == "true" }

  private static func agreement(_ node: ConfigNode) -> Agreement {
    Agreement(
      text: node.isScalar ? node.text : nil, counterparty: node["with"]?.text, reference: node["reference"]?.text,
      date: node["date"]?.text, expires: node["expires"]?.text)
  }

  private static func portSet(_ node: ConfigNode) -> PortSet {
    var set = PortSet()
    for port in node.texts.compactMap({ ConfigPort($0) }) {
      if case .range(let range) = port.number { set.insert(range, port.transport) }
    }
    return set
  }

  private static func hipaa(_ node: ConfigNode?) -> HIPAASettings {
    var settings = HIPAASettings()
    if let days = node?["reviewIntervalDays"].flatMap({ Int($0.text) }) { settings.reviewIntervalDays = days }
    settings.zoneLabel = node?["zoneLabel"]?.text
    settings.isClearinghouse = flag(node?["clearinghouse"])
    settings.lastInEffect = node?["lastInEffect"]?.text
    settings.decisions = (node?["decisions"]?.entries ?? []).compactMap { entry in
      let node = entry.value
      guard let status = node["status"].flatMap({ Decision.Status(rawValue: $0.text) }) else { return nil }
      return Decision(
        paragraph: entry.key, status: status, reason: node["reason"]?.text, alternative: node["alternative"]?.text,
        owner: node["owner"]?.text, date: node["date"]?.text, reference: node["reference"]?.text, span: entry.keySpan)
    }
    return settings
  }

  private static func ignore(_ node: ConfigNode, number: Int) -> IgnoreSetting {
    func globs(_ key: String) -> [Glob]? { node[key].map { $0.texts.compactMap { Glob($0) } } }
    return IgnoreSetting(
      rules: (node["rules"]?.items ?? []).map { ConfigText($0) }, namespaces: globs("namespaces"),
      names: globs("names"), paths: globs("paths"), reason: node["reason"]?.text ?? "",
      owner: node["owner"]?.text, until: node["until"].map { ConfigText($0) }, path: "ignores[\(number)]")
  }

  private static func pairs(_ node: ConfigNode?) -> [(String, String)] {
    (node?.entries ?? []).map { ($0.key, $0.value.text) }
  }
}

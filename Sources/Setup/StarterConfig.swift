internal import Config
internal import Facts
internal import Model
internal import Rules
package import Traffic
internal import Writing

/// The first config of a repository: what its manifests show, as YAML with comments on what only people know.
package struct StarterConfig {
  private let components: [RecognisedComponent]
  private let flows: [DeclaredFlow]
  private let plugins: [NetworkPlugin]
  private let dns: RecognisedComponent?

  package init(_ project: Project) {
    let recognised = RecognisedComponent.all(of: project)
    components = recognised.filter { $0.kind.id != "dns" }
    let resolvers = recognised.filter { $0.kind.id == "dns" }
    let usual = DNSSettings()
    // The usual place needs no word; of several nobody knows which one pods ask.
    dns = resolvers.count == 1 && resolvers[0].namespace != usual.namespace ? resolvers[0] : nil
    flows = DeclaredFlow.all(of: project).filter { Self.isEnd($0.source) && Self.isEnd($0.destination) }
    plugins = project.plugins
  }

  /// `3 components, 5 flows`.
  package var summary: String {
    "\(components.count) component\(components.count == 1 ? "" : "s"), \(flows.count) flow\(flows.count == 1 ? "" : "s")"
  }

  package var text: String {
    let parts = [head, clusterText, componentsText, flowsText, ignoresText]
    return parts.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  private let head = [
    "# yaml-language-server: $schema=netpol-lint.schema.json",
    "# `netpol-lint config schema > netpol-lint.schema.json` makes that file, for completion in the editor.",
    "profile: recommended   # strict adds notes, hipaa the HIPAA rules, api is what the API server refuses alone",
  ]

  // MARK: Cluster

  private var clusterText: [String] {
    var lines = ["# The cluster that the manifests are for: what only it knows."]
    let plugin = plugins.count == 1 ? plugins[0] : nil
    let known = [pluginLine(plugin), dnsLine].compactMap(\.self)
    let open = [
      plugin == nil ? "cni: calico                    # \(openPlugin)" : nil,
      "podCIDRs: [10.244.0.0/16]      # with these, rules know which ipBlocks are pods, nodes and Services",
      "serviceCIDRs: [10.96.0.0/12]", "nodeCIDRs: [10.0.0.0/16]", "apiServerCIDRs: [10.0.0.10/32]",
    ].compactMap(\.self)
    lines += [known.isEmpty ? "# cluster:" : "cluster:"] + known
    return lines + open.map { "#   " + $0 }
  }

  private func pluginLine(_ plugin: NetworkPlugin?) -> String? {
    plugin.map { "  cni: \($0.id)   # the manifests hold \($0.title)" }
  }

  private var openPlugin: String {
    plugins.isEmpty
      ? "the network plugin: the manifests hold none"
      : "the manifests hold \(plugins.map(\.title).joined(separator: ", ")): say which one enforces policies"
  }

  private var dnsLine: String? {
    dns.map { "  dns: {namespace: \(Self.value($0.namespace)), labels: \(Self.labels($0.labels))}" }
  }

  // MARK: Components

  private var componentsText: [String] {
    var lines = ["# What the system is made of: names for selectors, and who may call whom."]
    if components.isEmpty {
      return lines + [
        "# components:",
        "#   db: {namespace: shop, labels: {app: db}, portSet: postgresql, clients: [api]}",
        "#   api: {namespace: shop, labels: {app: api}, ports: [8000/TCP]}",
      ]
    }
    lines.append("components:")
    for component in components {
      lines.append("  \(Self.value(component.name)):   # \(component.kind.title)")
      lines.append("    namespace: \(Self.value(component.namespace))")
      lines.append("    labels: \(Self.labels(component.labels))")
      lines.append("    portSet: \(component.kind.id)")
      if component.kind.isDataStore {
        lines.append("    # data: ephi      # where it keeps electronic protected health information")
        lines.append("    # clients: []     # the components that may call it")
      }
    }
    return lines
  }

  // MARK: Flows

  private var flowsText: [String] {
    var lines = ["# Unit tests of the policies: `netpol-lint verify` says of each whether it holds, and why."]
    if flows.isEmpty {
      return lines + [
        "# flows:",
        "#   - {name: the gateway reads the database, from: shop/api, to: shop/db, port: 5432, expect: allow}",
        "#   - {name: a stray pod does not, from: 'shop:run=test', to: shop/db, port: 5432, expect: deny}",
      ]
    }
    lines.append("# These are the calls that the manifests name, in variables, arguments and ConfigMaps.")
    lines.append("flows:")
    for flow in flows {
      let name = "\(flow.source) calls \(flow.called)"
      lines.append("  - name: \(Self.quoted(name))")
      lines.append("    from: \(flow.source)")
      lines.append("    to: \(flow.destination)")
      lines.append("    port: \(flow.port)/\(flow.transport)")
      lines.append("    expect: allow")
    }
    return lines
  }

  private let ignoresText = [
    "# Findings that are accepted, each with its reason:",
    "# ignores:",
    "#   - {rules: [NP101], namespaces: [kube-system], reason: managed by the platform team, until: 2027-01-31}",
  ]

  // MARK: YAML

  /// Whether a workload is called as an end of a flow may be, or it is a host: one whose name the API server refuses is no
  /// end.
  private static func isEnd(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    return [parts[0], parts[parts.count - 1]].allSatisfy { NameSyntax.subdomain($0) == nil }
  }

  private static func labels(_ labels: LabelSet) -> String {
    "{" + labels.pairs.map { "\(value($0.key)): \(value($0.value))" }.joined(separator: ", ") + "}"
  }

  /// A name, or a label's key or value; in quotes where it is none without.
  private static func value(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "-._/".utf8.contains(byte)
    }
    return isPlain && !text.hasPrefix("-") && WrittenText.isPlainText(text) ? text : quoted(text)
  }

  /// Names of hosts come from values that may hold anything.
  private static func quoted(_ text: String) -> String {
    text.unicodeScalars.contains { !(0x20...0x7E).contains($0.value) }
      ? YAMLText.quoted(text) : "'" + text.replacing("'", with: "''") + "'"
  }
}

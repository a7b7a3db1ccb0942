package import Model
internal import RuleData
internal import YAMLSource

/// A network plugin (CNI), or what enforces policies in its place.
package struct NetworkPlugin: Sendable {
  package enum Enforcement: String, Sendable {
    case yes, no
    /// Only where it is switched on.
    case optional
  }

  /// What some plugins do not do.
  package enum Feature: String, Sendable {
    case endPort, sctp, barePods, ipBlockOnPods
  }

  package let id: String
  /// What messages call it.
  package let title: String
  package let enforcement: Enforcement
  /// What it does not do, whatever its version.
  package let lacks: Set<Feature>
  /// What it does in some versions or settings only.
  package let mayLack: Set<Feature>
  /// The namespace labels that it sets to the namespace's name.
  package let namespaceLabels: Set<String>
  fileprivate let names: Set<String>
  fileprivate let workloads: Set<String>
  fileprivate let images: [String]
  fileprivate let groups: Set<String>
}

/// What rules know of network plugins (`rules/cni.yaml`).
package final class NetworkPluginFacts: Sendable {
  static let shared = NetworkPluginFacts()

  /// In the order of the file.
  package let plugins: [NetworkPlugin]
  /// The places in `plugins` of those that have a workload of a name, or an image: every workload is looked up.
  private let byWorkload: [String: [Int]]
  private let byImage: [String: [Int]]

  private init() {
    let plugins = FactFile.root(RuleData.cni, "cni.yaml").pairs.map { NetworkPlugin($0.key, $0.value) }
    func places(_ names: (NetworkPlugin) -> some Sequence<String>) -> [String: [Int]] {
      Dictionary(
        grouping: plugins.indices.flatMap { place in names(plugins[place]).map { (name: $0, place: place) } },
        by: \.name
      ).mapValues { $0.map(\.place) }
    }
    self.plugins = plugins
    byWorkload = places(\.workloads)
    byImage = places(\.images)
  }

  /// The plugin that a config names, in any case.
  package func plugin(named name: String) -> NetworkPlugin? {
    let name = name.lowercased()
    return plugins.first { $0.names.contains(name) }
  }

  /// The plugins that enforce policies in a cluster, as far as they are known: the one that the config names goes before
  /// what the manifests show, unless it leaves that to others.
  ///
  /// - Parameters:
  ///   - name: what the config calls the plugin; empty is the result for one that nothing is known of.
  ///   - shown: the plugins that the manifests show.
  package func enforcing(named name: String?, shown: [NetworkPlugin]) -> [NetworkPlugin] {
    let others = shown.filter { $0.enforcement != .no }
    guard let name else { return others }
    guard let plugin = plugin(named: name) else { return [] }
    return plugin.enforcement == .no ? others : [plugin]
  }

  /// The namespace labels that some plugin sets to the namespace's name.
  package var namespaceLabels: Set<String> { plugins.reduce(into: []) { $0.formUnion($1.namespaceLabels) } }

  /// The ids of the plugins that never have a feature, in the order of the file.
  package func names(lacking feature: NetworkPlugin.Feature) -> [String] {
    plugins.filter { $0.lacks.contains(feature) }.map(\.id)
  }

  /// The plugins that a workload is a part of, by its name or its images: Canal's one pod shows two.
  package func plugins(of workload: Workload) -> [NetworkPlugin] {
    var found = Set(byWorkload[workload.meta.name.value] ?? [])
    for container in workload.containers {
      guard let image = container.image?.value else { continue }
      // `quay.io/calico/node` is known as `calico/node`.
      var path = NetworkPluginFacts.path(of: image)
      while true {
        found.formUnion(byImage[String(path)] ?? [])
        guard let slash = path.utf8.firstIndex(of: UInt8(ascii: "/")) else { break }
        path = path[path.utf8.index(after: slash)...]
      }
    }
    return found.sorted().map { plugins[$0] }
  }

  /// The plugin that a custom resource belongs to.
  package func plugin(of resource: OtherResource) -> NetworkPlugin? {
    let group = resource.meta.group
    return group.isEmpty ? nil : plugins.first { $0.groups.contains(group) }
  }

  /// `quay.io/calico/node` of `quay.io/calico/node:v3.30@sha256:…`.
  private static func path(of image: String) -> Substring {
    let path = Substring(image.utf8.prefix { $0 != UInt8(ascii: "@") })
    guard let colon = path.utf8.lastIndex(of: UInt8(ascii: ":")), !path[colon...].utf8.contains(UInt8(ascii: "/"))
    else {
      return path
    }
    return path[..<colon]
  }
}

extension NetworkPlugin {
  fileprivate init(_ id: String, _ node: NodeRef) {
    self.id = id
    title = node["title"]?.text ?? id
    enforcement = node["enforces"].flatMap { Enforcement(rawValue: $0.text) } ?? .optional
    lacks = Set(node.texts("lacks").compactMap(Feature.init))
    mayLack = Set(node.texts("mayLack").compactMap(Feature.init))
    namespaceLabels = Set(node.texts("namespaceLabels"))
    names = Set(node.texts("names"))
    workloads = Set(node.texts("workloads"))
    images = node.texts("images")
    groups = Set(node.texts("groups"))
  }
}

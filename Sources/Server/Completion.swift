internal import Config
internal import Diagnostics
internal import Engine
internal import Model
internal import Traffic

/// What may be written at a place.
struct Completion {
  struct Item: Hashable {
    /// `CompletionItemKind`.
    enum Kind: Int {
      case property = 10
      case value = 12
    }

    let label: String
    let detail: String
    var kind = Kind.value
  }

  private let snapshot: Snapshot
  private let place: SourceSpan
  /// Whether keys and values are written in quotes, so that a label cannot be written in one go.
  private let isJSON: Bool
  /// More are not offered.
  static let most = 500

  /// - Parameter place: where it is, in the text that the snapshot was made of.
  init(_ snapshot: Snapshot, at place: SourceSpan) {
    self.snapshot = snapshot
    self.place = place
    isJSON = snapshot.project.sources[place.file].path.hasSuffix(".json")
  }

  func items(_ context: CompletionContext) -> [Item] {
    let (path, key) = (context.path, context.key)
    let isInPolicy = path.contains("spec") || path.contains("ingress") || path.contains("egress")
    guard isInPolicy else { return key == "namespace" ? namespaces : [] }
    let isOfNamespaces = path.contains("namespaceSelector")
    switch path.last {
    case "matchLabels":
      if let key { return values(of: key, ofNamespaces: isOfNamespaces) }
      return isJSON ? keys(ofNamespaces: isOfNamespaces) : labels(ofNamespaces: isOfNamespaces)
    case "matchExpressions" where key == "key": return keys(ofNamespaces: isOfNamespaces)
    case "ports" where key == "port": return ports
    default: return []
    }
  }

  private var workloads: [Workload] { snapshot.project.worlds.flatMap(\.world.workloads) }

  private func pairs(ofNamespaces: Bool) -> [(key: String, value: String)] {
    let sets =
      ofNamespaces
      ? snapshot.project.worlds.flatMap { view in view.world.namespaces.map { view.world.labels(ofNamespace: $0) } }
      : workloads.map(\.labels)
    return sets.flatMap(\.pairs).map { ($0.key, $0.value) }
  }

  private func labels(ofNamespaces: Bool) -> [Item] {
    unique(
      pairs(ofNamespaces: ofNamespaces).map {
        Item(label: "\($0.key): \($0.value)", detail: ofNamespaces ? "namespace" : "workload", kind: .property)
      })
  }

  private func keys(ofNamespaces: Bool) -> [Item] {
    unique(pairs(ofNamespaces: ofNamespaces).map { Item(label: $0.key, detail: "label") })
  }

  private func values(of key: String, ofNamespaces: Bool) -> [Item] {
    unique(pairs(ofNamespaces: ofNamespaces).filter { $0.key == key }.map { Item(label: $0.value, detail: key) })
  }

  private var namespaces: [Item] {
    unique(snapshot.project.worlds.flatMap { $0.world.namespaces.map { Item(label: $0, detail: "namespace") } })
  }

  // MARK: Ports

  /// The ports of the pods that the rule leads to; of all where that is not known.
  private var ports: [Item] {
    let targets = targets
    return unique(
      (targets.isEmpty ? workloads : targets).flatMap { workload in
        workload.containers.flatMap(\.ports).flatMap { port in
          ["\(port.number)", port.name].compactMap(\.self).map { Item(label: $0, detail: workload.meta.name.value) }
        }
      })
  }

  /// Of the text as it is now there may be no policy at the place.
  private var targets: [Workload] {
    PolicyPlace.all(at: place, in: snapshot.project).flatMap { found -> [Workload] in
      let selection = found.view.selection
      let ids: [WorkloadID]
      switch found.part {
      case .rule(let rule), .port(let rule, _), .peer(let rule, _):
        ids =
          rule.type == .ingress
          ? selection.pods(of: found.policy).certain
          : rule.peers.items.flatMap { selection.pods(of: $0, in: found.policy).certain }
      case .subject, .policy: ids = []
      }
      return ids.map { found.view.world[$0] }
    }
  }

  private func unique(_ items: [Item]) -> [Item] {
    var byLabel: [String: Item] = [:]
    for item in items where byLabel[item.label].map({ $0.detail > item.detail }) ?? true { byLabel[item.label] = item }
    return Array(byLabel.values.sorted { $0.label < $1.label }.prefix(Self.most))
  }

  // MARK: Config

  /// The keys of a config, or the values of one of them.
  static func config(_ context: CompletionContext) -> [Item] {
    if let key = context.key {
      return (ConfigGuide.key(context.path + [key])?.values ?? []).map { Item(label: $0, detail: key) }
    }
    return ConfigGuide.keys(in: context.path).map { Item(label: $0.name, detail: $0.summary, kind: .property) }
  }
}

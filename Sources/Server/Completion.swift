internal import Config
internal import Engine
internal import Model
internal import Traffic

/// What may be written at a place, found by the lines above it: while somebody types, the text is rarely YAML.
struct Completion {
  struct Item: Hashable {
    let label: String
    let detail: String
  }

  private let snapshot: Snapshot
  private static let most = 500

  init(_ snapshot: Snapshot) { self.snapshot = snapshot }

  /// - Parameters:
  ///   - lines: gives the text of a line, from 0.
  ///   - number: the line of the place.
  ///   - before: what stands in the line in front of the place.
  func items(_ lines: (Int) -> String, _ number: Int, before: String) -> [Item] {
    let path = KeyPath.enclosing(lines, number, before: before)
    let text = before.drop { $0 == " " || $0 == "-" }
    let key = text.firstIndex(of: ":").map { String(text[..<$0]) }
    let isInPolicy = path.contains("spec") || path.contains("ingress") || path.contains("egress")
    guard isInPolicy else { return key == "namespace" ? namespaces : [] }
    if path.last == "matchLabels" {
      let isOfNamespaces = path.contains("namespaceSelector")
      return key.map { values(of: $0, ofNamespaces: isOfNamespaces) } ?? labels(ofNamespaces: isOfNamespaces)
    }
    if path.last == "matchExpressions", key == "key" { return keys(ofNamespaces: path.contains("namespaceSelector")) }
    if path.last == "ports", key == "port" { return ports }
    return []
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
        Item(label: "\($0.key): \($0.value)", detail: ofNamespaces ? "namespace" : "workload")
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

  private var ports: [Item] {
    unique(
      workloads.flatMap { workload in
        workload.containers.flatMap(\.ports).flatMap { port in
          [Item(label: "\(port.number)", detail: workload.meta.name.value)]
            + (port.name.map { [Item(label: $0, detail: workload.meta.name.value)] } ?? [])
        }
      })
  }

  private func unique(_ items: [Item]) -> [Item] {
    var byLabel: [String: Item] = [:]
    for item in items where byLabel[item.label].map({ $0.detail > item.detail }) ?? true { byLabel[item.label] = item }
    return Array(byLabel.values.sorted { $0.label < $1.label }.prefix(Self.most))
  }

  // MARK: Config

  /// The keys of a config, or the values of one of them.
  static func config(_ lines: (Int) -> String, _ number: Int, before: String) -> [Item] {
    let path = KeyPath.enclosing(lines, number, before: before)
    let text = before.drop { $0 == " " || $0 == "-" }
    if let colon = text.firstIndex(of: ":") {
      let key = String(text[..<colon])
      return (ConfigGuide.key(path + [key])?.values ?? []).map { Item(label: $0, detail: key) }
    }
    return ConfigGuide.keys(in: path).map { Item(label: $0.name, detail: $0.summary) }
  }
}

/// The keys of the mappings that a line lies in, by their indentation.
enum KeyPath {
  /// More lines than this are not looked at.
  private static let mostLines = 2000

  /// From the outermost; `before` is what stands in the line in front of the place.
  static func enclosing(_ lines: (Int) -> String, _ number: Int, before: String) -> [String] {
    var path: [String] = []
    var child = Start(before)
    var line = number - 1
    while line >= max(0, number - mostLines), child.indent > 0 || child.isItem {
      let text = lines(line)
      line -= 1
      if text.hasPrefix("---") { break }
      let start = Start(text)
      let content = text.dropFirst(start.content)
      // A list may stand at the column of its key.
      let isAbove = start.content < child.indent || (start.content == child.indent && child.isItem)
      guard let first = content.first, first != "#", isAbove, let colon = content.firstIndex(of: ":") else { continue }
      path.append(String(content[..<colon]))
      child = start
    }
    return path.reversed()
  }

  /// Where a line begins.
  private struct Start {
    /// The column of the first character.
    let indent: Int
    /// Whether that is the dash of a list's item.
    let isItem: Bool
    /// The column behind the dashes.
    let content: Int

    init(_ text: String) {
      indent = text.prefix { $0 == " " }.count
      content = text.prefix { $0 == " " || $0 == "-" }.count
      isItem = content > indent && text.dropFirst(indent).first == "-"
    }
  }
}

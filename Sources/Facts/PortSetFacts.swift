package import Model
internal import RuleData
internal import YAMLSource

/// A kind of component and the ports that it uses.
package struct ComponentKind: Sendable {
  package struct Port: Hashable, Sendable {
    package enum Security: String, Sendable {
      case plain, tls
      /// The same port carries both.
      case either
    }

    package let number: UInt16
    package let transport: TransportProtocol
    package let use: String
    package let security: Security
  }

  /// `postgresql`: what a config calls it.
  package let id: String
  /// `PostgreSQL`.
  package let title: String
  package let ports: [Port]
  /// Whether it keeps data.
  package let isDataStore: Bool
  fileprivate let names: [String]
  fileprivate let images: [String]
  /// The protocol without which it does not work at all.
  fileprivate let only: TransportProtocol?

  /// Its ports as a set.
  package var portSet: PortSet {
    var set = PortSet()
    for port in ports { set.insert(port.number...port.number, port.transport) }
    return set
  }
}

/// A port of a database or of administration.
package struct SensitivePort: Sendable {
  package let number: UInt16
  package let transport: TransportProtocol
  /// What listens there: `PostgreSQL`.
  package let title: String
  /// Whether the protocol encrypts and asks who is there by itself (SSH).
  package let isEncrypted: Bool
}

/// What rules know of ports (`rules/port-sets.yaml`).
package final class PortSetFacts: Sendable {
  static let shared = PortSetFacts()

  /// In the order of the file.
  package let components: [ComponentKind]
  /// Ports of exporters, reloaders and meshes, which any pod may have besides its own.
  package let auxiliaryPorts: PortSet
  /// Those of them that belong to meshes and exporters, and are told from any other port by their numbers.
  package let injectedPorts: PortSet
  /// Ports that metrics are scraped on.
  package let exporterPorts: PortSet
  /// Ports on which the replicas of one component talk to each other.
  package let replicationPorts: PortSet
  /// For each plaintext port its twin with TLS.
  package let tlsTwins: [UInt16: UInt16]
  /// Plaintext ports that beside their twin lead to it, or hand over to others.
  package let forwardingPorts: Set<UInt16>
  /// In the order of the file.
  package let sensitivePorts: [SensitivePort]
  private let accessories: Set<String>
  /// The components, as numbers in `components`, by the names and the images that they are recognised by.
  private let byName: [String: [Int]]
  private let byImage: [String: [Int]]

  private init() {
    let root = FactFile.root(RuleData.portSets, "port-sets.yaml")
    components = (root["components"]?.pairs ?? []).map { ComponentKind($0.key, $0.value) }
    exporterPorts = PortSetFacts.ports(root["exporters"])
    injectedPorts = PortSetFacts.ports(root["mesh"]).union(exporterPorts)
    auxiliaryPorts = injectedPorts.union(PortSetFacts.ports(root["reloaders"]))
    replicationPorts = PortSetFacts.ports(root["replication"])
    var twins: [UInt16: UInt16] = [:]
    for pair in root["twins"]?.items ?? NodeRef.noItems {
      let numbers = pair.texts.compactMap { UInt16($0) }
      if numbers.count == 2 { twins[numbers[0]] = numbers[1] }
    }
    tlsTwins = twins
    forwardingPorts = Set(root.texts("forwarding").compactMap { UInt16($0) })
    sensitivePorts = (root["sensitive"]?.items ?? NodeRef.noItems).compactMap { port in
      let texts = port.texts
      guard texts.count == 4, let number = UInt16(texts[0]), let transport = TransportProtocol(rawValue: texts[1])
      else { return nil }
      return SensitivePort(number: number, transport: transport, title: texts[2], isEncrypted: texts[3] == "encrypted")
    }
    accessories = Set(root.texts("accessories"))
    byName = PortSetFacts.index(components.map(\.names))
    byImage = PortSetFacts.index(components.map(\.images))
  }

  /// The names that the software of a name goes by; none for one that is not known.
  package func otherNames(of name: String) -> [String] {
    (byName[name] ?? []).flatMap { components[$0].names }
  }

  /// The component that a config names.
  package func component(named id: String) -> ComponentKind? { components.first { $0.id == id } }

  /// The component that pods are, by the names in their labels and by their images; `nil` when nothing or more than one
  /// is recognised.
  package func recognise(names: [String], images: [String]) -> ComponentKind? {
    var found: [Int] = []
    for name in names { found += called(name[...], byName) }
    for image in images { found += called(PortSetFacts.imageName(image), byImage) }
    guard let first = found.first, found.allSatisfy({ $0 == first }) else { return nil }
    return components[first]
  }

  /// A list of ports, each `[number, protocol]`.
  private static func ports(_ node: NodeRef?) -> PortSet {
    var ports = PortSet()
    for port in node?.items ?? NodeRef.noItems {
      let texts = port.texts
      guard let number = UInt16(texts[0]), let transport = TransportProtocol(rawValue: texts[1]) else { continue }
      ports.insert(number...number, transport)
    }
    return ports
  }

  private static func index(_ words: [[String]]) -> [String: [Int]] {
    var index: [String: [Int]] = [:]
    for (number, words) in words.enumerated() { for word in words { index[word, default: []].append(number) } }
    return index
  }

  /// The protocol that a port is known to use when it is not the one given.
  package func protocolMismatch(
    _ number: UInt16, _ transport: TransportProtocol
  ) -> (name: String, transport: TransportProtocol)? {
    for kind in components {
      guard let only = kind.only, only != transport, kind.ports.contains(where: { $0.number == number }) else {
        continue
      }
      return (kind.title, only)
    }
    return nil
  }

  /// The components that are called by a name: wholly, or by its start up to a dash where no word names an accessory.
  private func called(_ name: Substring, _ index: [String: [Int]]) -> [Int] {
    let dash = UInt8(ascii: "-")
    var rest = name
    while true {
      if let found = index[String(rest)] {
        let isAccessory = name.utf8.split(separator: dash).contains { accessories.contains(String(Substring($0))) }
        return isAccessory ? [] : found
      }
      guard let end = rest.utf8.lastIndex(of: dash) else { return [] }
      rest = rest[..<end]
    }
  }

  /// `postgresql` of `docker.io/bitnami/postgresql:16@sha256:…`.
  private static func imageName(_ image: String) -> Substring {
    var path = image.utf8.prefix { $0 != UInt8(ascii: "@") }
    while path.last == UInt8(ascii: "/") { path.removeLast() }
    let start = path.lastIndex(of: UInt8(ascii: "/")).map(path.index(after:)) ?? path.startIndex
    return Substring(path[start...].prefix { $0 != UInt8(ascii: ":") })
  }
}

extension ComponentKind {
  fileprivate init(_ id: String, _ node: NodeRef) {
    self.id = id
    title = node["title"]?.text ?? id
    isDataStore = node["store"]?.scalar == .bool(true)
    names = node.texts("names")
    images = node.texts("images")
    only = node["only"].flatMap { TransportProtocol(rawValue: $0.text) }
    ports = (node["ports"].map { Array($0.items) } ?? []).compactMap { port in
      let texts = port.texts
      guard texts.count == 4, let number = UInt16(texts[0]), let transport = TransportProtocol(rawValue: texts[1]),
        let security = Port.Security(rawValue: texts[3])
      else { return nil }
      return Port(number: number, transport: transport, use: texts[2], security: security)
    }
  }
}

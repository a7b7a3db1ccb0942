package import Engine
package import Model
package import Writing

/// Ends of connections and their ports in words, for reports that people read.
package enum ConnectionText {
  /// `shop/web [Deployment]`, `{ingress-controller}`, `any address`.
  package static func end(_ end: ConnectionEnd, _ nodes: [ConnectionNode]) -> String {
    switch end {
    case .external(let addresses): self.addresses(addresses)
    case .unresolved(let end): DisplayText.escaped("{\(end)}")
    case .ingressController: "{ingress-controller}"
    case .node(let number): node(nodes[number])
    }
  }

  package static func node(_ node: ConnectionNode) -> String {
    if node.isOtherPods { return DisplayText.escaped(otherPods(node)) }
    return DisplayText.escaped("\(node.namespace)/\(node.name) [\(node.isInferred ? "inferred" : node.kind)]")
  }

  /// `other pods`, or `other pods of shop`.
  static func otherPods(_ node: ConnectionNode) -> String {
    node == .otherPods ? "other pods" : "other pods of \(node.namespace)"
  }

  /// The shorter of what a set holds and what it leaves out, for each family: `0.0.0.0/0 except 10.0.0.0/8`.
  package static func addresses(_ set: AddressSet) -> String {
    if set == .everything { return "any address" }
    var parts: [String] = []
    for isIPv6 in [false, true] {
      let all = CIDR(IPAddress(isIPv6: isIPv6, value: 0), prefixLength: 0)
      let held = set.cidrs.filter { $0.isIPv6 == isIPv6 }
      let missing = AddressSet(all).subtracting(set).cidrs
      if missing.count + 1 < held.count {
        parts.append("\(all) except \(missing.map(\.description).joined(separator: ", "))")
      } else if !held.isEmpty {
        parts.append(held.map(\.description).joined(separator: ", "))
      }
    }
    return parts.joined(separator: "; ")
  }

  /// `TCP 80, 443; UDP 53`, `all ports`.
  package static func ports(_ ports: PortSet) -> String { ports == .all ? "all ports" : ports.text }
}

/// What one format writes for ends and port sets, each worked out once.
struct ConnectionFragments {
  private let nodes: [ConnectionNode]
  private let writeEnd: (ConnectionEnd) -> [UInt8]
  private let writePorts: (PortSet) -> [UInt8]
  private var ofNode: [[UInt8]?]
  private var ofAddresses: [AddressSet: [UInt8]] = [:]
  private var ofPorts: [[UInt8]?] = []

  init(
    _ nodes: [ConnectionNode], end: @escaping (ConnectionEnd) -> [UInt8], ports: @escaping (PortSet) -> [UInt8]
  ) {
    self.nodes = nodes
    ofNode = Array(repeating: nil, count: nodes.count)
    writeEnd = end
    writePorts = ports
  }

  /// Fragments of text.
  static func text(
    _ nodes: [ConnectionNode], escape: @escaping (String) -> String = { $0 }
  ) -> ConnectionFragments {
    ConnectionFragments(
      nodes, end: { Array(escape(ConnectionText.end($0, nodes)).utf8) },
      ports: { Array(escape(ConnectionText.ports($0)).utf8) })
  }

  /// Fragments of JSON, in the order of keys that the contract shows.
  static func json(_ nodes: [ConnectionNode]) -> ConnectionFragments {
    func bytes(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
      var out = ByteWriter()
      out.json(body)
      return Array(out.bytes.dropLast())
    }
    return ConnectionFragments(
      nodes, end: { end in bytes { ConnectionJSON.write(end, nodes, to: &$0) } },
      ports: { ports in bytes { ConnectionJSON.write(ports, to: &$0) } })
  }

  mutating func append(_ end: ConnectionEnd, to out: inout ByteWriter) {
    switch end {
    case .node(let number):
      if ofNode[number] == nil { ofNode[number] = writeEnd(end) }
      out.append(bytes: ofNode[number] ?? [])
    case .external(let addresses):
      let known = ofAddresses[addresses] ?? writeEnd(end)
      ofAddresses[addresses] = known
      out.append(bytes: known)
    case .ingressController, .unresolved: out.append(bytes: writeEnd(end))
    }
  }

  mutating func append(_ ports: Int, _ portSets: Interner<PortSet>, to out: inout ByteWriter) {
    while ofPorts.count <= ports { ofPorts.append(nil) }
    if ofPorts[ports] == nil { ofPorts[ports] = writePorts(portSets[ports]) }
    out.append(bytes: ofPorts[ports] ?? [])
  }
}

/// Ends and ports as JSON.
package enum ConnectionJSON {
  package static func write(_ end: ConnectionEnd, _ nodes: [ConnectionNode], to json: inout JSONWriter) {
    json.object { json in
      switch end {
      case .external(let addresses):
        json.member("kind", "external")
        json.member("cidrs", addresses.cidrs.map(\.description))
      case .unresolved(let end): members(end, of: &json)
      case .ingressController: json.member("kind", "ingress-controller")
      case .node(let number):
        members(nodes[number], of: &json)
      }
    }
  }

  /// The members of a workload's object.
  static func members(_ node: ConnectionNode, of json: inout JSONWriter) {
    json.member("kind", "workload")
    json.member("namespace", node.namespace)
    json.member("name", node.name)
    json.member("workloadKind", node.kind)
    json.member("inferred", node.isInferred)
  }

  /// The members of the object of an end whose addresses nobody knows; nodes of any labels have the selector null.
  static func members(_ end: UnresolvedEnd, of json: inout JSONWriter) {
    switch end {
    case .domain(let name):
      json.member("kind", "domain")
      json.member("name", "\(name)")
    case .nodes(let selector):
      json.member("kind", "nodes")
      json.member("selector", selector == .everything ? nil : "\(selector)")
    }
  }

  package static func write(_ ports: PortSet, to json: inout JSONWriter) {
    json.array { json in
      for transport in TransportProtocol.allCases {
        for range in ports[transport].ranges {
          json.object { json in
            json.member("protocol", transport.rawValue)
            json.member("from", Int(range.lowerBound))
            json.member("to", Int(range.upperBound))
          }
        }
      }
    }
  }
}

extension ByteWriter {
  mutating func append(bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { append($0) }
  }
}

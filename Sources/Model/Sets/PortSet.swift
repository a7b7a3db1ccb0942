/// The protocols that a NetworkPolicy can speak of. ICMP and others are outside the model.
package enum TransportProtocol: String, CaseIterable, Comparable, Hashable, Sendable {
  case tcp = "TCP"
  case udp = "UDP"
  case sctp = "SCTP"

  /// The order of reports: TCP, UDP, SCTP.
  package var rank: Int {
    switch self {
    case .tcp: 0
    case .udp: 1
    case .sctp: 2
    }
  }

  package static func < (a: TransportProtocol, b: TransportProtocol) -> Bool { a.rank < b.rank }
}

/// A set of ports for each protocol. Port 0 does not exist.
package struct PortSet: Hashable, Sendable {
  package var tcp = IntervalSet<UInt16>()
  package var udp = IntervalSet<UInt16>()
  package var sctp = IntervalSet<UInt16>()

  package init() {}

  package init(_ range: ClosedRange<UInt16>, _ transport: TransportProtocol) {
    self[transport] = IntervalSet(range)
  }

  /// The union of ranges in any order; they may overlap.
  package init(_ ranges: [(ClosedRange<UInt16>, TransportProtocol)]) {
    // Most rules name one port.
    if ranges.count == 1 {
      self[ranges[0].1] = IntervalSet(ranges[0].0)
      return
    }
    for transport in TransportProtocol.allCases {
      let own = ranges.compactMap { $0.1 == transport ? $0.0 : nil }
      if !own.isEmpty { self[transport] = IntervalSet(own) }
    }
  }

  /// Every port of every protocol.
  package static let all: PortSet = {
    var set = PortSet()
    for transport in TransportProtocol.allCases { set[transport] = IntervalSet(allPorts) }
    return set
  }()

  /// 1 to 65535.
  package static var allPorts: ClosedRange<UInt16> { 1...UInt16.max }

  package subscript(_ transport: TransportProtocol) -> IntervalSet<UInt16> {
    get {
      switch transport {
      case .tcp: tcp
      case .udp: udp
      case .sctp: sctp
      }
    }
    set {
      switch transport {
      case .tcp: tcp = newValue
      case .udp: udp = newValue
      case .sctp: sctp = newValue
      }
    }
  }

  package var isEmpty: Bool { tcp.isEmpty && udp.isEmpty && sctp.isEmpty }

  package func contains(_ port: UInt16, _ transport: TransportProtocol) -> Bool { self[transport].contains(port) }

  package func intersects(_ other: PortSet) -> Bool {
    tcp.intersects(other.tcp) || udp.intersects(other.udp) || sctp.intersects(other.sctp)
  }

  package func isSubset(of other: PortSet) -> Bool {
    tcp.isSubset(of: other.tcp) && udp.isSubset(of: other.udp) && sctp.isSubset(of: other.sctp)
  }

  package mutating func insert(_ range: ClosedRange<UInt16>, _ transport: TransportProtocol) {
    self[transport].insert(range)
  }

  package mutating func formUnion(_ other: PortSet) {
    tcp.formUnion(other.tcp)
    udp.formUnion(other.udp)
    sctp.formUnion(other.sctp)
  }

  package func union(_ other: PortSet) -> PortSet {
    var result = self
    result.formUnion(other)
    return result
  }

  package func intersection(_ other: PortSet) -> PortSet {
    var result = PortSet()
    result.tcp = tcp.intersection(other.tcp)
    result.udp = udp.intersection(other.udp)
    result.sctp = sctp.intersection(other.sctp)
    return result
  }

  package func subtracting(_ other: PortSet) -> PortSet {
    var result = PortSet()
    result.tcp = tcp.subtracting(other.tcp)
    result.udp = udp.subtracting(other.udp)
    result.sctp = sctp.subtracting(other.sctp)
    return result
  }

  /// `TCP 80, 8000-8010; UDP 53`, empty when nothing is in it: for messages.
  package var text: String {
    var parts: [String] = []
    for transport in TransportProtocol.allCases where !self[transport].isEmpty {
      let ports = self[transport].ranges.map {
        $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
      }
      parts.append("\(transport.rawValue) " + ports.joined(separator: ", "))
    }
    return parts.joined(separator: "; ")
  }
}

import Foundation
import Model
import TestSupport

/// The connections of a JSON report, read back without the code that wrote them.
struct ReadReport {
  struct Row: Decodable {
    let source: End
    let destination: End
    let ports: [Range]
  }

  struct Identity: Hashable {
    let namespace: String
    let kind: String
    let name: String
  }

  struct End: Decodable, Hashable {
    let kind: String
    let namespace: String?
    let name: String?
    let workloadKind: String?
    let inferred: Bool?
    let cidrs: [String]?

    var identity: Identity? {
      guard let namespace, let name, let workloadKind else { return nil }
      return Identity(namespace: namespace, kind: workloadKind, name: name)
    }

    /// Whether its addresses are nobody's to know: a domain name, or nodes.
    fileprivate var isUnresolved: Bool { kind == "domain" || kind == "nodes" }

    /// Outside addresses, names for such, the controller, then workloads by namespace, name and kind.
    fileprivate var rank: [String] {
      let number = ["external": "0", "domain": "1", "nodes": "2", "ingress-controller": "3"][kind] ?? "4"
      return [number, namespace ?? "", name ?? "", workloadKind ?? ""]
    }
  }

  struct Range: Decodable {
    let `protocol`: String
    let from: UInt16
    let to: UInt16
  }

  /// A pair of ends; of which the outside is one end, whatever the addresses.
  struct Pair: Hashable, CustomStringConvertible {
    enum End: Hashable {
      case workload(Identity)
      case controller, outside
    }
    let source: End
    let destination: End

    var description: String { "\(source) to \(destination)" }
  }

  private var rows: [Pair: [(addresses: AddressSet, ports: PortSet)]] = [:]
  /// What is wrong with the form of the report.
  private(set) var faults: [String] = []

  var pairs: Set<Pair> { Set(rows.keys) }

  init(_ rows: [Row]) {
    for row in rows where !row.destination.isUnresolved {
      let pair = Pair(source: ReadReport.end(row.source), destination: ReadReport.end(row.destination))
      if pair.source == pair.destination || pair.destination == .controller { faults.append("\(pair)") }
      self.rows[pair, default: []].append((addresses(row), ports(row.ports, pair)))
    }
    for (a, b) in zip(rows, rows.dropFirst()) where !ReadReport.precedes(a, b) {
      faults.append("\(a.source) to \(a.destination) stands before \(b.source) to \(b.destination)")
    }
    for (pair, parts) in self.rows {
      let isOutside = pair.source == .outside || pair.destination == .outside
      if !isOutside && parts.count > 1 { faults.append("\(pair) is listed twice") }
      if Set(parts.map(\.ports)).count < parts.count { faults.append("\(pair): equal ports are not one connection") }
      for (number, part) in parts.enumerated() {
        if parts.prefix(number).contains(where: { $0.addresses.intersects(part.addresses) }) && isOutside {
          faults.append("\(pair): addresses are listed twice")
        }
      }
    }
  }

  /// What is allowed from one end to the other; for the outside, at this address.
  func ports(_ pair: Pair, _ address: IPAddress? = nil) -> PortSet {
    let parts = rows[pair] ?? []
    return parts.filter { address == nil || $0.addresses.contains(address ?? .init(isIPv6: false, value: 0)) }
      .reduce(PortSet()) { $0.union($1.ports) }
  }

  // MARK: Reading

  private static func end(_ end: End) -> Pair.End {
    end.identity.map { .workload($0) } ?? (end.kind == "external" ? .outside : .controller)
  }

  private mutating func addresses(_ row: Row) -> AddressSet {
    let texts = (row.source.cidrs ?? []) + (row.destination.cidrs ?? [])
    let set = AddressSet(texts.compactMap { CIDR.parse($0)?.cidr })
    if !isMinimalCover(texts.compactMap { CIDR.parse($0)?.cidr }) { faults.append("not minimal: \(texts)") }
    return set
  }

  /// Whether blocks stand in order, IPv4 first, and no two of them overlap or make a larger one.
  private func isMinimalCover(_ cidrs: [CIDR]) -> Bool {
    zip(cidrs, cidrs.dropFirst()).allSatisfy { a, b in
      if a.isIPv6 != b.isIPv6 { return b.isIPv6 }
      let areHalves = a.prefixLength == b.prefixLength && b.base.value - a.base.value == a.size && a.startsEven
      return a.last.value < b.base.value && !areHalves
    }
  }

  private mutating func ports(_ ranges: [Range], _ pair: Pair) -> PortSet {
    var set = PortSet()
    var last: (transport: TransportProtocol, to: UInt16)?
    if ranges.isEmpty { faults.append("\(pair) has no ports") }
    for range in ranges {
      guard let transport = TransportProtocol(rawValue: range.protocol), range.from > 0, range.from <= range.to else {
        faults.append("\(pair): \(range)")
        continue
      }
      if let last {
        let isLater = last.transport == transport ? Int(range.from) > Int(last.to) + 1 : last.transport < transport
        if !isLater { faults.append("\(pair): \(range) does not stand behind \(last)") }
      }
      last = (transport, range.to)
      set.insert(range.from...range.to, transport)
    }
    return set
  }

  private static func precedes(_ a: Row, _ b: Row) -> Bool {
    if a.source.rank != b.source.rank { return a.source.rank.lexicographicallyPrecedes(b.source.rank) }
    if a.source != b.source { return first(a.source) <= first(b.source) }
    if a.destination.rank != b.destination.rank {
      return a.destination.rank.lexicographicallyPrecedes(b.destination.rank)
    }
    return first(a.destination) <= first(b.destination)
  }

  private static func first(_ end: End) -> IPAddress {
    end.cidrs?.first.flatMap { CIDR.parse($0)?.cidr.base } ?? IPAddress(isIPv6: false, value: 0)
  }
}

extension CIDR {
  fileprivate var size: UInt128 { last.value - base.value &+ 1 }
  /// Whether it is the lower half of the block around it.
  fileprivate var startsEven: Bool { size != 0 && base.value / size % 2 == 0 }
}

extension ReadReport {
  private struct Connectivity: Decodable { let connections: [Row] }
  private struct Change: Decodable {
    let added: [Row]
    let removed: [Row]
  }

  init(connectivity json: String) throws {
    self.init(try JSONDecoder().decode(Connectivity.self, from: Data(json.utf8)).connections)
  }

  static func diff(_ json: String) throws -> (added: ReadReport, removed: ReadReport) {
    let change = try JSONDecoder().decode(Change.self, from: Data(json.utf8))
    return (ReadReport(change.added), ReadReport(change.removed))
  }
}

package import Engine
internal import Model
internal import Traffic
internal import Writing

/// One connection that a change opens or closes, in words.
package struct DiffEntry: Sendable {
  package let isAdded: Bool
  package let source: ConnectionEnd
  package let destination: ConnectionEnd
  package let sourceText: String
  package let destinationText: String
  package let ports: String
  /// Why, in lines that are safe to show.
  package let reasons: [String]
  /// The new side's world that it is in; `nil` where all have it.
  package let world: String?
}

extension DiffReport {
  /// All that changes for certain, with its reasons; what is more than `most` of a kind is only counted (`counts`).
  package mutating func entries(most: Int) -> [DiffEntry] {
    countsOfShares = [:]
    for change in DiffChange.certain { tables[change] = diff.table(change) }
    var result: [DiffEntry] = []
    for change in DiffChange.certain {
      guard var table = tables.removeValue(forKey: change) else { continue }
      defer { tables[change] = table }
      let nodes = table.nodes
      var reasons = DiffReasons(diff, change, old: Places(old), new: Places(new))
      var left = most
      for share in table.shares {
        let world: String? =
          if case .own(let pair) = share { diff.pairs[pair].new?.view.context.name ?? "" } else { nil }
        var count = 0
        table.walk(share) { entry, portSets in
          count += 1
          guard left > 0 else { return true }
          left -= 1
          let (connection, ports) = (entry.connection, portSets[entry.connection.ports])
          result.append(
            DiffEntry(
              isAdded: change == .added, source: connection.source, destination: connection.destination,
              sourceText: ConnectionText.end(connection.source, nodes),
              destinationText: ConnectionText.end(connection.destination, nodes), ports: ConnectionText.ports(ports),
              reasons: reasons.lines(connection, ports, list: entry.list, nodes), world: world))
          return true
        }
        if count > 0 { countsOfShares[share, default: [:]][change] = count }
      }
    }
    return result
  }
}

internal import Engine
internal import Model
internal import Reporting
package import Traffic
package import Writing

/// What is said beside the connections: how many there are, and what is not among them because it cannot be told.
package struct ConnectivitySummary: Sendable {
  /// How many there are in each share.
  package var connections: [ConnectionShare: Int] = [:]
  private let names: [String]
  private let workloads: Int
  /// Sentences on what the list does not show, or not for certain.
  package let notes: [String]

  /// The last sentence of every summary.
  package static let limits = "ICMP and other protocols than TCP, UDP and SCTP are outside the model."

  /// - Parameters:
  ///   - unread: what was not read and why, in lines.
  ///   - listsInferred: whether witnesses are listed.
  package init(_ worlds: [WorldView], _ places: Places, unread: [String], listsInferred: Bool) {
    var finder = UntoldConnections(places: places)
    for world in worlds { finder.add(world) }
    names = worlds.map(\.context.name)
    workloads = Set(worlds.flatMap { $0.world.workloads.lazy.map { ConnectionNode($0) } }).count
    var notes: [String] = []
    if workloads == 0 { notes.append("No workload was read, so that there is nothing to connect.") }
    if workloads > 0, worlds.allSatisfy(\.world.policies.isEmpty) {
      notes.append("No NetworkPolicy was read: everything is allowed.")
    }
    let inferred = Set(worlds.flatMap { $0.reach.classes.lazy.compactMap(\.inferredName) })
    if !listsInferred, !inferred.isEmpty {
      let pods = inferred.count == 1 ? "1 selector matches" : "\(inferred.count) selectors match"
      notes.append("\(pods) no workload that was read: --inferred lists the pods that they may mean.")
    }
    self.notes = notes + finder.sentences + unread
  }

  /// Sentences, one a line.
  package var text: String {
    let workloads = Summary.count(workloads, "workload")
    var lines = ["\(Summary.count(connections[.common] ?? 0, "connection")), \(workloads)."]
    if names.count > 1 {
      lines = ["\(Summary.count(connections[.common] ?? 0, "connection")) in all \(names.count) worlds, \(workloads)."]
      for (number, name) in names.enumerated() {
        lines.append("\(connections[.own(number)] ?? 0) more in \(DisplayText.escaped(name)).")
      }
    }
    return (lines + notes + [ConnectivitySummary.limits]).map { $0 + "\n" }.joined()
  }
}

extension PodClass {
  /// What tells a witness from others, in any world; `nil` for other pods.
  fileprivate var inferredName: String? {
    if case .inferred(let selector) = origin { "\(namespace)/\(selector)" } else { nil }
  }
}

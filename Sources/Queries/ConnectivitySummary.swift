package import Engine
package import Facts
internal import Model
package import Reporting

/// What is said beside the connections: how many there are, and what is not among them because it cannot be told.
package struct ConnectivitySummary: Sendable {
  package var connections = 0
  private let workloads: Int
  /// Witnesses that are not listed.
  private let unlisted: Int
  /// Sentences, sorted by what they speak of; each once.
  package let notes: [String]

  /// The last sentence of every summary.
  package static let limits = "ICMP and other protocols than TCP, UDP and SCTP are outside the model."

  /// - Parameters:
  ///   - nodes: the ends that may be listed.
  ///   - unread: what was not read and why, in lines.
  package init(
    _ worlds: [QueryWorld], _ nodes: [ConnectionNode], _ places: Places, _ facts: Facts, unread: [String]
  ) {
    var finder = UntoldConnections(places: places, facts: facts)
    for world in worlds { finder.add(world) }
    notes = finder.sentences + unread
    workloads = nodes.count { !$0.isInferred }
    let inferred = Set(worlds.flatMap { $0.reach.classes.lazy.compactMap(\.inferredName) })
    unlisted = nodes.contains(where: \.isInferred) ? 0 : inferred.count
  }

  /// Sentences, one a line.
  package var text: String {
    var lines = [
      "\(Summary.count(connections, "connection")) with \(Summary.count(workloads, "workload")) among their ends."
    ]
    if workloads == 0 { lines = ["\(Summary.count(connections, "connection")); no workload was read."] }
    if unlisted > 0 {
      let pods = Summary.count(unlisted, "selector matches", plural: "selectors match")
      lines.append("\(pods) no workload that was read: --inferred lists the pods that they may mean.")
    }
    return (lines + notes + [ConnectivitySummary.limits]).map { $0 + "\n" }.joined()
  }
}

extension Summary {
  fileprivate static func count(_ number: Int, _ one: String, plural: String) -> String {
    "\(number) \(number == 1 ? one : plural)"
  }
}

extension PodClass {
  /// What tells a witness from others, in any world; `nil` for other pods.
  fileprivate var inferredName: String? {
    if case .inferred(let selector) = origin { "\(namespace)/\(selector)" } else { nil }
  }
}

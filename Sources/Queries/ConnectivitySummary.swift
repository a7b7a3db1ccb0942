internal import Engine
internal import Model
internal import Reporting
package import Traffic
package import Writing

/// What is said beside the connections: how many there are, and what is not among them because it cannot be told.
package struct ConnectivitySummary: Sendable {
  package var connections = 0
  private let workloads: Int
  /// Sentences on what the list does not show, or not for certain.
  package let notes: [SafeText]

  /// The last sentence of every summary.
  package static let limits: SafeText = "ICMP and other protocols than TCP, UDP and SCTP are outside the model."

  /// - Parameters:
  ///   - unread: what was not read and why, in lines.
  ///   - listsInferred: whether witnesses are listed.
  package init(_ worlds: [WorldView], _ places: Places, unread: [SafeText], listsInferred: Bool) {
    var finder = UntoldConnections(places: places)
    for world in worlds { finder.add(world) }
    workloads = Set(worlds.flatMap { $0.world.workloads.lazy.map { ConnectionNode($0) } }).count
    var notes: [SafeText] = []
    if workloads == 0 { notes.append("No workload was read, so that there is nothing to connect.") }
    if workloads > 0, worlds.allSatisfy(\.world.policies.isEmpty) {
      notes.append("No NetworkPolicy was read: everything is allowed.")
    }
    let inferred = Set(worlds.flatMap { $0.reach.classes.lazy.compactMap(\.inferredName) })
    if !listsInferred, !inferred.isEmpty {
      let pods: SafeText = inferred.count == 1 ? "1 selector matches" : "\(inferred.count) selectors match"
      notes.append("\(pods) no workload that was read: --inferred lists the pods that they may mean.")
    }
    if worlds.count > 1 { notes.append("\(worlds.count) builds are listed together, equal connections once.") }
    self.notes = notes + finder.sentences.map(SafeText.init(escaping:)) + unread
  }

  /// Sentences, one a line, without a line end behind the last one.
  package var text: SafeText {
    let counts: SafeText = "\(Summary.count(connections, "connection")), \(Summary.count(workloads, "workload"))."
    return ([counts] + notes + [ConnectivitySummary.limits]).joined(separator: "\n")
  }
}

extension PodClass {
  /// What tells a witness from others, in any world; `nil` for other pods.
  fileprivate var inferredName: String? {
    if case .inferred(let selector) = origin { "\(namespace)/\(selector)" } else { nil }
  }
}

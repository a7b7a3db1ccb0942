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
  package var notes: [SafeText]

  /// The last sentence of every summary.
  package static let limits: SafeText = "ICMP and other protocols than TCP, UDP and SCTP are outside the model."

  /// - Parameters:
  ///   - unread: what was not read and why, in lines.
  ///   - listsInferred: whether witnesses are listed; `nil` where the command does not know how to.
  package init(_ worlds: [WorldView], _ places: Places, unread: [SafeText], listsInferred: Bool?) {
    var finder = UntoldConnections(places: places)
    for world in worlds { finder.add(world) }
    names = worlds.map(\.context.name)
    workloads = Set(worlds.flatMap { $0.world.workloads.lazy.map { ConnectionNode($0) } }).count
    var notes: [SafeText] = []
    if workloads == 0 { notes.append("No workload was read, so that there is nothing to connect.") }
    if workloads > 0, worlds.allSatisfy(\.hasNoPolicies) {
      notes.append("No NetworkPolicy was read: everything is allowed.")
    }
    let inferred = Set(worlds.flatMap { $0.reach.classes.lazy.compactMap(\.inferredName) })
    if listsInferred != true, !inferred.isEmpty {
      let pods: SafeText = inferred.count == 1 ? "1 selector matches" : "\(inferred.count) selectors match"
      let way: SafeText = listsInferred == nil ? "`netpol-lint connectivity --inferred`" : "--inferred"
      notes.append("\(pods) no workload that was read: \(way) lists the pods that they may mean.")
    }
    self.notes = notes + finder.sentences.map(SafeText.init(escaping:)) + unread
  }

  /// Sentences, one a line, without a line end behind the last one.
  package var text: SafeText {
    let all: SafeText = names.count > 1 ? " in \(WorldNames.all(names.count))" : ""
    let common = Summary.count(connections[.common] ?? 0, "connection")
    var lines: [SafeText] = ["\(common)\(all), \(Summary.count(workloads, "workload"))."]
    if names.count > 1 {
      lines += names.enumerated().map { "\(connections[.own($0)] ?? 0) more in \($1)." }
    }
    return (lines + notes + [ConnectivitySummary.limits]).joined(separator: "\n")
  }
}

extension WorldView {
  fileprivate var hasNoPolicies: Bool {
    world.policies.isEmpty && world.clusterPolicies.isEmpty && world.doubts.isEmpty
  }
}

extension PodClass {
  /// What tells a witness from others, in any world; `nil` for other pods.
  fileprivate var inferredName: String? {
    if case .inferred(let selector) = origin { "\(namespace)/\(selector)" } else { nil }
  }
}

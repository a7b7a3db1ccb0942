internal import Engine

extension Diff {
  /// Whether nothing is newly allowed and nothing newly blocked, in whatever world: each world has its counterpart.
  package var isEmpty: Bool {
    unpaired.old.isEmpty && unpaired.new.isEmpty
      && pairs.allSatisfy { pair in DiffChange.certain.allSatisfy { !pair.has($0) } }
  }
}

extension DiffPair {
  /// Whether there is a connection of a change.
  fileprivate func has(_ change: DiffChange) -> Bool {
    var connections = connections(change)
    let sources: [ConnectionSource] = [.outside, .ingressController] + connections.nodes.indices.map { .node($0) }
    return sources.contains { !connections.connections(from: $0).isEmpty }
  }
}

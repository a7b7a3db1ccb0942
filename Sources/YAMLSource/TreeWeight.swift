extension TreeNode {
  /// How much a node is: its nodes, and one for each 64 bytes of their texts.
  ///
  /// - Parameter limit: no more than this is counted on from there; the result is then above it.
  package func weight(atMost limit: Int) -> Int {
    var weight = 0
    add(to: &weight, limit)
    return weight
  }

  private func add(to weight: inout Int, _ limit: Int) {
    weight += 1
    if weight > limit { return }
    switch content {
    case .scalar(let scalar): weight += scalar.text.utf8.count / 64
    case .mapping(let entries): for entry in entries { entry.value.add(to: &weight, limit) }
    case .sequence(let items): for item in items { item.add(to: &weight, limit) }
    }
  }
}

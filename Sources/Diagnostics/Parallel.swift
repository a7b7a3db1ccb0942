/// Tasks for each job: small enough that none waits long for the others, large enough that starting them costs little.
private let tasksPerJob = 32

/// Applies `work` to every item, at most `jobs` at a time; the results stand in the order of the items.
package func inParallel<Item: Sendable, Result: Sendable>(
  _ items: [Item], jobs: Int, _ work: @escaping @Sendable (Item) -> Result
) async -> [Result] {
  guard jobs > 1, items.count > 1 else { return items.map(work) }
  let size = max(1, items.count / (jobs * tasksPerJob))
  let parts = stride(from: 0, to: items.count, by: size).map { items[$0..<min($0 + size, items.count)] }
  return await withTaskGroup(of: (Int, [Result]).self) { group in
    var slots = [[Result]](repeating: [], count: parts.count)
    var upcoming = 0
    func start() {
      let number = upcoming
      let part = parts[number]
      group.addTask { (number, part.map(work)) }
      upcoming += 1
    }
    while upcoming < min(jobs, parts.count) { start() }
    for await (number, results) in group {
      slots[number] = results
      if upcoming < parts.count { start() }
    }
    return slots.flatMap(\.self)
  }
}

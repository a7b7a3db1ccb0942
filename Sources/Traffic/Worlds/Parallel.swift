/// Applies `work` to every item, at most `jobs` at a time; the results stand in the order of the items.
package func inParallel<Item: Sendable, Result: Sendable>(
  _ items: [Item], jobs: Int, _ work: @escaping @Sendable (Item) -> Result
) async -> [Result] {
  guard jobs > 1, items.count > 1 else { return items.map(work) }
  return await withTaskGroup(of: (Int, Result).self) { group in
    var slots = [Result?](repeating: nil, count: items.count)
    var upcoming = 0
    func start() {
      let number = upcoming
      let item = items[number]
      group.addTask { (number, work(item)) }
      upcoming += 1
    }
    while upcoming < min(jobs, items.count) { start() }
    for await (number, result) in group {
      slots[number] = result
      if upcoming < items.count { start() }
    }
    return slots.compactMap(\.self)
  }
}

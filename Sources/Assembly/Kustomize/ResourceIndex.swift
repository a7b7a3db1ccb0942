/// Finds objects by what they are or were called. What is no longer so stays in it: who asks looks again.
struct ResourceIndex: Sendable {
  private var byID: [ResourceID: [Int]] = [:]
  private var byName: [String: [Int]] = [:]
  private var byKind: [String: [Int]] = [:]

  mutating func add(_ ids: some Sequence<ResourceID>, _ number: Int) {
    for id in ids {
      guard !(byID[id]?.contains(number) ?? false) else { continue }
      byID[id, default: []].append(number)
      ResourceIndex.insert(number, into: &byName[id.name, default: []])
      ResourceIndex.insert(number, into: &byKind[id.kind, default: []])
    }
  }

  /// Keeps a list in order.
  private static func insert(_ number: Int, into list: inout [Int]) {
    var (low, high) = (0, list.count)
    while low < high {
      let middle = (low + high) / 2
      if list[middle] < number { low = middle + 1 } else { high = middle }
    }
    if low == list.count || list[low] != number { list.insert(number, at: low) }
  }

  func candidates(_ id: ResourceID) -> [Int] { byID[id] ?? [] }

  /// `nil` for all.
  func candidates(name: String?, kind: String?) -> [Int]? {
    if let name { return byName[name] ?? [] }
    return kind.map { byKind[$0] ?? [] }
  }
}

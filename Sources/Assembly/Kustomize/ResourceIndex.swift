internal import Diagnostics

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
    let place = list.partitioningIndex { $0 >= number }
    if place == list.count || list[place] != number { list.insert(number, at: place) }
  }

  func candidates(_ id: ResourceID) -> [Int] { byID[id] ?? [] }

  /// `nil` for all.
  func candidates(name: String?, kind: String?) -> [Int]? {
    if let name { return byName[name] ?? [] }
    return kind.map { byKind[$0] ?? [] }
  }
}

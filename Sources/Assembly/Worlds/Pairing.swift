/// Lays groups of alternatives over one another: which member of each is live with which of the others.
struct Pairing {
  /// The units of each world that are members of groups, in order of the largest group's paths.
  private(set) var worlds: [[Int]] = []
  /// The member of the largest group that names each world.
  private(set) var names: [Int] = []
  /// For each world, pairs of members of two groups that no word of their paths brings together.
  private(set) var unpaired: [[(Int, Int)]] = []

  init(_ groups: [AlternativeGroup], _ units: [Unit]) {
    guard let largest = groups.indices.max(by: { (groups[$0].members.count, -$0) < (groups[$1].members.count, -$1) })
    else { return }
    worlds = groups[largest].members
    names = groups[largest].members.map { $0[0] }
    unpaired = worlds.map { _ in [] }
    let words = groups.map { group in Pairing.words(group, units) }
    for (number, group) in groups.enumerated() where number != largest {
      for (world, member) in Pairing.pairs(words[largest], words[number]).enumerated() {
        let isByName = !words[largest][world].isDisjoint(with: words[number][member])
        if !isByName { unpaired[world].append((names[world], group.members[member][0])) }
        worlds[world] += group.members[member]
      }
    }
    worlds = worlds.map { $0.sorted() }
  }

  /// The words that tell a member from the others of its group.
  private static func words(_ group: AlternativeGroup, _ units: [Unit]) -> [Set<Substring>] {
    let all = group.members.map { member in
      member.reduce(into: Set<Substring>()) { $0.formUnion(PathWords.all(units[$1].name)) }
    }
    let common = all.dropFirst().reduce(all[0]) { $0.intersection($1) }
    return all.map { $0.subtracting(common) }
  }

  /// For each world the member of another, smaller group: by the words that they share, else in order; every member is
  /// in at least one world.
  private static func pairs(_ worlds: [Set<Substring>], _ members: [Set<Substring>]) -> [Int] {
    var result: [Int?] = worlds.map { _ in nil }
    var free = Set(members.indices)
    func score(_ world: Int, _ member: Int) -> Int { worlds[world].intersection(members[member]).count }
    for world in worlds.indices {
      let best = free.sorted().max { (score(world, $0), -$0) < (score(world, $1), -$1) }
      guard let best, score(world, best) > 0 else { continue }
      result[world] = best
      free.remove(best)
    }
    for world in worlds.indices where result[world] == nil {
      if let next = free.min() {
        result[world] = next
        free.remove(next)
      }
    }
    return worlds.indices.map { world in
      result[world] ?? members.indices.max { (score(world, $0), -$0) < (score(world, $1), -$1) } ?? 0
    }
  }
}

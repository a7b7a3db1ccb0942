/// Lays groups of alternatives over one another: which member of each is live with which of the others.
///
/// Larger groups come first. A member joins the world with whose members its path shares the most words, of those the
/// one with the longest common path, else the next free one; each member is in at least one world.
struct Pairing {
  /// The units of each world that are members of groups, in order of the largest group's paths.
  var worlds: [[Int]] { laid.map { $0.units.sorted() } }
  /// The member of the largest group that names each world.
  private(set) var names: [Int] = []
  /// For each world what of it nothing brings together.
  private(set) var branches: [Branches] = []
  private var laid: [World] = []
  private let units: [Unit]

  init(_ groups: [AlternativeGroup], _ units: [Unit]) {
    self.units = units
    let order = groups.indices.sorted { (-groups[$0].members.count, $0) < (-groups[$1].members.count, $1) }
    guard let largest = order.first else { return }
    names = groups[largest].members.map { $0[0] }
    laid = members(of: groups[largest]).map { World([$0]) }
    for number in order.dropFirst() { add(members(of: groups[number])) }
    let common = groups.count > 1 ? groups.reduce(into: Set<ObjectIdentity>()) { $0.formUnion($1.common) } : []
    branches = laid.map { world in
      world.branches.count < 2
        ? Branches() : Branches(units: world.branches.map { $0.units.sorted() }, common: common)
    }
  }

  /// A member of a group, or several that are live together.
  private struct Member {
    var units: [Int]
    /// The words of its paths that tell it from the others of its group.
    var words: Set<Substring>
  }

  /// The members of a world: those that words bring together are one branch.
  private struct World {
    var branches: [Member]

    init(_ branches: [Member]) { self.branches = branches }

    var units: [Int] { branches.flatMap(\.units) }
    var words: Set<Substring> { branches.reduce(into: []) { $0.formUnion($1.words) } }

    /// - Parameter isPlain: whether the member goes with what has no words of its own, like itself.
    mutating func add(_ member: Member, isPlain: Bool) {
      var member = member
      branches.removeAll { branch in
        let isPaired = isPlain ? branch.words.isEmpty : !branch.words.isDisjoint(with: member.words)
        guard isPaired else { return false }
        member.units = branch.units + member.units
        member.words.formUnion(branch.words)
        return true
      }
      branches.append(member)
      branches.sort { $0.units[0] < $1.units[0] }
    }
  }

  private func members(of group: AlternativeGroup) -> [Member] {
    let all = group.members.map { member in
      member.reduce(into: Set<Substring>()) { $0.formUnion(PathWords.all(units[$1].name)) }
    }
    let common = all.dropFirst().reduce(all[0]) { $0.intersection($1) }
    return zip(group.members, all).map { Member(units: $0, words: $1.subtracting(common)) }
  }

  private mutating func add(_ members: [Member]) {
    let pairs = pairs(members)
    // Where the words of others agree, the plain ones of both groups (`app` beside `app-dev`) belong together too.
    let isNamed = zip(laid, pairs).contains { !$0.words.isDisjoint(with: members[$1].words) }
    for (world, pair) in pairs.enumerated() {
      laid[world].add(members[pair], isPlain: isNamed && members[pair].words.isEmpty)
    }
  }

  /// For each world the member of a group that is no larger.
  private func pairs(_ members: [Member]) -> [Int] {
    let scores = scores(members)
    var result: [Int?] = laid.map { _ in nil }
    var free = Set(members.indices)
    // The best pair of all comes first, so that no world takes what belongs to another one.
    let pairs = scores.enumerated().flatMap { world, own in own.map { (world: world, member: $0.key, score: $0.value) }
    }
    .sorted { ($1.score, $0.world, $0.member) < ($0.score, $1.world, $1.member) }
    for pair in pairs where result[pair.world] == nil && free.contains(pair.member) {
      result[pair.world] = pair.member
      free.remove(pair.member)
    }
    func best(_ world: Int) -> Int? {
      scores[world].max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
    }
    var rest = free.sorted()[...]
    for world in laid.indices where result[world] == nil { result[world] = rest.popFirst() }
    return laid.indices.map { result[$0] ?? best($0) ?? 0 }
  }

  /// How well members go with each world; those that share no word with it are left out.
  private func scores(_ members: [Member]) -> [[Int: Score]] {
    var membersOfWord: [Substring: [Int]] = [:]
    for (number, member) in members.enumerated() {
      for word in member.words { membersOfWord[word, default: []].append(number) }
    }
    return laid.indices.map { world in
      var counts: [Int: Int] = [:]
      for word in laid[world].words { for member in membersOfWord[word] ?? [] { counts[member, default: 0] += 1 } }
      let path = units[names[world]].name
      return Dictionary(
        uniqueKeysWithValues: counts.map { member, words in
          (member, Score(words: words, folders: Pairing.commonFolders(path, units[members[member].units[0]].name)))
        })
    }
  }

  /// How many folders two paths have in common from their start.
  private static func commonFolders(_ a: String, _ b: String) -> Int {
    zip(a.split(separator: "/"), b.split(separator: "/")).prefix { $0 == $1 }.count
  }

  /// How well a member goes with a world.
  private struct Score: Comparable {
    let words: Int
    let folders: Int

    static func < (a: Score, b: Score) -> Bool { (a.words, a.folders) < (b.words, b.folders) }
  }
}

/// The words of paths: what `overlays/dev` and `database/dev` have in common.
enum PathWords {
  static func all(_ path: String) -> Set<Substring> {
    Set(path.split { !($0.isLetter || $0.isNumber) })
  }
}

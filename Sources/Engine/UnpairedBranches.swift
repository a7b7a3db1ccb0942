internal import Model

// Answers that rest on two branches of a world are open: nothing says whether these are live together. An answer rests on
// the branches of the pods at both ends and on those of the policies that apply to them. In a sweep, branches have numbers
// of their own beside those of policies and rules.

extension BranchID {
  /// Its number in a sweep: below those of policies, rules and what else is told apart.
  var entry: Int32 { -2 - Int32(index) }

  /// `nil` for the number of something else.
  init?(entry: Int32) {
    guard entry <= -2 else { return nil }
    self.init(Int(-2 - entry))
  }
}

extension ActiveSet {
  /// Whether a number below zero is among those that are active.
  func holds(_ id: Int32) -> Bool { ids.prefix { $0 < 0 }.contains(id) }
}

extension Universe {
  /// The branches of the classes' own workloads, as entries of a sweep.
  var branchEntries: [Sweep.Entry<UInt32>] {
    classes.enumerated().compactMap { number, podClass in
      podClass.branch.map { Sweep.Entry(range: UInt32(number)...UInt32(number), id: $0.entry) }
    }
  }
}

extension Profiles {
  /// What the classes rest on by this direction, as entries of a sweep; what rests on several is open in any case.
  var branchEntries: [Sweep.Entry<UInt32>] {
    profiles.flatMap { profile in
      profile.branches.count == 1 ? profile.members.entries(profile.branches[0].entry) : []
    }
  }

  /// Two branches that an answer between classes rests on; `nil` where it rests on one at most.
  ///
  /// - Parameter others: the profiles of the other direction, for the other end.
  func unpaired(_ own: ClassID, _ other: ClassID?, _ others: Profiles) -> (BranchID, BranchID)? {
    let mine = profiles[ofClass[own.index]].branches
    if mine.count > 1 { return (mine[0], mine[1]) }
    guard let first = mine.first, let other else { return nil }
    let theirs = others.profiles[others.ofClass[other.index]].branches
    guard theirs.count == 1, theirs[0] != first else { return nil }
    return (min(first, theirs[0]), max(first, theirs[0]))
  }
}

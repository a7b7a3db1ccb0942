internal import Diagnostics

/// Which findings of a world are said already by others, and which are consequences of others.
///
/// Rules know nothing of one another: each says in its `RuleInfo` to which ones it yields and from which ones its
/// findings follow, and each finding says what it is about. A rule that does not run, or did not find anything at the
/// place, silences nothing.
struct Causes {
  /// For each rule those to whose findings its own yield.
  private let yielding: [RuleID: [RuleID]]
  /// For each rule those whose findings may be the cause of its own.
  private let causing: [RuleID: [RuleID]]
  private let shows: @Sendable (Finding) -> Bool

  /// - Parameters:
  ///   - rules: those that run.
  ///   - shows: whether a finding is shown: one that is not silences and explains nothing.
  init(_ rules: [RuleInfo], shows: @escaping @Sendable (Finding) -> Bool) {
    let infos = Dictionary(rules.map { ($0.id, $0) }) { $1 }
    let voiding = rules.filter(\.voidsObject).map(\.id)
    yielding = infos.mapValues(\.yieldsTo).filter { !$1.isEmpty }
    causing = infos.mapValues { info in
      info.group == .reading || info.voidsObject ? info.followsFrom : info.followsFrom + voiding
    }
    self.shows = shows
  }

  /// Leaves out what other findings say, and names the cause of what follows from others.
  ///
  /// - Parameter world: all findings of one world.
  func linked(_ world: [Finding]) -> [Finding] {
    var result = world
    // What no finding here yields to or follows from need not be looked up.
    let asked = Set(Set(world.map(\.rule)).flatMap { (yielding[$0] ?? []) + (causing[$0] ?? []) })
    var index = Index(world.filter { asked.contains($0.rule) && shows($0) })
    // What is left out accounts for nothing any more.
    var accountsForLess = false
    result.removeAll { finding in
      guard let rules = yielding[finding.rule], index.first(of: rules, for: finding) != nil else { return false }
      accountsForLess = accountsForLess || !finding.accountsFor.isEmpty
      return true
    }
    if accountsForLess { index = Index(result.filter { asked.contains($0.rule) && shows($0) }) }
    var causes: [FindingID: FindingID] = [:]
    for number in result.indices {
      guard let rules = causing[result[number].rule], !rules.isEmpty,
        let cause = index.first(of: rules, for: result[number])
      else { continue }
      result[number].cause = cause
      causes[result[number].id] = cause
    }
    // A consequence of a consequence hangs on the first cause; which rule follows from which goes round in no circle.
    if causes.isEmpty { return result }
    for number in result.indices {
      while let cause = result[number].cause, let earlier = causes[cause] { result[number].cause = earlier }
    }
    return result
  }

  /// For each subject the first finding of each rule that accounts for it, in report order.
  private struct Index {
    private typealias Entry = (rule: RuleID, number: Int)

    private let all: [Finding]
    /// By object first: most findings are about objects that nothing accounts for. Few rules account for one subject.
    private var places: [ObjectReference: [Substring: [Entry]]] = [:]

    init(_ all: [Finding]) {
      self.all = all
      for (number, finding) in all.enumerated() {
        for subject in finding.accountsFor {
          Index.add(
            (finding.rule, number), of: all, to: &places[subject.object, default: [:]][subject.part[...], default: []])
        }
      }
    }

    /// No method of a value: that would hold the places while they are changed, so that they would be copied each time.
    private static func add(_ entry: Entry, of all: [Finding], to entries: inout [Entry]) {
      if let known = entries.firstIndex(where: { $0.rule == entry.rule }) {
        if Finding.inReportOrder(all[entry.number], all[entries[known].number]) { entries[known] = entry }
      } else {
        entries.append(entry)
      }
    }

    /// The first finding of the first one of these rules that accounts for a finding.
    func first(of rules: [RuleID], for finding: Finding) -> FindingID? {
      if rules.isEmpty || places.isEmpty { return nil }
      var accounts: [[Entry]] = []
      if let object = finding.object, let known = places[object] {
        accounts = (Subject.withOuter(finding.path[...]) + [Subject.wholeObject]).compactMap { known[$0] }
      }
      for subject in finding.mayFollowFrom {
        if let entries = places[subject.object]?[subject.part[...]] { accounts.append(entries) }
      }
      if accounts.isEmpty { return nil }
      for rule in rules {
        for entries in accounts {
          if let found = entries.first(where: { $0.rule == rule }) { return all[found.number].id }
        }
      }
      return nil
    }
  }
}

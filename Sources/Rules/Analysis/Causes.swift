internal import Diagnostics

/// Which findings of a world are said already by others, and which are consequences of others.
///
/// Rules know nothing of one another: each says in its `RuleInfo` to which ones it yields and from which ones its
/// findings follow, and each finding says what it is about. A rule that does not run, or did not find anything at the
/// place, silences nothing.
struct Causes {
  private let infos: [RuleID: RuleInfo]
  /// For each rule those whose findings may be the cause of its own.
  private let causing: [RuleID: [RuleID]]
  private let shows: @Sendable (Finding) -> Bool

  /// - Parameters:
  ///   - rules: those that run.
  ///   - shows: whether a finding is shown: one that is not silences and explains nothing.
  init(_ rules: [RuleInfo], shows: @escaping @Sendable (Finding) -> Bool) {
    infos = Dictionary(rules.map { ($0.id, $0) }) { $1 }
    let voiding = rules.filter(\.voidsObject).map(\.id)
    causing = infos.mapValues { info in
      info.group == .reading || info.voidsObject ? info.followsFrom : info.followsFrom + voiding
    }
    self.shows = shows
  }

  /// Leaves out what other findings say, and names the cause of what follows from others.
  ///
  /// - Parameter world: all findings of one world.
  func linked(_ world: [Finding]) -> [Finding] {
    let asked = infos.values.reduce(into: Set<RuleID>()) { $0.formUnion($1.yieldsTo + causing[$1.id, default: []]) }
    var result = world
    var index = Index(world.filter { asked.contains($0.rule) && shows($0) })
    result.removeAll { finding in
      infos[finding.rule].map { index.first(of: $0.yieldsTo, for: finding) != nil } ?? false
    }
    if result.count < world.count { index = Index(result.filter { asked.contains($0.rule) && shows($0) }) }
    var causes: [FindingID: FindingID] = [:]
    for number in result.indices {
      guard let rules = causing[result[number].rule], !rules.isEmpty,
        let cause = index.first(of: rules, for: result[number])
      else { continue }
      result[number].cause = cause
      causes[result[number].id] = cause
    }
    // A consequence of a consequence hangs on the first cause; which rule follows from which goes round in no circle.
    for number in result.indices {
      while let cause = result[number].cause, let earlier = causes[cause] { result[number].cause = earlier }
    }
    return result
  }

  /// For each rule the first finding that accounts for a subject, in report order.
  private struct Index {
    private struct Key: Hashable {
      let rule: RuleID
      let part: Substring
    }

    private let all: [Finding]
    /// By object first: most findings are about objects that nothing accounts for.
    private var places: [ObjectReference: [Key: Int]] = [:]

    init(_ all: [Finding]) {
      self.all = all
      for (number, finding) in all.enumerated() {
        for subject in finding.accountsFor {
          let key = Key(rule: finding.rule, part: subject.part[...])
          if let known = places[subject.object]?[key], !Finding.inReportOrder(finding, all[known]) { continue }
          places[subject.object, default: [:]][key] = number
        }
      }
    }

    /// The first finding of the first one of these rules that accounts for a finding.
    func first(of rules: [RuleID], for finding: Finding) -> FindingID? {
      if rules.isEmpty || places.isEmpty { return nil }
      var subjects: [(part: Substring, places: [Key: Int])] = []
      if let object = finding.object, let known = places[object] {
        subjects = (Subject.withOuter(finding.path[...]) + [Subject.wholeObject]).map { ($0, known) }
      }
      for subject in finding.mayFollowFrom {
        if let known = places[subject.object] { subjects.append((subject.part[...], known)) }
      }
      for rule in rules {
        for subject in subjects {
          if let found = subject.places[Key(rule: rule, part: subject.part)] { return all[found].id }
        }
      }
      return nil
    }
  }
}

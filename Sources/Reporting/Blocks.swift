import Diagnostics

/// What a reader sees as one fault: a finding, the equal ones at other places, and what follows from them.
struct Block {
  let first: ReportedFinding
  /// The same fault at further places, in report order.
  var others: [ReportedFinding] = []
  /// What other rules find of the same kind at these places, in report order.
  var companions: [ReportedFinding] = []
  /// In report order.
  var consequences: [ReportedFinding] = []

  /// All of it, the fault first.
  var all: [ReportedFinding] { [first] + others + companions + consequences }

  /// The severest of the fault and what follows from it.
  var severity: Severity {
    consequences.reduce(first.finding.severity) { max($0, $1.finding.severity) }
  }

  /// The finding, and the first one of each other rule that speaks beside it.
  var faults: [Finding] {
    var seen: Set<RuleID> = [first.finding.rule]
    return [first.finding] + companions.lazy.map(\.finding).filter { seen.insert($0.rule).inserted }
  }

  /// A place at which rules that say the same in common speak together.
  private struct Spot: Hashable {
    let span: SourceSpan
    let object: ObjectReference?
    let common: String
    let scope: String?
  }

  /// For each finding that is said beside one of another rule, that one: the severest has the word, of several the one whose
  /// rule comes first. What is to be said with another one, is so where that one is there.
  private static func leaders(_ findings: [ReportedFinding], _ named: [FindingID: Int]) -> [Int: Int] {
    var spots: [Spot: [Int]] = [:]
    for (number, finding) in findings.lazy.map(\.finding).enumerated() where finding.cause == nil {
      guard let common = finding.commonMessage else { continue }
      let spot = Spot(span: finding.span, object: finding.object, common: common, scope: finding.scope)
      spots[spot, default: []].append(number)
    }
    var result: [Int: Int] = [:]
    for all in spots.values where all.count > 1 {
      let order = all.sorted {
        let (a, b) = (findings[$0].finding, findings[$1].finding)
        return a.severity != b.severity ? a.severity > b.severity : Finding.inReportOrder(a, b)
      }
      let first = findings[order[0]].finding.rule
      for number in order.dropFirst() where findings[number].finding.rule != first { result[number] = order[0] }
    }
    if named.isEmpty { return result }
    for (number, finding) in findings.lazy.map(\.finding).enumerated() {
      guard let other = finding.saidWith.flatMap({ named[$0] }) else { continue }
      result[number] = result[other] ?? other
    }
    return result
  }

  /// What makes findings the same fault.
  private struct Fault: Hashable {
    /// `nil` where rules say the same in common.
    let rule: RuleID?
    let severity: Severity
    let message: String
    let key: String
    let why: String?
    let remedy: String?
    let scope: String?

    init(_ finding: Finding) {
      severity = finding.severity
      message = finding.commonMessage ?? finding.message
      // Where names tell messages apart, they do so in these as well.
      let isCommon = finding.commonMessage != nil
      rule = isCommon ? nil : finding.rule
      scope = isCommon ? nil : finding.scope
      key = isCommon ? "" : finding.key
      why = isCommon ? nil : finding.why
      remedy = isCommon ? nil : finding.remedy ?? finding.fix?.description
    }

    /// What tells most of them apart.
    func hash(into hasher: inout Hasher) {
      hasher.combine(message)
      if !key.isEmpty { hasher.combine(key) }
      hasher.combine(why)
      hasher.combine(remedy)
    }
  }

  /// The blocks of findings in report order, in the order of their first ones. What follows from a finding that is not
  /// among them speaks for itself.
  static func all(of findings: [ReportedFinding]) -> [Block] {
    groups(of: findings).map { group in
      Block(
        first: findings[group.first], others: group.others.map { findings[$0] },
        companions: group.companions.map { findings[$0] }, consequences: group.consequences.map { findings[$0] })
    }
  }

  /// A block by the numbers of its findings.
  struct Group {
    let first: Int
    var others: [Int] = []
    var companions: [Int] = []
    var consequences: [Int] = []
  }

  /// See `all(of:)`.
  static func groups(of findings: [ReportedFinding]) -> [Group] {
    if findings.count < 2 { return findings.indices.map { Group(first: $0) } }
    let named = numbersOfNamed(findings)
    let leaders = Block.leaders(findings, named)
    let causes = findings.map { named.isEmpty ? nil : $0.finding.cause.flatMap { named[$0] } }
    var groups: [Group] = []
    var groupOfFault: [Fault: Int] = [:]
    var groupOfFinding = [Int](repeating: -1, count: findings.count)
    for number in findings.indices where causes[number] == nil && leaders[number] == nil {
      let fault = Fault(findings[number].finding)
      let group = groupOfFault[fault] ?? groups.count
      if group == groups.count {
        groups.append(Group(first: number))
        groupOfFault[fault] = group
      }
      groupOfFinding[number] = group
    }
    for number in findings.indices where causes[number] == nil {
      let group = groupOfFinding[leaders[number] ?? number]
      guard group >= 0, groups[group].first != number else { continue }
      let (one, other) = (findings[groups[group].first].finding, findings[number].finding)
      if one.rule == other.rule, one.severity == other.severity {
        groups[group].others.append(number)
      } else {
        groups[group].companions.append(number)
      }
      groupOfFinding[number] = group
    }
    for (number, cause) in causes.enumerated() {
      guard let cause, groupOfFinding[cause] >= 0 else { continue }
      groups[groupOfFinding[cause]].consequences.append(number)
    }
    return groups
  }

  /// The numbers of the findings that others name.
  private static func numbersOfNamed(_ findings: [ReportedFinding]) -> [FindingID: Int] {
    var names: Set<FindingID> = []
    for finding in findings.lazy.map(\.finding) {
      if let cause = finding.cause { names.insert(cause) }
      if let other = finding.saidWith { names.insert(other) }
    }
    if names.isEmpty { return [:] }
    var result: [FindingID: Int] = [:]
    for (number, id) in findings.lazy.map(\.finding.id).enumerated() where names.contains(id) { result[id] = number }
    return result
  }
}

extension Report {
  /// What each finding belongs to, by its number.
  struct Ties {
    struct Tie {
      /// The fingerprint of the first one of the findings that are said together; its own where it is the first or only one.
      var group: String
      /// The fingerprint of the finding that it follows from; `nil` where it speaks for itself.
      var cause: String?
    }

    private var ties: [Tie]

    init(_ findings: [ReportedFinding]) {
      ties = findings.map { Tie(group: $0.fingerprint) }
      addCauses(findings)
      for group in Block.groups(of: findings) {
        for number in group.others + group.companions { ties[number].group = findings[group.first].fingerprint }
        // Equal consequences are a group of their own.
        let consequences = group.consequences.map { findings[$0] }
        for equal in Block.groups(of: consequences) {
          for number in equal.others + equal.companions {
            ties[group.consequences[number]].group = consequences[equal.first].fingerprint
          }
        }
      }
    }

    subscript(_ number: Int) -> Tie { ties[number] }

    private mutating func addCauses(_ findings: [ReportedFinding]) {
      let causes = Set(findings.lazy.compactMap { $0.finding.cause })
      if causes.isEmpty { return }
      var fingerprints: [FindingID: String] = [:]
      for reported in findings where causes.contains(reported.finding.id) {
        fingerprints[reported.finding.id] = reported.fingerprint
      }
      for (number, reported) in findings.enumerated() {
        ties[number].cause = reported.finding.cause.flatMap { fingerprints[$0] }
      }
    }
  }

  /// The places that a finding speaks of, its cause's first.
  func related(of finding: Finding) -> [RelatedPlace] {
    guard let cause = finding.cause, let message = messages[cause] else { return finding.related }
    return [RelatedPlace(cause.span, "this is the cause (\(cause.rule)): \(message)")] + finding.related
  }
}

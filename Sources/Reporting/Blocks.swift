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

  /// The findings that are said beside one of another rule, each with that one: the severest has the word, of several
  /// the one whose rule comes first. What is to be said with another one, is so where that one is there.
  private static func companions(_ findings: [ReportedFinding], _ known: Set<FindingID>) -> [FindingID: FindingID] {
    var spots: [Spot: [Finding]] = [:]
    for finding in findings.lazy.map(\.finding) where finding.cause == nil {
      guard let common = finding.commonMessage else { continue }
      let spot = Spot(span: finding.span, object: finding.object, common: common, scope: finding.scope)
      spots[spot, default: []].append(finding)
    }
    var result: [FindingID: FindingID] = [:]
    for all in spots.values where all.count > 1 {
      let order = all.sorted { $0.severity != $1.severity ? $0.severity > $1.severity : Finding.inReportOrder($0, $1) }
      for finding in order.dropFirst() where finding.rule != order[0].rule { result[finding.id] = order[0].id }
    }
    for finding in findings.lazy.map(\.finding) {
      guard let other = finding.saidWith, known.contains(other) else { continue }
      result[finding.id] = result[other] ?? other
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
  }

  /// The blocks of findings in report order, in the order of their first ones. What follows from a finding that is not
  /// among them speaks for itself.
  static func all(of findings: [ReportedFinding]) -> [Block] {
    let known = Set(findings.lazy.map(\.finding.id))
    let leaders = Block.companions(findings, known)
    func follows(_ finding: Finding) -> Bool { finding.cause.map(known.contains) ?? false }
    var blocks: [Block] = []
    var blockOfFault: [Fault: Int] = [:]
    var blockOfFinding: [FindingID: Int] = [:]
    for reported in findings where !follows(reported.finding) && leaders[reported.finding.id] == nil {
      let fault = Fault(reported.finding)
      let block = blockOfFault[fault] ?? blocks.count
      if block == blocks.count { blocks.append(Block(first: reported)) }
      blockOfFault[fault] = block
      blockOfFinding[reported.finding.id] = block
    }
    for reported in findings where !follows(reported.finding) {
      let id = reported.finding.id
      guard let block = blockOfFinding[leaders[id] ?? id], blocks[block].first.finding.id != id else { continue }
      blocks[block].add(reported)
      blockOfFinding[id] = block
    }
    for reported in findings where follows(reported.finding) {
      if let block = reported.finding.cause.flatMap({ blockOfFinding[$0] }) {
        blocks[block].consequences.append(reported)
      }
    }
    return blocks
  }

  private mutating func add(_ reported: ReportedFinding) {
    let (one, other) = (first.finding, reported.finding)
    if one.rule == other.rule, one.severity == other.severity {
      others.append(reported)
    } else {
      companions.append(reported)
    }
  }
}

extension Report {
  /// The fingerprints of the first finding of each one's block, and of its cause.
  struct Ties {
    private var groups: [FindingID: String] = [:]
    private var fingerprints: [FindingID: String] = [:]

    init(_ findings: [ReportedFinding]) {
      for reported in findings { fingerprints[reported.finding.id] = reported.fingerprint }
      for block in Block.all(of: findings) {
        for reported in block.others + block.companions { groups[reported.finding.id] = block.first.fingerprint }
        // Equal consequences are a group of their own.
        for group in Block.all(of: block.consequences) {
          for reported in group.others + group.companions { groups[reported.finding.id] = group.first.fingerprint }
        }
      }
    }

    /// The fingerprint of the first one of the findings that are said together; its own where it is the first or only one.
    func group(of reported: ReportedFinding) -> String { groups[reported.finding.id] ?? reported.fingerprint }

    /// The fingerprint of the finding that it follows from; `nil` where it speaks for itself.
    func cause(of reported: ReportedFinding) -> String? { reported.finding.cause.flatMap { fingerprints[$0] } }
  }

  /// The places that a finding speaks of, its cause's first.
  func related(of finding: Finding) -> [RelatedPlace] {
    guard let cause = finding.cause, let message = messages[cause] else { return finding.related }
    return [RelatedPlace(cause.span, "this is the cause (\(cause.rule)): \(message)")] + finding.related
  }
}

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

  /// The severest of the fault and what follows from it.
  var severity: Severity {
    consequences.reduce(first.finding.severity) { max($0, $1.finding.severity) }
  }

  /// The finding, and the first one of each other rule that speaks beside it.
  var faults: [Finding] {
    var seen: Set<RuleID> = []
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
  /// the one whose rule comes first.
  private static func companions(_ findings: [ReportedFinding]) -> [FindingID: FindingID] {
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
    return result
  }

  /// What makes findings the same fault.
  private struct Fault: Hashable {
    let rule: RuleID
    let severity: Severity
    let message: String
    let key: String
    let why: String?
    let remedy: String?
    let scope: String?

    init(_ finding: Finding) {
      (rule, severity, scope) = (finding.rule, finding.severity, finding.scope)
      message = finding.commonMessage ?? finding.message
      // Where names tell messages apart, they do so in these as well.
      let isCommon = finding.commonMessage != nil
      key = isCommon ? "" : finding.key
      why = isCommon ? nil : finding.why
      remedy = isCommon ? nil : finding.remedy ?? finding.fix?.description
    }
  }

  /// The blocks of findings in report order, in the order of their first ones. What follows from a finding that is not
  /// among them speaks for itself.
  ///
  /// - Parameter joining: whether rules that speak of one kind of fault share a block.
  static func all(of findings: [ReportedFinding], joining: Bool = true) -> [Block] {
    let known = Set(findings.lazy.map(\.finding.id))
    let leaders = joining ? Block.companions(findings) : [:]
    var blocks: [Block] = []
    var blockOfFault: [Fault: Int] = [:]
    var blockOfFinding: [FindingID: Int] = [:]
    var companions: [(reported: ReportedFinding, leader: FindingID)] = []
    var consequences: [ReportedFinding] = []
    for reported in findings {
      let finding = reported.finding
      if let cause = finding.cause, known.contains(cause) {
        consequences.append(reported)
        continue
      }
      if let leader = leaders[finding.id] {
        companions.append((reported, leader))
        continue
      }
      let fault = Fault(finding)
      if let block = blockOfFault[fault] {
        blocks[block].others.append(reported)
        blockOfFinding[finding.id] = block
      } else {
        blockOfFault[fault] = blocks.count
        blockOfFinding[finding.id] = blocks.count
        blocks.append(Block(first: reported))
      }
    }
    for (reported, leader) in companions {
      guard let block = blockOfFinding[leader] else { continue }
      blocks[block].companions.append(reported)
      blockOfFinding[reported.finding.id] = block
    }
    for reported in consequences {
      if let block = reported.finding.cause.flatMap({ blockOfFinding[$0] }) {
        blocks[block].consequences.append(reported)
      }
    }
    return blocks
  }
}

extension Report {
  /// The fingerprints of the first finding of each one's fault, and of its cause.
  struct Ties {
    private var groups: [FindingID: String] = [:]
    private var fingerprints: [FindingID: String] = [:]

    init(_ findings: [ReportedFinding]) {
      for reported in findings { fingerprints[reported.finding.id] = reported.fingerprint }
      for block in Block.all(of: findings, joining: false) {
        for reported in block.others { groups[reported.finding.id] = block.first.fingerprint }
        // Equal consequences are a group of their own.
        for group in Block.all(of: block.consequences) {
          for reported in group.others { groups[reported.finding.id] = group.first.fingerprint }
        }
      }
    }

    /// The fingerprint of the first one of the equal findings; its own where it is the first or only one.
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

internal import Diagnostics
internal import Facts
package import Model
internal import Synchronization
package import Traffic
internal import YAMLSource

/// What is written down about a policy besides what it allows: for reports.
package struct PolicyRecord: Sendable {
  package struct Review: Sendable {
    /// `YYYY-MM-DD`; of the next one as written.
    package var last: String?
    package var next: String?
    /// What reads like a date of a review and is none.
    package var unreadable: String?
  }

  /// From an annotation, else from the comments at its head; `nil` for none, as for the others.
  package let rationale: String?
  /// What the comments on each rule say, by direction and number.
  package let rationaleOfRule: [RuleKey: String]
  package let owner: String?
  package let approver: String?
  package let ticket: String?
  package let review: Review
  /// The paragraphs that it cites, each once, in order.
  package let citations: [String]

  package struct RuleKey: Hashable, Sendable {
    package let type: PolicyType
    package let rule: Int

    package init(_ type: PolicyType, _ rule: Int) {
      self.type = type
      self.rule = rule
    }
  }
}

/// The records of a world's policies.
package struct PolicyRecords: Sendable {
  private let analysis: Analysis
  private let known = KnownRecords()

  package init(_ project: Project, _ view: WorldView) {
    analysis = Analysis(project, view, isJudged: false, problems: [])
  }

  /// Each is put together once.
  package func record(of id: PolicyID) -> PolicyRecord {
    if let record = known.records.withLock({ $0[id] }) { return record }
    let record = read(id)
    known.records.withLock { $0[id] = record }
    return record
  }

  private func read(_ id: PolicyID) -> PolicyRecord {
    let policy = analysis.world[id]
    let labels = analysis.facts.labels
    func annotation(_ isWanted: (String) -> Bool) -> String? {
      policy.meta.annotations.first { isWanted($0.key) && labels.isMeant($0.value) }?.value
    }
    let dates = ReviewDates.find(in: analysis.texts(about: id), labels)
    func latest(_ kind: ReviewDate.Kind) -> String? { dates.filter { $0.kind == kind }.compactMap(\.date).max() }
    let review = PolicyRecord.Review(
      last: latest(.last), next: latest(.next), unreadable: dates.first { $0.date == nil }?.text)
    var paragraphs: [String] = []
    for written in analysis.citingTexts(about: id).flatMap({ WrittenCitation.find(in: $0.text) })
    where !paragraphs.contains(written.paragraph) {
      paragraphs.append(written.paragraph)
    }
    return PolicyRecord(
      rationale: annotation(labels.isRationaleAnnotation) ?? headComment(of: policy),
      rationaleOfRule: rationaleOfRules(policy), owner: annotation { labels.isRecord(.owner, $0) },
      approver: annotation { labels.isRecord(.approver, $0) }, ticket: annotation { labels.isRecord(.ticket, $0) },
      review: review, citations: paragraphs)
  }

  private func rationaleOfRules(_ policy: NetworkPolicy) -> [PolicyRecord.RuleKey: String] {
    var result: [PolicyRecord.RuleKey: String] = [:]
    for type in PolicyType.allCases {
      for rule in policy.effectiveRules(type) {
        let text = text(analysis.comments(on: rule, of: policy))
        if let text { result[PolicyRecord.RuleKey(type, rule.index)] = text }
      }
    }
    return result
  }

  private func headComment(of policy: NetworkPolicy) -> String? {
    let comments = analysis.comments(of: policy.meta)
    let head = comments.prefix { $0.span.start < policy.specSpan.start }
    return text(head.filter { $0.isAlone && WrittenCitation.find(in: $0.text).isEmpty }[...])
  }

  private func text(_ comments: ArraySlice<Comment>) -> String? {
    let texts = comments.filter(\.explains).map { comment in
      comment.text.split(separator: " ").joined(separator: " ")
    }
    return texts.isEmpty ? nil : texts.joined(separator: " ")
  }
}

/// The records that were asked for already.
private final class KnownRecords: Sendable {
  let records = Mutex<[PolicyID: PolicyRecord]>([:])
}

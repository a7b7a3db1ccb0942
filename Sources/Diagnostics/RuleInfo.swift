/// The id of a rule, `NP203`: public, never renumbered and never reused.
package struct RuleID: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// The number after `NP`, 1 to 999.
  package let number: UInt16

  /// `nil` for text that is not `NP` and three digits.
  package init?(_ text: some StringProtocol) {
    guard text.utf8.count == 5, text.hasPrefix("NP"), let number = UInt16(text.dropFirst(2)) else { return nil }
    self.number = number
  }

  package init(stringLiteral value: StaticString) {
    self.init(value.description)!
  }

  package var description: String {
    String(unsafeUninitializedCapacity: 5) { text in
      (text[0], text[1]) = (UInt8(ascii: "N"), UInt8(ascii: "P"))
      for (place, power) in [(2, UInt16(100)), (3, 10), (4, 1)] {
        text[place] = UInt8(ascii: "0") + UInt8(number / power % 10)
      }
      return 5
    }
  }

  package static func < (a: RuleID, b: RuleID) -> Bool { a.number < b.number }
}

/// A paragraph of 45 CFR Part 164, written as the regulation writes it: `164.312(a)(1)`.
///
/// Its official title stands in `rules/hipaa.yaml` only.
package struct Citation: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
  package let paragraph: String

  package init(_ paragraph: String) { self.paragraph = paragraph }

  package init(stringLiteral value: String) { self.init(value) }

  package var description: String { paragraph }

  package static func < (a: Citation, b: Citation) -> Bool { a.paragraph < b.paragraph }
}

/// Manifests that show a rule at work: the tests replay them, `explain` and the documentation print them.
///
/// A line on which a finding starts ends in `# expect: NPnnn`.
package struct Example: Sendable {
  package let manifest: String
  /// The text of a config file that the example needs, if any.
  package let config: String?

  package init(_ manifest: String, config: String? = nil) {
    self.manifest = manifest
    self.config = config
  }

  /// The manifest without the marks, as people read it.
  package var text: String {
    manifest.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard let mark = line.firstRange(of: "# expect: ") else { return line }
      var line = line[..<mark.lowerBound]
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}

/// Which fix the findings of a rule have.
package struct FixAvailability: Hashable, Sendable {
  /// Whether each finding has one, as far as its text can be changed without losing comments.
  package let isAlways: Bool
  /// Each once, the safe ones first.
  package let safeties: [Fix.Safety]

  package static func always(_ safety: Fix.Safety) -> FixAvailability {
    FixAvailability(isAlways: true, safeties: [safety])
  }

  package static func sometimes(_ safeties: Fix.Safety...) -> FixAvailability {
    FixAvailability(isAlways: false, safeties: safeties)
  }
}

/// All that is said about a rule, written once in the rule's own file: it feeds the tests, `rules`, `explain`, the
/// documentation and the reports. A class, as every lint hands it around.
package final class RuleInfo: Sendable {
  package let id: RuleID
  /// Kebab-case; names the fault.
  package let name: String
  /// The highest severity that the rule reports, and the one of a finding of which nothing else is said.
  package let severity: Severity
  /// The lower ones that findings of the rule may have.
  package let lower: Set<Severity>
  /// One line: what the rule catches.
  package let summary: String
  /// Why it matters.
  package let rationale: String
  /// What to do about it.
  package let remedy: String
  package let citations: [Citation]
  /// `nil` where nothing can be changed by a program.
  package let fix: FixAvailability?
  /// What the config may set of it besides its severity.
  package let options: [RuleOption]
  /// Names that it had before: they stay words for it.
  package let aliases: [String]
  /// The version that it came with.
  package let since: String
  /// The rules that say the same with more reason: where one of them speaks, this one keeps still.
  package let yieldsTo: [RuleID]
  /// The rules whose findings may be the cause of this one's.
  package let followsFrom: [RuleID]
  /// Whether a finding says that its object has no effect: then all that is found in the object follows from it.
  package let voidsObject: Bool
  package let bad: Example
  package let good: Example

  package init(
    id: RuleID, name: String, severity: Severity, lower: Set<Severity> = [], summary: String, rationale: String,
    remedy: String,
    citations: [Citation] = [], fix: FixAvailability? = nil, options: [RuleOption] = [], aliases: [String] = [],
    since: String = "0.1.0", yieldsTo: [RuleID] = [], followsFrom: [RuleID] = [], voidsObject: Bool = false,
    bad: Example, good: Example
  ) {
    self.id = id
    self.name = name
    self.severity = severity
    self.lower = lower
    self.summary = summary
    self.rationale = rationale
    self.remedy = remedy
    self.citations = citations
    self.fix = fix
    self.options = options
    self.aliases = aliases
    self.since = since
    self.yieldsTo = yieldsTo
    self.followsFrom = followsFrom
    self.voidsObject = voidsObject
    self.bad = bad
    self.good = good
  }

  package var group: RuleGroup { id.group }

  /// All severities that findings of the rule have, the highest first.
  package var severities: [Severity] { [severity] + lower.sorted(by: >) }
}

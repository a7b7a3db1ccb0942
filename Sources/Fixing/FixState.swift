package import Diagnostics
package import Rules
package import Traffic

/// The input as it is at one point of the work, and what is found in it.
package struct FixState: Sendable {
  /// With all of its worlds, also where findings are asked for in one of them alone.
  package let project: Project
  /// Only what is shown.
  package let result: LintResult

  package init(_ project: Project, _ result: LintResult) {
    self.project = project
    self.result = result
  }

  var sources: SourceTable { project.sources }
}

/// A fix that may be made: that of a finding which is shown and follows from no other one.
struct FixCandidate: Sendable {
  let finding: Finding
  let fix: Fix
  let key: FixKey
}

/// What tells a fix from others wherever its place moves to.
struct FixKey: Hashable, Sendable {
  let rule: RuleID
  let file: String
  let path: String
  let key: String
  let message: String

  init(_ finding: Finding, in file: String) {
    (rule, path, key, message) = (finding.rule, finding.path, finding.key, finding.message)
    self.file = file
  }
}

/// Why a fix is not made.
package enum FixRefusal: Hashable, Sendable {
  /// The finding would still be there.
  case doesNotMend
  /// The text could not be read afterwards, or would have a fault that it does not have now.
  case breaksText
  /// It is called safe, and it cannot be shown that nothing changes in what is allowed.
  case isNotProved
  /// The file must not be changed.
  case isOutOfReach(String)

  /// Goes on behind "not made: ".
  package var reason: String {
    switch self {
    case .doesNotMend: "the finding would still be there"
    case .breaksText: "the text would have another fault afterwards"
    case .isNotProved: "it cannot be shown that it changes nothing in what is allowed"
    case .isOutOfReach(let reason): reason
    }
  }
}

/// What became of the fixes.
package struct FixOutcome: Sendable {
  /// A file with other bytes than before.
  package struct Change: Sendable {
    /// As it was read.
    package let file: SourceFile
    package let new: [UInt8]
  }

  /// The input with all changes made, and what is still found in it.
  package let state: FixState
  /// In order of the files.
  package let changes: [Change]
  /// The rules of the findings that were mended, for each file that they were found in.
  package let mended: [String: [RuleID]]
  /// Findings whose fix was not made, and why; of the last state, in its order.
  package let refused: [(finding: Finding, refusal: FixRefusal)]
  /// Whether there was nothing left to do in the end.
  package let isStable: Bool

  /// How many findings were mended.
  package var mendedCount: Int { mended.values.reduce(0) { $0 + $1.count } }

  /// The findings that only a fix mends which is not safe.
  package var unsafe: [Finding] {
    state.result.findings.filter { finding in
      finding.cause == nil && finding.fix.map { $0.safety == .unsafe && !$0.edits.isEmpty } ?? false
    }
  }
}

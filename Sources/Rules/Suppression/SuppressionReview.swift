internal import Diagnostics

/// What became of the suppressions of a run: NP604 and NP605 report it.
package struct SuppressionReview: Sendable {
  /// What is wrong with a suppression itself.
  enum Fault: Hashable, Sendable {
    case malformed
    case noReason
    case unknownRule(String)
    case notSuppressible(String)
    case noDate(String)
    /// Its last day is over.
    case over(String)
  }

  /// Suppressions with a fault, in order of place; of one that is over, the finding that has come back.
  private(set) var faults: [(fault: Fault, suppression: WrittenSuppression, saidWith: FindingID?)] = []
  /// Words of suppressions that suppressed nothing, and why.
  private(set) var unused: [(word: String, why: String, suppression: WrittenSuppression)] = []
  /// Entries of the config whose last day is over.
  var expiredSettings: [(path: String, until: String, span: SourceSpan)] = []
  /// All of which the last day is over, in the input and in the config.
  var expired: [ExpiredSuppression] = []
  /// Entries of the config that accept nothing.
  var unusedSettings: [(path: String, span: SourceSpan)] = []

  mutating func add(_ fault: Fault, _ suppression: WrittenSuppression, saidWith finding: FindingID? = nil) {
    faults.append((fault, suppression, finding))
  }

  mutating func add(unused word: String, _ why: String, _ suppression: WrittenSuppression) {
    unused.append((word, why, suppression))
  }
}

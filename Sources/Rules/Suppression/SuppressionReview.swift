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

  /// Suppressions with a fault, in order of place.
  private(set) var faults: [(fault: Fault, suppression: WrittenSuppression)] = []
  /// Words of suppressions that suppressed nothing, and why.
  private(set) var unused: [(word: String, why: String, suppression: WrittenSuppression)] = []
  /// Entries of the config whose last day is over.
  var expiredSettings: [(path: String, until: String, span: SourceSpan)] = []
  /// All of which the last day is over, in the input and in the config.
  var expired: [ExpiredSuppression] = []
  /// Entries of the config that accept nothing.
  var unusedSettings: [(path: String, span: SourceSpan)] = []

  mutating func add(_ fault: Fault, _ suppression: WrittenSuppression) { faults.append((fault, suppression)) }

  mutating func add(unused word: String, _ why: String, _ suppression: WrittenSuppression) {
    unused.append((word, why, suppression))
  }
}

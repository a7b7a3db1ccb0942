package import Diagnostics

/// A rule: what it is (`info`) and how it looks for its fault.
///
/// Rules have no state and never throw. Whether traffic is allowed they ask `analysis`; none works it out itself.
package protocol Rule: Sendable {
  static var info: RuleInfo { get }

  /// Whether the rule asks `analysis.reach`. Such rules are asked last, so that no task waits while another one works the
  /// answers out; false costs time alone.
  static var asksReach: Bool { get }

  /// Whether a further policy could take the rule's findings away: then it is not asked about a world of which a whole
  /// base was not read. False unless the rule says otherwise.
  static var missesPolicies: Bool { get }

  /// Reports every fault in the analysis, in any order; says what it could not decide.
  static func check(_ analysis: Analysis, _ sink: inout FindingSink)
}

extension Rule {
  package static var asksReach: Bool { false }
  package static var missesPolicies: Bool { false }
}

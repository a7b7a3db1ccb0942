internal import Diagnostics

/// The rules about selectors that match other pods than they mean, or none: causes of connections that are missing.
enum SelectorFaults {
  static let rules: [RuleID] = ["NP201", "NP204", "NP202", "NP210", "NP208"]
}

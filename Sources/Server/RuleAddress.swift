internal import Diagnostics

/// Where people read about a rule: netpol-lint has no address of its own, so that the client says where the pages are.
struct RuleAddress: Sendable {
  private static let mark = "{id}"

  private let pattern: String

  /// - Parameter pattern: an address with `{id}` in the place of the rule's id; `nil` for one that no browser opens.
  init?(_ pattern: String) {
    guard ["https://", "http://", "file:///"].contains(where: pattern.hasPrefix), pattern.contains(RuleAddress.mark)
    else {
      return nil
    }
    self.pattern = pattern
  }

  func uri(of rule: RuleID) -> String { pattern.replacing(RuleAddress.mark, with: rule.description) }
}

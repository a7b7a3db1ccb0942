import Diagnostics
import Rules
import Testing

/// Policies that tests of fixes are about.
enum PolicySample {
  static func policy(_ spec: String, name: String = "web") -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: \(name), namespace: shop}
    spec:
    \(spec)

    """
  }

  /// The text with all fixes of a rule made.
  static func mend(_ text: String, _ rule: RuleID) async throws -> String {
    let rule = try #require(Registry.rule(rule))
    return await Mend(text, [rule]).text
  }

  /// Mends a policy with this spec, and compares.
  static func expect(
    _ rule: RuleID, _ old: String, _ new: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let text = try await mend(policy(old), rule)
    #expect(text == policy(new), sourceLocation: sourceLocation)
  }
}

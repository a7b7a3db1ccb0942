package import Engine
package import Model

extension WorldView {
  /// Whether pods are closed in a direction but for what rules let through: by NetworkPolicies, or by a policy for the whole
  /// cluster. Of such policies ingress rules speak of pods alone, so that addresses outside stay open: that is no answer.
  package func isClosed(_ id: ClassID, _ direction: PolicyType) -> Truth {
    let answer = reach.isIsolated(id, direction)
    guard answer == .no, reach.isClosedByTier(id, direction) else { return answer }
    return direction == .egress ? .yes : .unknown
  }
}

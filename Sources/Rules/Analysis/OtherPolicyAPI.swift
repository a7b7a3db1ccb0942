internal import Diagnostics
internal import Engine
internal import Model
internal import Traffic

extension FindingSink {
  /// Says that a policy of another API may decide about the pods of a class; false where none may.
  mutating func undecidedByOtherPolicyAPI(_ podClass: ClassID, _ analysis: Analysis) -> Bool {
    let namespace = analysis.reach[podClass].namespace
    guard let other = analysis.otherPolicyAPI(in: namespace) else { return false }
    undecided(namespace: namespace, other.isNotEvaluated)
    return true
  }
}

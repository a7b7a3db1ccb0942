internal import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// Policies of other APIs by the namespaces whose pods they may select. O(objects) once.
struct OtherPolicyAPIs: Sendable {
  private let others: [OtherResource]
  /// The first one for all namespaces, and for each one of its own.
  private var ofCluster: Int?
  private var ofNamespace: [String: Int] = [:]

  init(_ world: World, _ facts: Facts) {
    others = world.others
    for (number, other) in others.enumerated() {
      switch facts.labels.otherPolicyScope(other) {
      case .none: break
      case .cluster: ofCluster = ofCluster ?? number
      case .namespace(let name): ofNamespace[name] = ofNamespace[name] ?? number
      }
    }
  }

  /// The first one that may select pods of a namespace.
  subscript(namespace: String) -> OtherResource? {
    [ofCluster, ofNamespace[namespace]].compactMap(\.self).min().map { others[$0] }
  }
}

extension FindingSink {
  /// Says that a policy of another API may decide about the pods of a class; false where none may.
  mutating func undecidedByOtherPolicyAPI(_ podClass: ClassID, _ analysis: Analysis) -> Bool {
    let namespace = analysis.reach[podClass].namespace
    guard let other = analysis.otherPolicyAPI(in: namespace) else { return false }
    undecided(namespace: namespace, other.isNotEvaluated)
    return true
  }
}

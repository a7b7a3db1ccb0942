internal import Diagnostics
internal import Engine
internal import Model
internal import Queries
internal import Traffic

/// Shows that fixes change nothing in what is allowed: the engine is asked before and after, in every world, about the
/// pods that were read and those that selectors stand for.
///
/// Where the engine does not know what a policy means, or whether it is applied, nothing is shown.
enum TrafficProof {
  static func holds(_ batch: FixBatch, _ old: Project, _ new: Project) -> Bool {
    batch.fixes.allSatisfy { isKnown($0.finding, old) } && isSame(old, new)
  }

  private static func isSame(_ old: Project, _ new: Project) -> Bool {
    var options = ConnectionOptions()
    options.includesInferred = true
    options.includesSelf = true
    // No world is called like this, so that names stay as they are.
    let root = "\u{0}"
    guard let diff = try? Diff(DiffSide(old, root: root), DiffSide(new, root: root), options) else { return false }
    return diff.isEmpty
  }

  /// Whether the policy that a finding is about is in a world, and all of it counts in each world that has it.
  private static func isKnown(_ finding: Finding, _ project: Project) -> Bool {
    guard let object = finding.object, object.kind == "NetworkPolicy" else { return false }
    var isSeen = false
    for view in project.worlds {
      let world = view.world
      for policy in world.policies
      where policy.meta.name.value == object.name && policy.meta.namespace == object.namespace {
        let isWhole = policy.isSound && policy.open == nil && PolicyType.allCases.allSatisfy { type in
          policy.rules(type).items.allSatisfy { $0.isSound }
        }
        guard isWhole, world.doubt(in: policy.meta.namespace) == nil else { return false }
        isSeen = true
      }
    }
    return isSeen
  }
}

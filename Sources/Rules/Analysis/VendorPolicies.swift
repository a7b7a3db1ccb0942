internal import Diagnostics
internal import Facts
internal import Model

/// The policies of a world that the makers of some software write, unchanged: whoever applies them does not keep them.
struct VendorPolicies: Sendable {
  private var makers: [ObjectReference: String] = [:]

  init(_ world: World, _ facts: Facts) {
    for policy in world.policies {
      if let maker = facts.vendorPolicies.maker(of: policy) { makers[policy.meta.reference] = maker }
    }
  }

  func maker(of policy: NetworkPolicy) -> String? { makers.isEmpty ? nil : makers[policy.meta.reference] }

  /// What is found in such a policy is a note that names the maker.
  func markFindings(_ sink: inout FindingSink) {
    if makers.isEmpty { return }
    sink.changeFindings { finding in
      guard let maker = finding.object.flatMap({ makers[$0] }) else { return }
      finding.severity = .note
      finding.message += " (\(maker) writes this policy so)"
    }
  }

  /// The maker of all policies of a namespace; `nil` where somebody else has written one.
  func maker(guarding group: NamespaceGroup, _ world: World) -> String? {
    if makers.isEmpty || group.policies.isEmpty { return nil }
    let found = Set(group.policies.map { makers[world[$0].meta.reference] })
    return found.count == 1 ? found.first ?? nil : nil
  }
}

package import Config
internal import Diagnostics
internal import Engine
internal import Model
internal import Traffic

/// Writes a default deny as a further document of the file that holds a namespace's first policy, or its Namespace.
package enum DefaultDenyText {
  /// `nil` where the file takes no further document (JSON), a policy of that name is there, or ways in would be cut off
  /// that the manifests mean to have.
  ///
  /// One for egress lets the pods ask for names: without that nothing works, and nobody means it.
  static func fix(_ group: NamespaceGroup, _ type: PolicyType, _ analysis: Analysis) -> Fix? {
    let world = analysis.world
    let name = "default-deny-\(type.field)"
    guard !group.policies.contains(where: { world[$0].meta.name.value == name }),
      let meta = group.policies.first.map({ world[$0].meta }) ?? group.declaration?.meta
    else { return nil }
    if type == .ingress, cutsOffPublished(group, analysis) { return nil }
    let written = meta.kind == "Namespace" ? meta.writtenName : meta.declaredNamespace?.value
    let text = WrittenText(analysis.sources, at: meta.span)
    guard let edit = text.appending(policy(name, written, type, analysis.configuration)) else { return nil }
    let what = type == .ingress ? "a policy that denies all ingress" : "a policy that denies all egress but DNS"
    return Fix(.unsafe, "add \(what) to the namespace", edits: [edit])
  }

  /// Whether pods of the namespace that are to be reached from outside are open because nothing isolates them: who may
  /// reach them has to be written first.
  private static func cutsOffPublished(_ group: NamespaceGroup, _ analysis: Analysis) -> Bool {
    group.workloads.contains { id in
      analysis.published.workloads.contains(id)
        && analysis.reach.isIsolated(analysis.reach.podClass(of: id), .ingress) != .yes
    }
  }

  /// Both policies of a namespace, as documents of a new file.
  package static func file(for namespace: String, _ configuration: Configuration) -> String {
    PolicyType.allCases.map { type in
      let policy = policy("default-deny-\(type.field)", namespace, type, configuration)
      return policy.block(indent: 0, newline: "\n") + "\n"
    }.joined(separator: "---\n")
  }

  private static func policy(
    _ name: String, _ namespace: String?, _ type: PolicyType, _ configuration: Configuration
  ) -> TextNode {
    let rules = type == .egress ? [PolicyParts.dnsRule(configuration)] : []
    return PolicyParts.policy(name, in: namespace, for: [], type, rules)
  }
}

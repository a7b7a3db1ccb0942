package import Config
internal import Diagnostics
internal import Model
internal import Traffic

/// Writes a default deny as a further document of the file that holds a namespace's first policy, or its Namespace.
package enum DefaultDenyText {
  /// `nil` where the file takes no further document (JSON), or a policy of that name is there.
  ///
  /// One for egress lets the pods ask for names: without that nothing works, and nobody means it.
  static func fix(_ group: NamespaceGroup, _ type: PolicyType, _ analysis: Analysis) -> Fix? {
    let world = analysis.world
    let name = "default-deny-\(type.field)"
    guard !group.policies.contains(where: { world[$0].meta.name.value == name }),
      let meta = group.policies.first.map({ world[$0].meta }) ?? group.declaration?.meta
    else { return nil }
    let file = analysis.sources[meta.document.file]
    let first = file.bytes.first { $0 > 0x20 && $0 < 0x80 }
    guard first != UInt8(ascii: "{"), first != UInt8(ascii: "[") else { return nil }
    let written = meta.kind == "Namespace" ? meta.writtenName : meta.declaredNamespace?.value
    let text = WrittenText(analysis.sources, at: meta.span)
    let newline = text.newlineOfFile
    let isOpen = !file.bytes.isEmpty && file.bytes.last != 0x0A
    let policy = policy(name, written, type, analysis.configuration).block(indent: 0, newline: newline)
    let end = UInt32(file.bytes.count)
    let edit = Fix.Edit(
      SourceSpan(file: file.id, start: end, end: end),
      (isOpen ? newline : "") + "---" + newline + policy + newline)
    let what = type == .ingress ? "a policy that denies all ingress" : "a policy that denies all egress but DNS"
    return Fix(.unsafe, "add \(what) to the namespace", edits: [edit])
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
    var meta: [(key: String, value: TextNode)] = [("name", .text(name))]
    if let namespace, !namespace.isEmpty { meta.append(("namespace", PolicyParts.value(namespace))) }
    var spec: [(key: String, value: TextNode)] = [
      ("podSelector", .mapping([])), ("policyTypes", .list([.text(type.rawValue)])),
    ]
    if type == .egress { spec.append(("egress", .list([PolicyParts.dnsRule(configuration)]))) }
    return .mapping([
      ("apiVersion", .text("networking.k8s.io/v1")), ("kind", .text("NetworkPolicy")), ("metadata", .mapping(meta)),
      ("spec", .mapping(spec)),
    ])
  }
}

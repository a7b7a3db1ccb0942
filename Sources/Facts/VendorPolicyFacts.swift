internal import Diagnostics
package import Model
internal import RuleData
internal import YAMLSource

/// The policies that makers of software write into every repository (`rules/vendor-policies.yaml`).
package final class VendorPolicyFacts: Sendable {
  static let shared = VendorPolicyFacts()

  private struct Known {
    let maker: String
    /// `nil` where it may be in any.
    let namespace: String?
    let spec: String
  }

  /// Read when a policy has a name of the file: the others cost no more than a look-up.
  private static let byName = read()
  /// The names of the file, which are written `{name: NAME,`.
  private static let names = Set(
    String(decoding: RuleData.vendorPolicies, as: UTF8.self).split(separator: "\n")
      .compactMap { line in
        line.hasPrefix(nameMark) ? line.dropFirst(nameMark.count).prefix { $0 != "," } : nil
      }.map(String.init))
  private static let nameMark = "metadata: {name: "

  private init() {}

  private static func read() -> [String: [Known]] {
    let file = SourceFile(id: FileID(0), path: "vendor-policies.yaml", bytes: RuleData.vendorPolicies)
    var byName: [String: [Known]] = [:]
    for manifest in ManifestReader(ReadingOptions()).read(file).manifests {
      guard case .networkPolicy(let policy) = manifest else { continue }
      byName[policy.meta.name.value, default: []].append(
        Known(
          maker: policy.meta.annotation("maker")?.value ?? "", namespace: policy.meta.declaredNamespace?.value,
          spec: VendorPolicyFacts.spec(of: policy)))
    }
    return byName
  }

  /// Who wrote a policy, when it is just as they write it: its name, its namespace and all of its spec.
  package func maker(of policy: NetworkPolicy) -> String? {
    let name = policy.meta.writtenName
    guard policy.isSound, VendorPolicyFacts.names.contains(name), let known = VendorPolicyFacts.byName[name]
    else { return nil }
    return known.first { entry in
      (entry.namespace.map { $0 == policy.meta.namespace } ?? true) && entry.spec == VendorPolicyFacts.spec(of: policy)
    }?.maker
  }

  /// All that a spec says, equal for equal specs.
  private static func spec(of policy: NetworkPolicy) -> String {
    var parts = ["\(policy.podSelector.selector)"]
    for type in PolicyType.allCases {
      parts.append("\(type.field) \(policy.isolates(type))")
      for rule in policy.rules(type).items {
        parts.append("peers " + rule.peers.items.map(text).joined(separator: "; "))
        parts.append("ports " + rule.ports.items.map(\.text).joined(separator: "; "))
      }
    }
    return parts.joined(separator: "\n")
  }

  private static func text(_ peer: Peer) -> String {
    if let block = peer.ipBlock {
      return "\(block.cidr?.text ?? "") - \(block.except.map(\.text).joined(separator: ", "))"
    }
    return "namespaces \(peer.namespaceSelector.map { "\($0.selector)" } ?? "-") pods "
      + (peer.podSelector.map { "\($0.selector)" } ?? "-")
  }
}

internal import RuleData

/// What the tool knows of the world besides the input: labels, ports, network plugins, citations, kinds.
/// Data of `rules/*.yaml`, read once, when something first asks for it.
package struct Facts: Sendable {
  package static let shared = Facts()

  package var labels: LabelFacts { LabelFacts.shared }
  package var portSets: PortSetFacts { PortSetFacts.shared }
  package var networkPlugins: NetworkPluginFacts { NetworkPluginFacts.shared }
  package var meshes: MeshFacts { MeshFacts.shared }
  package var hipaa: HIPAAFacts { HIPAAFacts.shared }
  package var calls: CallFacts { CallFacts.shared }
  package var kustomize: KustomizeFacts { KustomizeFacts.shared }
  package var vendorPolicies: VendorPolicyFacts { VendorPolicyFacts.shared }

  /// Kinds that no rule looks at.
  package var ignoredKinds: Set<String> { Facts.ignored }

  private static let ignored = Set(FactFile.root(RuleData.ignoredKinds, "ignored-kinds.yaml").texts)
}

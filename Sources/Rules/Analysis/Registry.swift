internal import Config
package import Diagnostics

/// All rules, in order of their ids: adding a rule means a file and a line here.
package enum Registry {
  package static let all: [any Rule.Type] = [
    NP001InvalidYAML.self, NP002DuplicateKey.self, NP003UnknownField.self, NP004WrongType.self,
    NP005InvalidValue.self, NP006UnsupportedAPIVersion.self, NP007DuplicatePolicy.self, NP008MissingNamespace.self,
    NP009UnrenderedTemplate.self,
    NP010BuildFails.self,
    NP101NoDefaultDenyIngress.self, NP102NoDefaultDenyEgress.self, NP103DefaultDenyUndone.self,
    NP104PolicyTypesOmitted.self, NP105RulesWithoutPolicyType.self, NP106IsolatesWithoutSaying.self,
    NP107WorkloadNotIsolated.self, NP108HostNetworkNotCovered.self, NP109CNIDoesNotEnforce.self,
    NP110DenyPolicyAllows.self,
    NP111WorkloadCutOff.self,
    NP112PolicyNotApplied.self,
    NP201SelectsNoWorkload.self, NP202PeerSelectsNoWorkload.self, NP203SplitPeer.self,
    NP204UnsetNamespaceLabel.self, NP205UnstableLabel.self, NP206ContradictorySelector.self,
    NP207InconsistentLabel.self, NP208UnknownNamespace.self, NP209RedundantSelectorTerm.self,
    NP210KustomizeLabelInPeer.self,
    NP211PolicyMoved.self,
    NP301PortNotExposed.self, NP302ServicePortUsed.self, NP303UnknownNamedPort.self, NP304PortOutsidePortSet.self,
    NP305PortSetIncomplete.self, NP306AllPortsAllowed.self, NP307WidePortRange.self, NP308PlaintextPort.self,
    NP309DNSEgressMissing.self, NP310ProtocolMismatch.self, NP311DuplicatePort.self, NP312DNSToAnyone.self,
    NP313MeshPortMissing.self,
    NP401IngressFromAnywhere.self, NP402IngressFromAllNamespaces.self, NP403EgressToAnywhere.self,
    NP404MetadataEndpointReachable.self, NP405ClusterSelectorForExternalTraffic.self, NP406CIDRHostBits.self,
    NP407ExceptUseless.self, NP408IPBlockForPods.self, NP409SensitivePortExposed.self,
    NP410ControlPlaneBySelector.self, NP411ClientIPBehindNAT.self,
    NP412EgressToAllNamespaces.self, NP413NamespaceNotPinned.self, NP414CIDRWithoutHosts.self,
    NP501HalfOpenFlow.self, NP502ShadowedRule.self, NP503RedundantPolicy.self, NP504BackendUnreachable.self,
    NP505ExpectedFlowBlocked.self, NP506ForbiddenFlowAllowed.self, NP507VacuousExpectation.self,
    NP508ReplicaTrafficBlocked.self, NP509ServiceWithoutClient.self, NP510ScrapeBlocked.self,
    NP511DeclaredCallBlocked.self, NP512APIServerBlocked.self,
    NP514OverriddenByAdminTier.self, NP515AmbiguousPriority.self, NP516ShadowedAdminRule.self,
    NP601MissingRationale.self, NP602ReviewOverdue.self, NP603RequiredMetadataMissing.self,
    NP604UnusedSuppression.self, NP605SuppressionWithoutReason.self,
    NP701MissingCitation.self, NP702UnknownCitation.self, NP703MislabelledCitation.self,
    NP704EPHIStoreNotIsolated.self, NP705EPHIUndeclaredClient.self, NP706EPHIExternalEgress.self,
    NP707EPHIPlaintext.self,
    NP708OverclaimedCitation.self,
  ]

  /// What is said about every rule, in order of their ids.
  package static let infos: [RuleInfo] = all.map { $0.info }

  package static func rule(_ id: RuleID) -> (any Rule.Type)? { all.first { $0.info.id == id } }

  /// The rule with an id, a name, or a name that it had, in any case.
  package static func info(_ word: String) -> RuleInfo? {
    infos.first { $0.isMeant(by: word) && word.utf8.count >= 5 }
  }
}

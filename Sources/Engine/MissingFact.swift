package import Model

/// Something that decides and is not in the input.
package enum MissingFact: Hashable, Sendable {
  /// A policy of another API may allow or deny it.
  case otherPolicy(ResourceID)
  /// A build that was not done, a number in `World.doubts`, leaves open what is applied.
  case doubt(Int)
  /// Nothing says whether these two are live together.
  case unpaired(BranchID, BranchID)
  /// The API server would refuse this policy, which may select the pods.
  case refusedPolicy(AnyPolicyID)
  /// The rules of this policy, and of others for the same pods, are more than are put together.
  case overloadedPolicy(AnyPolicyID)
  /// The addresses of this block may be those of pods.
  case podAddress(RuleReference)
  /// Whether this block matches addresses of nodes and of the API server.
  case nodeAddress(RuleReference)
  /// A selector asks for a label whose value a controller sets.
  case generatedLabel(RuleReference)
  /// Whether this policy applies: its selector asks for a label whose value a controller sets.
  case generatedLabelOfPod(policy: PolicyID)
  /// What this policy says: a text in its selector or its rules is not known (`NetworkPolicy.open`).
  case openText(policy: PolicyID)
  /// Pods on the node's network reach the pods of their node, and are matched by the node's address.
  case nodeTraffic
  /// The namespace and labels of the ingress controller.
  case controllerLabels(RuleReference)
  /// Whether this rule matches: its networks may hold the pod's address, nobody knows the addresses of its nodes or what
  /// its domain names stand for, or its selector asks for a label whose value a controller sets.
  case clusterRule(ClusterRuleReference)
  /// The addresses of an end that a block may hold.
  case addresses(of: UnresolvedEnd, RuleReference)
  /// The addresses of an end that networks may hold, or that a name or a node may have too.
  case clusterAddresses(of: UnresolvedEnd, ClusterRuleReference)
  /// The namespace and labels of the ingress controller.
  case clusterControllerLabels(ClusterRuleReference)
  /// Whether this policy applies: its subject asks for a label whose value a controller sets, or another policy of its
  /// name stands beside it.
  case clusterPolicySubject(ClusterPolicyID)
  /// Which of these two comes first: they have one place in their tier, and do not agree.
  case samePrecedence(ClusterPolicyID, ClusterPolicyID)
}

extension OpaquePolicy.Source {
  var missingFact: MissingFact {
    switch self {
    case .resource(let number): .otherPolicy(number)
    case .doubt(let number): .doubt(number)
    }
  }
}

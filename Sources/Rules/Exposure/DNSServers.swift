internal import Facts
internal import Model

/// The cluster's DNS servers: all pods ask them, and they ask resolvers outside.
extension Analysis {
  /// Whether a policy is for DNS pods, by the names in its selector.
  func isForDNSServers(_ policy: NetworkPolicy) -> Bool {
    policy.podSelector.namedValues.contains(where: facts.labels.isDNSPodName)
  }
}

extension PolicyRule {
  /// Whether the rule is for name resolution alone: port 53, or 5353 as in OpenShift.
  var isForDNS: Bool {
    !ports.items.isEmpty && ports.items.allSatisfy { $0.singleNumber == 53 || $0.singleNumber == 5353 }
  }
}

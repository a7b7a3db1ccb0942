/// What the examples about a store have in common: the store, with a policy of one rule.
enum RecordsExample {
  static func manifests(ingress rule: String) -> String { manifests("ingress", rule) }
  static func manifests(egress rule: String) -> String { manifests("egress", rule) }

  /// - Parameter rule: its lines behind the dash; the further ones indented by six.
  private static func manifests(_ direction: String, _ rule: String) -> String {
    "\(policy(types: "Ingress, Egress"))\n  \(direction):\n    - \(rule)\n---\n\(pod)"
  }

  /// The policy without rules.
  static func policy(types: String) -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: records, namespace: clinic}
    spec:
      podSelector: {matchLabels: {app: records}}
      policyTypes: [\(types)]
    """
  }

  static let pod = """
    apiVersion: v1
    kind: Pod
    metadata: {name: records, namespace: clinic, labels: {app: records}}
    spec: {containers: [{name: db, image: postgres, ports: [{containerPort: 5432}]}]}
    """
}

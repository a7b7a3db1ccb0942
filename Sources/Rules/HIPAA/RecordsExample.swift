/// What the examples about a store have in common: the store, with a policy of one rule.
enum RecordsExample {
  static func manifests(ingress rule: String) -> String { manifests("ingress", rule) }
  static func manifests(egress rule: String) -> String { manifests("egress", rule) }

  /// - Parameter rule: its lines behind the dash; the further ones indented by six.
  private static func manifests(_ direction: String, _ rule: String) -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: records, namespace: clinic}
    spec:
      podSelector: {matchLabels: {app: records}}
      policyTypes: [Ingress, Egress]
      \(direction):
        - \(rule)
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: records, namespace: clinic, labels: {app: records}}
    spec: {containers: [{name: db, image: postgres, ports: [{containerPort: 5432}]}]}
    """
  }
}

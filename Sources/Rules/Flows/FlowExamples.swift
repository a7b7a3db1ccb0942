/// The manifests that the rules about declared flows show; what is wrong stands in the config.
enum FlowExamples {
  static let databaseOpenToWeb = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: db
      namespace: shop
    spec:
      podSelector: {matchLabels: {app: db}}
      policyTypes: [Ingress]
      ingress:
        - from: [{podSelector: {matchLabels: {app: web}}}]
          ports: [{port: 5432}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: db, namespace: shop, labels: {app: db}}
    spec: {containers: [{name: db, image: postgres}]}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: shop, labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
    """

  /// - Parameter mark: the rule that reports the flow, if any.
  static func config(
    from: String = "shop/web", port: String = "5432", expect: String = "allow", mark: String? = nil
  ) -> String {
    "flows: [{name: web and the database, from: \(from), to: shop/db, port: \(port), expect: \(expect)}]"
      + (mark.map { " # expect: \($0)" } ?? "")
  }
}

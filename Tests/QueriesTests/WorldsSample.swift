/// Inputs of several worlds.
enum WorldsSample {
  static let app =
    Manifests.workload("Deployment", "web", "app: web") + Manifests.workload("Deployment", "db", "app: db")

  static func policy(ports: String) -> String {
    Manifests.policy(
      "db",
      "podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress], "
        + "ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [\(ports)]}]")
  }

  /// A patch of the policy's ports.
  static func overlay(port: Int) -> String {
    """
    namespace: shop
    resources: [../../base]
    patches:
      - target: {kind: NetworkPolicy, name: db}
        patch: '- {op: add, path: /spec/ingress/0/ports/-, value: {port: \(port)}}'

    """
  }

  /// Two overlays of one base in one namespace: each opens a port of its own, and both open 5432.
  static func overlays(_ root: String = "", dev: Int = 9090, prod: Int = 9999) -> [(String, String)] {
    [
      ("\(root)base/app.yaml", app), ("\(root)base/policy.yaml", policy(ports: "{port: 5432}")),
      ("\(root)base/kustomization.yaml", "resources: [app.yaml, policy.yaml]\n"),
      ("\(root)envs/dev/kustomization.yaml", overlay(port: dev)),
      ("\(root)envs/prod/kustomization.yaml", overlay(port: prod)),
    ]
  }

  /// Two files of which one is installed.
  static let bundles = [
    (
      "deploy/ha-install.yaml",
      app.replacing("image: i", with: "image: ha") + policy(ports: "{port: 5432}, {port: 26379}")
    ),
    ("deploy/install.yaml", app + policy(ports: "{port: 5432}")),
  ]

  /// Two clusters of Flux, each with an overlay of its own, and a folder that neither reaches.
  static let clusters: [(String, String)] =
    overlays("apps/") + [("old/policy.yaml", Manifests.denyAll)]
    + ["dev", "prod"].flatMap { cluster in
      [
        (
          "clusters/\(cluster)/flux-system/gotk-sync.yaml",
          flux("GitRepository", "source", "url: ssh://git@example.com/a/b")
            + flux("Kustomization", "kustomize", "path: ./clusters/\(cluster), \(source)")
        ),
        (
          "clusters/\(cluster)/apps.yaml",
          flux("Kustomization", "kustomize", "path: ./apps/envs/\(cluster), \(source)", name: "apps")
        ),
      ]
    }

  private static let source = "sourceRef: {kind: GitRepository, name: flux-system}"

  private static func flux(_ kind: String, _ api: String, _ spec: String, name: String = "flux-system") -> String {
    """
    apiVersion: \(api).toolkit.fluxcd.io/v1
    kind: \(kind)
    metadata: {name: \(name), namespace: flux-system}
    spec: {\(spec)}
    ---

    """
  }
}

import Testing

@testable import Assembly

/// Entries of one name that say different things are in different clusters, and so is what they lead to.
@Suite struct RivalEntryTests {
  private static func flux(_ path: String, _ rest: String = "", name: String = "apps") -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: \(name), namespace: flux-system}
    spec: {sourceRef: {kind: GitRepository, name: flux-system}, path: \(path)\(rest)}
    ---

    """
  }

  private static func application(_ path: String, name: String) -> String {
    """
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: \(name), namespace: argocd}
    spec: {source: {repoURL: 'https://example.com/a/b', path: \(path)}, destination: {namespace: shop}}
    ---

    """
  }

  private static func service(_ name: String) -> String {
    "{apiVersion: v1, kind: Service, metadata: {name: \(name)}, spec: {ports: [{port: 80}]}}\n"
  }

  private static let apps = [
    "apps/a/s.yaml": service("a"), "apps/b/s.yaml": service("b"), "infra/s.yaml": service("infra"),
  ]

  private func worlds(_ files: [String: String]) -> [String: [String]] {
    SampleAssembly(Self.apps.merging(files) { $1 }, remotes: ["https://example.com/a/b"]).worlds
  }

  @Test func entriesOfOneNameKeepTheirFoldersApart() {
    let worlds = worlds([
      "clusters/a/k.yaml": Self.flux("apps/a") + Self.flux("infra", name: "infra"),
      "clusters/b/k.yaml": Self.flux("apps/b"),
    ])
    #expect(
      worlds == ["clusters/a": ["apps/a", "clusters/a", "infra"], "clusters/b": ["apps/b", "clusters/b"]])
  }

  @Test func equalEntriesAreOne() {
    let worlds = worlds(["clusters/a/k.yaml": Self.flux("apps/a"), "clusters/b/k.yaml": Self.flux("apps/a")])
    #expect(Array(worlds.keys) == ["default"])
  }

  @Test func entriesOfOtherNamesAreLiveTogether() {
    let worlds = worlds([
      "clusters/a/k.yaml": Self.flux("apps/a"), "clusters/b/k.yaml": Self.flux("apps/b", name: "others"),
    ])
    #expect(Array(worlds.keys) == ["default"])
  }

  @Test func theOutermostEntriesDivideWhatIsBelowThem() {
    let worlds = worlds([
      "roots/a.yaml": Self.application("clusters/a", name: "root"),
      "roots/b.yaml": Self.application("clusters/b", name: "root"), "roots/shared.yaml": Self.service("shared"),
      "clusters/a/k.yaml": Self.application("apps/a", name: "web"),
      "clusters/b/k.yaml": Self.application("apps/b", name: "web") + Self.application("infra", name: "infra"),
    ])
    #expect(
      worlds == [
        "roots/a.yaml": ["apps/a", "clusters/a", "roots", "roots/a.yaml"],
        "roots/b.yaml": ["apps/b", "clusters/b", "infra", "roots", "roots/b.yaml"],
      ])
  }

  /// What several entries lead to is in the world of each.
  @Test func whatTwoClustersTakeIsInBoth() {
    let list = "resources: [k.yaml, ../shared]\n"
    let worlds = worlds([
      "clusters/a/kustomization.yaml": list, "clusters/b/kustomization.yaml": list,
      "clusters/a/k.yaml": Self.flux("apps/a"), "clusters/b/k.yaml": Self.flux("apps/b"),
      "clusters/shared/kustomization.yaml": "resources: [s.yaml]\n",
      "clusters/shared/s.yaml": Self.flux("infra", name: "infra"),
    ])
    #expect(
      worlds == ["clusters/a": ["apps/a", "clusters/a", "infra"], "clusters/b": ["apps/b", "clusters/b", "infra"]])
  }

  @Test func severalFoldersOfAClusterGoByTheirPaths() {
    let worlds = worlds([
      "clusters/a/apps/k.yaml": Self.flux("apps/a"), "clusters/b/apps/k.yaml": Self.flux("apps/b"),
      "clusters/a/infra/k.yaml": Self.flux("infra", ", targetNamespace: x", name: "infra"),
      "clusters/b/infra/k.yaml": Self.flux("infra", ", targetNamespace: y", name: "infra"),
    ])
    #expect(
      worlds.mapValues { $0.filter { $0.hasPrefix("apps/") || $0.hasPrefix("clusters") } } == [
        "clusters/a/apps": ["apps/a", "clusters/a/apps", "clusters/a/infra"],
        "clusters/b/apps": ["apps/b", "clusters/b/apps", "clusters/b/infra"],
      ])
  }
}

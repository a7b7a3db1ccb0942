import Queries
import TestSupport
import Testing

/// Comparisons of inputs of several worlds.
@Suite struct WorldDiffTests {
  private let old = Topology(WorldsSample.overlays("old/"))

  @Test func worldsAreComparedByTheirNamesBelowTheRoots() async {
    let (added, removed) = await Topology.diff(old, Topology(WorldsSample.overlays("new/", dev: 9091)))
    #expect(added == ["envs/dev: shop/web -> shop/db: TCP 9091"])
    #expect(removed == ["envs/dev: shop/web -> shop/db: TCP 9090"])
  }

  @Test func whatAllWorldsChangeIsSaidOnce() async {
    var files = WorldsSample.overlays("new/")
    files[1].1 = WorldsSample.policy(ports: "{port: 5432}, {port: 80}")
    let text = await Topology.diffReport(old, Topology(files), .text)
    #expect(text.hasPrefix("+ shop/web [Deployment] -> shop/db [Deployment]: TCP 80\n    ingress: shop/db spec."))
    #expect(text.contains("\n\n1 connection added, 0 removed in both worlds.\n") && !text.contains("envs"))
  }

  @Test func aWorldWithoutCounterpartIsNamed() async {
    let staging = ("new/envs/staging/kustomization.yaml", WorldsSample.overlay(port: 1000))
    let new = Topology(WorldsSample.overlays("new/") + [staging])
    let text = await Topology.diffReport(old, new, .text)
    #expect(text.hasPrefix("world envs/staging:\n  + any address -> shop/web [Deployment]: all ports\n"))
    #expect(text.contains("\nNot paired: NEW alone has the world envs/staging, which is compared with nothing.\n"))
    let json = await Topology.diffReport(old, new, .json)
    #expect(json.hasPrefix("{\n  \"added\": [],\n  \"removed\": [],\n  \"undecided\": [],\n  \"worlds\": [\n    {\n"))
    #expect(json.hasSuffix("  \"unpaired\": {\n    \"old\": [],\n    \"new\": [\"envs/staging\"]\n  }\n}\n"))
    #expect(await Topology.diffReport(old, new, .markdown).contains("**Newly allowed in envs/staging**"))
  }

  /// The world of both overlays is the counterpart of each.
  @Test func alternativesThatHaveBecomeEqualAreStillCompared() async {
    let new = Topology(WorldsSample.overlays("new/", dev: 9090, prod: 9090))
    let (added, removed) = await Topology.diff(old, new)
    #expect(added == ["envs/prod: shop/web -> shop/db: TCP 9090"])
    #expect(removed == ["envs/prod: shop/web -> shop/db: TCP 9999"])
    #expect(!(await Topology.diffReport(old, new, .text)).contains("Not paired"))
  }

  @Test func equalInputsHaveNoDifferenceInAnyWorld() async {
    let json = await Topology.diffReport(old, Topology(WorldsSample.overlays("new/")), .json)
    #expect(!json.contains("source") && !json.contains("unpaired"))
  }
}

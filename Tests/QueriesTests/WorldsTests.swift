import Engine
import Queries
import TestSupport
import Testing
import Traffic
import Writing

/// Questions about inputs of several worlds.
@Suite struct WorldsTests {
  private let overlays = Topology(WorldsSample.overlays())

  /// What there is to say about a topology, with flows.
  private func verify(_ flows: String, world: String? = nil, _ format: Verify.Format = .text) async throws -> String {
    var topology = overlays
    topology.configuration = try Lint.configuration("flows:\n" + flows)
    let project = try await topology.project().choosing(world: world)
    var out = ByteWriter()
    Verify(project).write(format, to: &out)
    return String(decoding: out.bytes, as: UTF8.self)
  }

  private func worlds(_ files: [(String, String)], _ format: WorldsReport.Format = .text) async -> String {
    var out = ByteWriter()
    WorldsReport(await Topology(files).project()).write(format, to: &out)
    return String(decoding: out.bytes, as: UTF8.self)
  }

  // MARK: can-reach

  @Test func equalAnswersAreOneAnswer() async throws {
    let answer = try Questions.ask("shop/web", "shop/db:5432", await overlays.project())
    #expect(answer.allowed == true)
    #expect(Questions.text(answer).hasPrefix("shop/web -> shop/db on TCP 5432: allowed\n"))
    #expect(!Questions.text(answer, .json).contains("worlds"))
  }

  @Test func differentAnswersAreSaidForEachWorld() async throws {
    let answer = try Questions.ask("shop/web", "shop/db:9090", await overlays.project())
    #expect(answer.allowed == nil)
    let text = Questions.text(answer)
    #expect(text.hasPrefix("shop/web -> shop/db on TCP 9090: differs between worlds\n  in envs/dev: allowed\n"))
    #expect(text.contains("\n  in envs/prod: not allowed\n    egress: "))
    let json = Questions.text(answer, .json)
    #expect(json.contains("\"allowed\": null") && json.contains("\"reason\": \"differs between worlds\""))
    #expect(json.contains("{\"name\":\"envs/dev\",\"allowed\":true,\"because\":[{\"side\":\"ingress\""))
    #expect(json.contains("{\"name\":\"envs/prod\",\"allowed\":false,\"because\":[{"))
  }

  @Test func oneWorldCanBeAskedAbout() async throws {
    let project = await overlays.project()
    for (world, allowed) in [("envs/dev", true), ("envs/prod", false)] {
      let chosen = try project.choosing(world: world)
      #expect(try Questions.ask("shop/web", "shop/db:9090", chosen).allowed == allowed)
    }
    do throws(UnknownWorld) {
      _ = try project.choosing(world: "envs/prd")
      Issue.record("there is no such world")
    } catch {
      #expect(error.message.contains("did you mean 'envs/prod'?"))
    }
  }

  @Test func worldsWithoutAnEndAreLeftOut() async throws {
    var files = WorldsSample.overlays()
    files[3].1 = files[3].1.replacing("[../../base]", with: "[../../base, tool.yaml]")
    files.append(("envs/dev/tool.yaml", Manifests.workload("Deployment", "tool", "app: web")))
    #expect(try Questions.ask("shop/tool", "shop/db:9090", await Topology(files).project()).allowed == true)
  }

  // MARK: connectivity

  @Test(arguments: ConnectivityFormat.allCases)
  func whatIsEqualStandsOnce(_ format: ConnectivityFormat) async throws {
    let text = try await overlays.report(format).text
    let expected =
      switch format {
      case .text:
        "\n\nworld envs/dev:\n  shop/web [Deployment] -> shop/db [Deployment]: TCP 5432, 9090\n\n"
          + "world envs/prod:\n  shop/web [Deployment] -> shop/db [Deployment]: TCP 5432, 9999\n\n"
          + "4 connections in both worlds, 2 workloads.\n1 more in envs/dev.\n1 more in envs/prod.\n"
      case .json:
        "  ],\n  \"worlds\": [\n    {\n      \"name\": \"envs/dev\",\n      \"connections\": [\n        {\"source\":"
      case .csv: "TCP,9090,9090,envs/dev\n"
      case .markdown: "\n**envs/prod**\n\n| Source | Destination | Ports |\n|---|---|---|\n| shop/web"
      case .dot: "w1 -> w0 [label=\"envs/dev: TCP 5432, 9090\"];\n  w1 -> w0 [label=\"envs/prod: TCP 5432, 9999\"];\n"
      case .mermaid: "w1 -->|\"envs/dev: TCP 5432, 9090\"| w0\n  w1 -->|\"envs/prod: TCP 5432, 9999\"| w0\n"
      case .matrix: " TCP 5432, 9999\n"
      case .matrixMarkdown: "**envs/prod**\n\n| from"
      }
    #expect(text.contains(expected), "\(text)")
    #expect(text.ranges(of: "envs/dev").count <= 3)
  }

  @Test func onlySeveralWorldsHaveAColumnOfTheirOwn() async throws {
    let header = try await overlays.report(.csv).text.prefix { $0 != "\n" }
    #expect(header.hasSuffix(",protocol,from,to,world"))
    #expect(try await Topology(WorldsSample.app).report(.csv).text.prefix { $0 != "\n" }.hasSuffix(",from,to"))
  }

  @Test func theCommonPartAndAWorldsOwnAreTheWorld() async throws {
    let project = await overlays.project()
    var table = await overlays.table()
    let rows = Topology.rows(&table)
    for name in ["envs/dev", "envs/prod"] {
      let view = try #require(Array(project.worlds).first { $0.context.name == name })
      var alone = ConnectionTable([(name, Connections(view, overlays.options))])
      let own = rows.filter { !$0.hasPrefix("envs/") || $0.hasPrefix(name) }
        .map { $0.replacing("\(name): ", with: "") }
      #expect(own.sorted() == Topology.rows(&alone).sorted())
    }
  }

  @Test func installBundlesAreNotMixed() async throws {
    let rows = try await Topology(WorldsSample.bundles).rows().filter { $0.contains("web -> default/db") }
    #expect(
      rows == [
        "deploy/ha-install.yaml: default/web -> default/db: TCP 5432, 26379",
        "deploy/install.yaml: default/web -> default/db: TCP 5432",
      ])
  }

  // MARK: verify

  @Test func aFlowMustHoldInEveryWorld() async throws {
    let text = try await verify(
      """
        - {name: common, from: shop/web, to: shop/db, port: 5432, expect: allow}
        - {name: dev, from: shop/web, to: shop/db, port: 9090, expect: allow}
        - {name: gone, from: shop/wep, to: shop/db, port: 9090, expect: deny}
      """)
    let lines = text.split(separator: "\n")
    #expect(lines[0].hasPrefix("ok   common: no policy isolates shop/web for egress"))
    #expect(lines[1].hasPrefix("FAIL dev: in envs/prod: shop/web does not reach shop/db on TCP 9090"))
    #expect(lines[1].hasSuffix("; it holds in 1 other world"))
    #expect(
      lines[2] == "FAIL gone: `shop/wep` matches no workload and no Service of the input; did you mean 'shop/web'?")
    #expect(lines[3] == "3 flows: 1 holds, 2 do not")
  }

  @Test func theAnswersOfWorldsStandInJSONWhereTheyDiffer() async throws {
    let flows = "  - {name: f, from: shop/web, to: shop/db, port: PORT, expect: allow}\n"
    let differs = try await verify(flows.replacing("PORT", with: "9090"), .json)
    #expect(differs.contains("\"worlds\":[{\"name\":\"envs/dev\",\"holds\":true,\"outcome\":\"holds\""))
    #expect(differs.contains("{\"name\":\"envs/prod\",\"holds\":false,\"outcome\":\"blocked\""))
    #expect(!(try await verify(flows.replacing("PORT", with: "5432"), .json)).contains("worlds"))
  }

  @Test func flowsOfOtherWorldsAreLeftOut() async throws {
    var files = WorldsSample.overlays()
    files[3].1 = files[3].1.replacing("[../../base]", with: "[../../base, tool.yaml]")
    files.append(("envs/dev/tool.yaml", Manifests.workload("Deployment", "tool", "app: tool")))
    var topology = Topology(files)
    topology.configuration = try Lint.configuration(
      "flows: [{name: f, from: shop/tool, to: shop/db, port: 80, expect: deny}]\n")
    let project = await topology.project()
    #expect(Questions.verify(project).hasPrefix("ok   f: in envs/dev: "))
    let prod = Questions.verify(try project.choosing(world: "envs/prod"))
    #expect(prod == "0 flows: 0 hold, 0 do not (1 flow of other worlds left out)\n")
  }

  @Test func endsThatNoWorldHasTogetherProveNothing() async throws {
    var files = WorldsSample.overlays()
    for (number, name) in [(3, "dev"), (4, "prod")] {
      files[number].1 = files[number].1.replacing("[../../base]", with: "[../../base, own.yaml]")
      files.append(("envs/\(name)/own.yaml", Manifests.workload("Deployment", name, "app: \(name)")))
    }
    var topology = Topology(files)
    topology.configuration = try Lint.configuration(
      "flows: [{name: f, from: [shop/dev, shop/prod], to: shop/db, expect: deny}]\n")
    let text = Questions.verify(await topology.project())
    #expect(text.hasPrefix("FAIL f: `shop/prod` lies in no world together with all other ends of the flow\n"))
  }

  // MARK: worlds

  @Test func overlaysAreKeptApartByAnObject() async {
    let text = await worlds(WorldsSample.overlays())
    #expect(
      text == """
        world envs/dev:
          kustomization envs/dev (envs/dev/kustomization.yaml:1)

        world envs/prod:
          kustomization envs/prod (envs/prod/kustomization.yaml:1)

        kept apart:
          NetworkPolicy shop/db differs: envs/dev (base/policy.yaml:3), envs/prod (base/policy.yaml:3)

        2 worlds, 2 units.

        """)
    let json = await worlds(WorldsSample.overlays(), .json)
    #expect(json.contains("\"name\": \"envs/prod\",\n      \"units\": [\n        {\"kind\":\"kustomization\","))
    #expect(json.contains("{\"object\":\"NetworkPolicy shop/db\",\"first\":{\"unit\":\"envs/dev\",\"file\":"))
  }

  @Test func clustersAreWorldsAndTheRestIsNotApplied() async {
    let text = await worlds(WorldsSample.clusters)
    #expect(
      text.contains(
        "world clusters/dev:\n  Flux Kustomization clusters/dev (Kustomization flux-system/flux-system in clusters/dev/"
      ))
    #expect(
      text.contains(
        "  Flux Kustomization apps/envs/prod (Kustomization flux-system/apps in clusters/prod/apps.yaml:3)\n"))
    #expect(text.contains("not applied:\n  files old: no Flux Kustomization and no Application leads to it\n"))
    #expect(text.hasSuffix("\n2 worlds, 5 units.\n"))
  }

  @Test func whatWasNotBuiltIsNamed() async {
    var files = WorldsSample.overlays()
    files[3].1 += "transformers: [own.yaml]\n"
    files[4].1 = files[4].1.replacing("../../base", with: "../../gone")
    let text = await worlds(files)
    #expect(
      text.contains("  kustomization envs/dev: envs/dev/own.yaml, a transformer of envs/dev, is not run (envs/dev/kust")
    )
    #expect(text.contains("  kustomization envs/prod: the build fails: "))
    let json = await worlds(files, .json)
    #expect(json.contains("\"kind\":\"not-modelled\"") && json.contains("\"kind\":\"refused\""))
  }

  /// Two units that say different things of one namespace: nobody knows which label it has.
  @Test func aNamespaceLabelWithTwoValuesLeavesSelectorsOpen() async throws {
    func files(_ second: String) -> [(String, String)] {
      [
        ("a/ns.yaml", Manifests.namespace("web", "env: prod") + Manifests.pod("w", in: "web", "app: w")),
        ("b/ns.yaml", Manifests.namespace("web", second) + Manifests.pod("d", in: "db", "app: d")),
        (
          "b/policy.yaml",
          Manifests.policy(
            "d", in: "db",
            "podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {matchLabels: {env: prod}}}]}]"
          )
        ),
      ]
    }
    for (second, allowed) in [("env: dev", nil), ("env: prod", true), ("team: x", true)] as [(String, Bool?)] {
      let project = await Topology(files(second)).project()
      #expect(try Questions.ask("web/w", "db/d:80", project).allowed == allowed, "\(second)")
    }
  }
}

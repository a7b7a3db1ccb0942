import Queries
import TestSupport
import Testing

@Suite struct DiffTests {
  private let pods = Manifests.pod("web", "app: web") + Manifests.pod("db", "app: db")
  private func db(_ ingress: String) -> String {
    Manifests.policy(
      "db", "podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress], ingress: [\(ingress)]")
  }
  private let web = Manifests.policy(
    "web", "podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress], egress: [{to: [{podSelector: {}}]}]"
  )

  private func diff(_ old: String, _ new: String) async -> (added: [String], removed: [String]) {
    await Topology.diff(Topology([("old/a.yaml", old)]), Topology([("new/a.yaml", new)]))
  }

  @Test func onlyPortsThatChangeAreListed() async {
    let (added, removed) = await diff(
      pods + web + db("{from: [{podSelector: {}}], ports: [{port: 80}, {port: 1000, endPort: 2000}]}"),
      pods + web
        + db("{from: [{podSelector: {}}], ports: [{port: 80}, {port: 1500, endPort: 2500}, {port: 53, protocol: UDP}]}")
    )
    #expect(added == ["default/web -> default/db: TCP 2001-2500; UDP 53"])
    #expect(removed == ["default/web -> default/db: TCP 1000-1499"])
  }

  @Test func namesForAddressesAreComparedWithAllAddresses() async {
    func out(_ rules: String) -> String {
      """
      {apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: {name: out}, spec: {priority: 5,
      subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}}, egress: [\(rules)
      {action: Deny, to: [{networks: [0.0.0.0/0, "::/0"]}]}]}}
      ---

      """
    }
    let names = "{action: Allow, to: [{domainNames: [a.org]}, {nodes: {}}], ports: [{portNumber: {port: 443}}]},"
    let web = Manifests.pod("web", "app: web")
    let (added, removed) = await diff(web + out(""), web + out(names))
    #expect(added == ["default/web -> {a.org}: TCP 443", "default/web -> {nodes}: TCP 443"])
    #expect(removed == [])
    // Before, every address was allowed, those of the names too.
    let less = await diff(web, web + out(names))
    #expect(less.added == [] && less.removed == ["default/web -> any address: all ports"])
    let more = await diff(web + out(names), web)
    #expect(more.added == ["default/web -> any address: all ports"] && more.removed == [])
  }

  @Test func addressesAreComparedAsSets() async {
    let (added, removed) = await diff(
      pods + web + db("{from: [{ipBlock: {cidr: 10.0.0.0/9}}, {ipBlock: {cidr: 10.128.0.0/9}}], ports: [{port: 80}]}"),
      pods + web + db("{from: [{ipBlock: {cidr: 10.0.0.0/8}}, {ipBlock: {cidr: 11.0.0.0/8}}], ports: [{port: 80}]}"))
    #expect(added == ["11.0.0.0/8 -> default/db: TCP 80"])
    #expect(removed == [])
  }

  @Test func addressesWithOtherPortsAreCut() async {
    let (added, removed) = await diff(
      pods + web + db("{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 80}]}"),
      pods + web + db("{from: [{ipBlock: {cidr: 10.0.0.0/9}}], ports: [{port: 80}, {port: 81}]}"))
    #expect(added == ["10.0.0.0/9 -> default/db: TCP 81"])
    #expect(removed == ["10.128.0.0/9 -> default/db: TCP 80"])
  }

  @Test func isolationThatGoesOpensEverything() async {
    let (added, removed) = await diff(pods + web + db(""), pods + web)
    #expect(
      added == [
        "any address -> default/db: all ports", "default/db -> any address: all ports",
        "default/web -> default/db: all ports",
      ])
    #expect(removed == [])
  }

  @Test func newAndLostWorkloadsCount() async {
    let (added, removed) = await diff(Manifests.pod("a", "x: a"), Manifests.pod("b", "x: b"))
    #expect(added == ["any address -> default/b: all ports", "default/b -> any address: all ports"])
    #expect(removed == ["any address -> default/a: all ports", "default/a -> any address: all ports"])
  }

  @Test func reasonsNameTheRuleOfTheSideThatHasIt() async {
    let open = db("{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 80}]}")
    let old = Topology([("old/a.yaml", pods + web + db(""))])
    let new = Topology([("new/a.yaml", pods + web + open)])
    let text = await Topology.diffReport(old, new, .text)
    #expect(
      text.hasPrefix(
        """
        + default/web [Pod] -> default/db [Pod]: TCP 80
            ingress: default/db spec.ingress[0].from[0] (new/a.yaml:19) allows it
            ingress: before default/db (old/a.yaml:18) isolated the destination

        1 connection added, 0 removed.

        """))
    let removed = await Topology.diffReport(new, old, .markdown)
    #expect(removed.contains("**Newly blocked**"))
    #expect(
      removed.contains("spec.ingress&#91;0&#93;.from&#91;0&#93; (new/a.yaml:19) allowed it<br>ingress: now default/db"))
    let gone = await Topology.diffReport(old, Topology([("new/a.yaml", pods + web)]), .text)
    #expect(gone.contains("ingress: no policy isolates the destination"))
  }

  /// GitHub refuses comments of more than 65,536 characters.
  @Test func aCommentIsNeverTooLong() async {
    let many = (0..<60).map { Manifests.pod("web-\($0)", "app: web, n: n\($0)") }.joined()
    let old = many + Manifests.denyAll
    let wide = (0..<20).map { number in
      Manifests.policy(
        "p\(number)",
        "podSelector: {matchLabels: {n: n\(number)}}, policyTypes: [Ingress, Egress], "
          + "ingress: [{from: [{podSelector: {}}], ports: [{port: \(number + 1)}]}]")
    }.joined()
    let new = many + Manifests.policy("out", "podSelector: {}, policyTypes: [Egress], egress: [{}]") + wide
    for (a, b) in [(old, new), (new, old)] {
      let text = await Topology.diffReport(Topology([("old/a.yaml", a)]), Topology([("new/a.yaml", b)]), .markdown)
      #expect(text.hasPrefix("<!-- netpol-lint diff -->\n### Network policies"))
      #expect(text.utf16.count < 65_536 && text.utf8.count > 10_000, "\(text.utf8.count)")
      #expect(text.contains("<details><summary>3640 connections</summary>"), "\(text.prefix(600))")
      #expect(text.contains("more connections: `netpol-lint diff` lists all."))
      // What is folded is closed again, and every row is whole.
      #expect(text.ranges(of: "<details>").count == text.ranges(of: "</details>").count)
      #expect(text.split(separator: "\n").filter { $0.hasPrefix("| ") }.allSatisfy { $0.hasSuffix(" |") })
    }
  }

  @Test func aCommentShowsChangesAsAMatrix() async {
    let text = await Topology.diffReport(
      Topology([("old/a.yaml", pods + web + db(""))]), Topology([("new/a.yaml", pods + web)]), .markdown)
    #expect(text.contains("| from \\ to | any address | default/db |\n"), "\(text)")
    #expect(text.contains("| default/db | **+ all ports** |   |\n"))
  }

  @Test func eachPartOfTheAddressesHasItsRule() async {
    let text = await Topology.diffReport(
      Topology([("old/a.yaml", pods + web + db(""))]),
      Topology([
        ("new/a.yaml", pods + web + db("{from: [{ipBlock: {cidr: 1.0.0.0/8}}, {ipBlock: {cidr: 9.0.0.0/8}}]}"))
      ]), .text)
    #expect(text.contains("+ 1.0.0.0/8, 9.0.0.0/8 -> default/db [Pod]: all ports"))
    #expect(text.contains("from[0] (new/a.yaml:19)") && text.contains("from[1] (new/a.yaml:19)"))
  }

  @Test func jsonHoldsPureConnections() async {
    let json = await Topology.diffReport(
      Topology([("old/a.yaml", pods + web + db(""))]),
      Topology([("new/a.yaml", pods + web + db("{ports: [{port: 80}]}"))]), .json)
    #expect(
      json.hasPrefix("{\n  \"added\": [\n    {\"source\":{\"kind\":\"external\",\"cidrs\":[\"0.0.0.0/0\",\"::/0\"]}"))
    #expect(json.hasSuffix("  ],\n  \"removed\": [],\n  \"undecided\": []\n}\n"))
  }

  /// Blocked before, and now nobody can tell: neither added nor removed, and no reason to be content.
  @Test func whatCannotBeToldAnyMoreIsTold() async {
    func sides(_ old: String, _ new: String) -> (Topology, Topology) {
      (Topology([("old/a.yaml", pods + web + db(old))]), Topology([("new/a.yaml", pods + web + db(new))]))
    }
    let (closed, refused) = sides("", "{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 99999}]}")
    let changes = await Topology.diff(closed, refused)
    #expect(changes.added.isEmpty)
    let text = await Topology.diffReport(closed, refused, .text)
    #expect(text.contains("\n? default/web [Pod] -> default/db [Pod]: all ports\n    ingress: now it cannot be told\n"))
    #expect(text.contains("cannot be told any more.\n"))
    let json = await Topology.diffReport(closed, refused, .json)
    #expect(json.contains("\"undecided\": [\n    {\"source\":{\"kind\":\"external\""))
    let comment = await Topology.diffReport(closed, refused, .markdown)
    #expect(comment.contains("**Blocked before, and now it cannot be told**"))
    // The other way round it may have been allowed, which is no reason to be content either.
    let back = await Topology.diffReport(refused, closed, .text)
    #expect(
      back.contains("\n-? default/web [Pod] -> default/db [Pod]: all ports\n    ingress: before it could not be told\n")
    )
    #expect(back.contains("No connection changes for certain; "))
    #expect(back.contains(" of which nobody could tell are blocked now.\n"))
    #expect(
      await Topology.diffReport(refused, closed, .json)
        .contains("\"undecided\": [],\n  \"possiblyRemoved\": [\n    {\"source\":{\"kind\":\"external\""))
    #expect(
      await Topology.diffReport(refused, closed, .markdown).contains("**Blocked now, and before it could not be told**")
    )
    for side in [refused, closed] {
      #expect(await Topology.diffReport(side, side, .json).contains("possiblyRemoved") == false)
      #expect(await Topology.diffReport(side, side, .text).hasPrefix("No connection changes.\n"))
    }
    // It is not `undecided`, and where it could not be told before either, it is no news.
    for (old, new) in [(refused, closed), (refused, refused), (closed, closed)] {
      let json = await Topology.diffReport(old, new, .json)
      #expect(json.contains("\"undecided\": []"))
    }
    let ports = sides("{from: [{podSelector: {}}], ports: [{port: 80}]}", "{from: [{podSelector: {}}]}")
    #expect(await Topology.diffReport(ports.0, ports.1, .text).contains("cannot be told") == false)
  }

  /// Allowed for certain before, and now nobody can tell: it stands among what is removed, and its reason says so.
  @Test func whatIsNotAllowedForCertainAnyMoreIsRemoved() async {
    func side(_ path: String, _ ports: String) -> Topology {
      Topology([(path, pods + web + db("{from: [{podSelector: {matchLabels: {app: web}}}]\(ports)}"))])
    }
    let (open, refused) = (side("old/a.yaml", ""), side("new/a.yaml", ", ports: [{port: 99999}]"))
    #expect(await Topology.diff(open, refused).removed == ["default/web -> default/db: all ports"])
    let text = await Topology.diffReport(open, refused, .text)
    #expect(text.contains("allowed it\n    ingress: now it cannot be told\n"), "\(text)")
  }

  /// What opens a workload to everybody changes nothing between the workloads that were read.
  @Test func podsThatNoManifestShowsAreTold() async {
    func report(_ old: String, _ new: String, _ format: DiffFormat) async -> String {
      await Topology.diffReport(
        Topology([("old/a.yaml", pods + web + db("{from: [\(old)], ports: [{port: 80}]}"))]),
        Topology([("new/a.yaml", pods + web + db("{from: [\(new)], ports: [{port: 80}]}"))]), format,
        others: ["default"])
    }
    let client = "{podSelector: {matchLabels: {app: web}}}"
    let own = await report(client, "{podSelector: {}}", .text)
    #expect(
      own.contains("\n+ other pods of default -> default/db [Pod]: TCP 80\n    ingress: default/db spec.ingress[0]"))
    #expect(own.contains("\nNo connection between known ends changes.\n"))
    #expect(own.contains("For pods that no manifest shows (one without labels): 1 newly allowed, 0 newly blocked."))
    // Those of every namespace are not told again for each.
    let all = await report(client, "{namespaceSelector: {}}", .text)
    #expect(all.contains("\n+ other pods -> default/db [Pod]: TCP 80\n") && !all.contains("other pods of"))
    let json = await report("{namespaceSelector: {}}", client, .json)
    #expect(
      json.contains(
        "\"added\": [],\n  \"removed\": [],\n  \"undecided\": [],\n  \"otherPods\": {\n    \"added\": [],\n"))
    #expect(
      json.contains("\"removed\": [{\"source\":{\"kind\":\"workload\",\"namespace\":\"\",\"name\":\"other pods\""))
    let comment = await report(client, "{podSelector: {}}", .markdown)
    #expect(comment.contains("| other pods of default | default/db &#91;Pod&#93; | TCP 80 |"))
    // A label is asked for: nobody else gets in.
    #expect(!(await report(client, "{podSelector: {matchLabels: {app: web}}}", .text)).contains("other pods"))
  }

  /// A selector may mean just such pods, and one that was read may be like them.
  @Test func podsThatNoManifestShowsAreToldBesideOthersLikeThem() async {
    func report(_ old: String, _ new: String) async -> String {
      await Topology.diffReport(
        Topology([("old/a.yaml", pods + web + old)]), Topology([("new/a.yaml", pods + web + new)]), .text,
        others: ["default", "tools"])
    }
    let client = db("{from: [{podSelector: {matchLabels: {app: web}}}]}")
    let tools = db("{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: tools}}}]}")
    let named = await report(client, tools)
    #expect(named.contains("\n+ other pods of tools -> default/db [Pod]: all ports\n"), "\(named)")
    #expect(named.contains("1 newly allowed, 0 newly blocked."))
    let own = db("{from: [{podSelector: {}}]}")
    #expect(await report(own, own + Manifests.pod("bare", "")).contains(", 0 newly blocked."))
  }

  @Test func overlaysAreComparedWithTheirOwnPast() async {
    func overlays(_ root: String, dev: String, prod: String) -> Topology {
      Topology([
        ("\(root)/base/kustomization.yaml", "resources: [pods.yaml]\n"), ("\(root)/base/pods.yaml", pods + web),
        ("\(root)/dev/kustomization.yaml", "resources: [../base, p.yaml]\n"), ("\(root)/dev/p.yaml", db(dev)),
        ("\(root)/prod/kustomization.yaml", "resources: [../base, p.yaml]\n"), ("\(root)/prod/p.yaml", db(prod)),
      ])
    }
    let open = "{from: [{podSelector: {}}], ports: [{port: 80}]}"
    let (added, removed) = await Topology.diff(
      overlays("old", dev: open, prod: ""), overlays("new", dev: open, prod: open))
    #expect(added == ["prod: default/web -> default/db: TCP 80"])
    #expect(removed == [])
  }
}

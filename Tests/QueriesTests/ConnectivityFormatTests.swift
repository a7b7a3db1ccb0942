import Diagnostics
import Queries
import TestSupport
import Testing

@Suite struct ConnectivityFormatTests {
  private let text =
    Manifests.pod("web", in: "a", "app: web") + Manifests.pod("db", in: "a", "app: db")
    + Manifests.policy(
      "p", in: "a",
      "podSelector: {}, policyTypes: [Ingress, Egress], "
        + "egress: [{to: [{ipBlock: {cidr: 10.0.0.1/32}}], ports: [{port: 443}]}, {to: [{podSelector: {matchLabels: {app: db}}}]}], "
        + "ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}, {port: 53, protocol: UDP}]}]"
    )

  @Test func jsonHasTheKeysOfTheContractInOrder() async throws {
    let json = try await Topology(text).report(.json).text
    let db = "{\"kind\":\"workload\",\"namespace\":\"a\",\"name\":\"db\",\"workloadKind\":\"Pod\",\"inferred\":false}"
    let web = db.replacing("\"db\"", with: "\"web\"")
    let address = "{\"kind\":\"external\",\"cidrs\":[\"10.0.0.1/32\"]}"
    let https = "[{\"protocol\":\"TCP\",\"from\":443,\"to\":443}]"
    #expect(
      json == """
        {
          "schemaVersion": 1,
          "connections": [
            {"source":\(db),"destination":\(address),"ports":\(https)},
            {"source":\(web),"destination":\(address),"ports":\(https)},
            {"source":\(web),"destination":\(db),"ports":[{"protocol":"TCP","from":5432,"to":5432},{"protocol":"UDP","from":53,"to":53}]}
          ]
        }

        """)
  }

  @Test func nothingAllowedIsAnEmptyList() async throws {
    let json = try await Topology(Manifests.pod("web", "a: b") + Manifests.denyAll).report(.json).text
    #expect(json == "{\n  \"schemaVersion\": 1,\n  \"connections\": []\n}\n")
  }

  @Test func textMarkdownAndCSVSayTheSame() async throws {
    let topology = Topology(text)
    let lines = try await topology.report(.text).text.split(separator: "\n")
    #expect(lines[2] == "a/web [Pod] -> a/db [Pod]: TCP 5432; UDP 53")
    #expect(lines[3] == "3 connections, 2 workloads.")
    let markdown = try await topology.report(.markdown).text.split(separator: "\n")
    #expect(markdown[4] == "| a/web &#91;Pod&#93; | a/db &#91;Pod&#93; | TCP 5432; UDP 53 |")
    let csv = try await topology.report(.csv).text.split(separator: "\n")
    #expect(csv.count == 5 && csv[0].split(separator: ",").count == 15)
    #expect(csv[1] == "workload,a,db,Pod,false,,external,,,,,10.0.0.1/32,TCP,443,443")
    #expect(csv[4] == "workload,a,web,Pod,false,,workload,a,db,Pod,false,,UDP,53,53")
  }

  /// Mermaid takes `%%{…}` for a directive wherever it stands.
  @Test func namesGiveMermaidNoDirectives() async throws {
    let name = "%%{init: {'theme': 'dark'}}%%"
    let mermaid = try await Topology(text.replacing("name: web", with: "name: \"\(name)\"")).report(.mermaid).text
    #expect(mermaid.contains("[\"#37;#37;{init:") && !mermaid.contains("%%{"))
  }

  @Test func diagramsGroupByNamespace() async throws {
    let mermaid = try await Topology(text).report(.mermaid)
    #expect(
      mermaid.text == """
        flowchart TB
          subgraph ns0["a"]
            w0["db<br/>Pod"]:::inside
            w1["web<br/>Pod"]:::unreached
          end
          to0(["10.0.0.1/32"]):::outside
          ns0 -->|"TCP 443"| to0
          w1 -->|"TCP 5432; UDP 53"| w0
          classDef outside fill:#dbeafe,stroke:#1d4ed8,color:#111827
          classDef exposed fill:#fde68a,stroke:#b45309,color:#111827
          classDef inside fill:#dcfce7,stroke:#15803d,color:#111827
          classDef unreached fill:#f3f4f6,stroke:#6b7280,color:#111827
          classDef inferred fill:#f3f4f6,stroke:#6b7280,color:#111827,stroke-dasharray:4 4
          linkStyle 0 stroke:#1d4ed8

        """)
    #expect(mermaid.summary.hasPrefix("3 connections"))
    let dot = try await Topology(text).report(.dot).text
    #expect(dot.contains("subgraph cluster_ns0 { label=\"a\";"))
    #expect(dot.contains("w0 -> to0 [label=\"TCP 443\", ltail=cluster_ns0, color=\"#1d4ed8\"];"))
  }

  @Test func workloadsWithoutAnyConnectionAreDrawnToo() async throws {
    let lone =
      Manifests.pod("lone", in: "b", "app: lone")
      + Manifests.policy("d", in: "b", "podSelector: {}, policyTypes: [Ingress, Egress]")
    #expect(try await Topology(text + lone).report(.mermaid).text.contains("w2[\"lone<br/>Pod\"]:::unreached"))
    #expect(try await !Topology(text + lone).report(.mermaid, focus: ["a/web"]).text.contains("lone"))
  }

  /// More than Mermaid draws: 500 arrows, or 50,000 bytes of text.
  @Test func largePicturesShowNamespaces() async throws {
    let many = (0..<40).map { Manifests.pod("w\($0)", in: "n\($0 % 3)", "app: w\($0)") }.joined()
    let wide = (0..<40).map { number in
      Manifests.policy(
        "p\(number)", in: "n\(number % 3)",
        "podSelector: {matchLabels: {app: w\(number)}}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: \(number + 1)}]}]"
      )
    }.joined()
    let mermaid = try await Topology(many + wide).report(.mermaid)
    let arrows = mermaid.text.split(separator: "\n").filter { $0.contains("-->") }
    #expect(arrows.contains { $0.contains("ns0 -->|\"14 ranges of ports\"| ns0") } && arrows.count <= 500)
    #expect(mermaid.text.contains("ns0[\"n0<br/>14 workloads\"]:::inside"))
    #expect(mermaid.summary.contains("arrows are more than is drawn (500, and 50000 bytes of text)"))
    #expect(mermaid.text.utf8.count < 50_000)
  }

  @Test func labelsAreEscaped() async throws {
    let hostile = Manifests.pod("'x\"]|<b>#\\`'", "a: b").replacing("'x\"", with: "'x\"")
    let mermaid = try await Topology(hostile).report(.mermaid).text
    #expect(mermaid.contains("[\"x#quot;]|#lt;b#gt;#35;#92;#96;<br/>Pod\"]"))
    #expect(try await Topology(hostile).report(.dot).text.contains("[label=\"x\\\"]|<b>#\\\\`\\nPod\", "))
    #expect(try await Topology(hostile).report(.csv).text.contains(",\"x\"\"]|<b>#\\`\","))
    #expect(try await Topology(hostile).report(.markdown).text.contains("x\"&#93;&#124;&#60;b&#62;&#35;&#92;&#96;"))
  }

  @Test func aCombiningMarkHidesNoQuote() async throws {
    let hostile = Manifests.pod("'x\"\u{301}'", "a: b")
    #expect(try await Topology(hostile).report(.mermaid).text.contains("[\"x#quot;\u{301}<br/>Pod\"]"))
    #expect(try await Topology(hostile).report(.csv).text.contains("\"x\"\"\u{301}\""))
  }

  /// The traffic flow diagram of the documentation: users, ingress controller, gateway, three stores, outside APIs.
  @Test func theDocumentedSystemLooksLikeItsDiagram() async throws {
    let folder = "voiceassist/as-documented"
    var topology = Topology(try Fixture.files(folder).map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) })
    topology.configuration = try Fixture.configuration(folder)
    let text = try await topology.report(.mermaid).text
    let arrows = text.split(separator: "\n").filter { $0.contains("-->") }.map { $0.drop { $0 == " " } }
    func id(_ label: String) throws -> String {
      let line = try #require(text.split(separator: "\n").first { $0.contains("\"\(label)") })
      return String(line.drop { $0 == " " }.prefix { $0 != "[" && $0 != "(" })
    }
    let (controller, gateway) = (try id("ingress-nginx-controller"), try id("voiceassist-api-gateway"))
    #expect(arrows.contains("\(try id("any address")) -->|\"TCP 443\"| \(controller)"))
    #expect(arrows.contains("\(controller) -->|\"TCP 8000\"| \(gateway)"))
    for (store, port) in [("postgres", 5432), ("redis", 6380), ("qdrant", 6333)] {
      #expect(arrows.contains("\(gateway) -->|\"TCP \(port)\"| \(try id(store))"))
    }
    #expect(arrows.contains("\(gateway) -->|\"TCP 443\"| \(try id("0.0.0.0/0 except 10.0.0.0/8"))"))
  }
}

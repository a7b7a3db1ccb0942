import Engine
import Model
import Queries
import TestSupport
import Testing
import Traffic
import Writing

@Suite struct MatrixTests {
  private let text =
    Manifests.pod("web", in: "a", "app: web") + Manifests.pod("db", in: "a", "app: db")
    + Manifests.pod("lone", in: "b", "app: lone")
    + Manifests.policy(
      "p", in: "a",
      "podSelector: {}, policyTypes: [Ingress, Egress], egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}], "
        + "ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}]")
    + Manifests.policy(
      "lone", in: "b",
      "podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 80}]}]"
    )

  private func report(
    _ text: String, width: Int = 80, by grouping: MatrixGrouping? = nil, focus: [String] = [], isMarkdown: Bool = false
  ) async throws -> String {
    let views = await Topology(text).project().worlds.map { $0.asking([Strangers.elsewhere]) }
    var options = MatrixReport.Options()
    options.width = width
    options.grouping = grouping
    let report = try MatrixReport(views, ConnectionOptions(), focus: focus, options)
    var out = ByteWriter()
    if isMarkdown { report.writeMarkdown(to: &out) } else { report.writeText(to: &out) }
    return String(decoding: out.bytes, as: UTF8.self)
  }

  @Test func everyWorkloadHasARowAndAColumn() async throws {
    #expect(
      try await report(text) == """
          from \\ to          1 2 3  4 5  6
        1 outside                *  . .  a
        2 ingress controller        . .  .
        3 other pods         *      . .  .
          a
        4   db               .   .  - .  .
        5   web              .   .  b -  .
          b
        6   lone             .   .  . .  -

        a TCP 80, for some
        b TCP 5432
        * all ports, . nothing, ? cannot tell, - itself
        for some: not for all addresses
        ingress controller: what the Ingresses and Routes that were read lead to
        other pods: a pod without labels, in a namespace that was not read


        """)
  }

  @Test func namespacesStandForAllPairs() async throws {
    let rows = try await report(text, by: .namespace).split(separator: "\n")
    #expect(rows[4] == "4 a (2)              .   . b .")
    #expect(rows[5] == "5 b (1)              .   . . .")
    #expect(rows.contains("b TCP 5432, for some"))
  }

  @Test func focusLeavesTheEndsThatItHasToDoWith() async throws {
    let rows = try await report(text, focus: ["b/lone"])
    #expect(rows.contains("lone") && !rows.contains("web"))
    #expect(try await report(text, focus: ["a/db"]).contains("web"))
  }

  @Test func whatCannotBeToldIsNoAnswer() async throws {
    let other =
      "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: a}\nspec: {}\n---\n"
    let rows = try await report(text + other).split(separator: "\n")
    #expect(rows[5] == "4   db               ?   ?  - ?  .")
    #expect(rows[1] == "1 outside                *  ? ?  a")
  }

  @Test func noLineIsWiderThanItsTerminal() async throws {
    let many = (0..<70).map { Manifests.pod("a-rather-long-name-\($0)", in: "ns\($0 / 20)", "app: w\($0)") }.joined()
    for width in [40, 80, 120, 300] {
      let text = try await report(many + text, width: width)
      #expect(
        text.split(separator: "\n").allSatisfy { DisplayText.cells(of: $0) <= max(width, 30) }, "\(width)\n\(text)")
      // All columns are there, in one block or in several.
      let rows = text.split(separator: "\n").filter { $0.hasPrefix(" 1 outside") }
      #expect(rows.joined().count { $0 == "*" } == 71, "\(width)")
    }
  }

  @Test func namesAreShownAsText() async throws {
    let hostile = Manifests.pod("'x|<b>`\\u001b[31m'".replacing("'", with: "\""), "a: b")
    let markdown = try await report(hostile, isMarkdown: true)
    #expect(markdown.contains("default/x&#124;&#60;b&#62;&#96;&#92;u{1b}&#91;31m"))
    #expect(try await report(hostile).utf8.allSatisfy { $0 == 10 || $0 >= 32 })
  }

  @Test func markdownHasTheSameCells() async throws {
    let lines = try await report(text, isMarkdown: true).split(separator: "\n")
    #expect(lines[0] == "| from \\ to | outside | other pods | a/db | a/web | b/lone |")
    #expect(lines[2] == "| outside | – | all |   |   | 80 (some) |")
    #expect(lines[6] == "| a/web |   |   | 5432 | – |   |")
    #expect(lines.last?.contains("Ingress controller: what the Ingresses and Routes that were read lead to. ") == true)
  }

  /// Each cell of generated worlds says what the engine says of the pair.
  @Test(arguments: 1...60) func cellsAreTheEnginesAnswers(_ seed: UInt64) async throws {
    let generated = WorldGenerator.exposedWorld(seed: seed).knowingAllTexts
    let view = try #require(
      await Topology(generated.yaml).project().worlds.map { $0.asking([Strangers.elsewhere]) }.first)
    var options = ConnectionOptions()
    options.includesUncertain = true
    options.otherPods = Strangers.ends(in: [])
    let connections = Connections(view, options)
    var table = ConnectionTable([("", connections)])
    let matrix = ConnectionMatrix(&table, world: 0)
    func endpoints(_ end: MatrixEnd) -> [Endpoint] {
      switch end {
      case .workload(let node): connections.number(of: node).map(connections.endpoints) ?? []
      case .otherPods: view.reach.podClass(of: Strangers.elsewhere).map { [.pods($0)] } ?? []
      case .outside, .ingressController, .namespace: []
      }
    }
    for (row, source) in matrix.ends.enumerated() {
      let cells = matrix.cells(ofRow: row)
      for (column, destination) in matrix.ends.enumerated() where column != row {
        let (from, to) = (endpoints(source), endpoints(destination))
        if from.isEmpty || to.isEmpty { continue }
        let bounds = from.flatMap { a in to.map { view.reach.ports(from: a, to: $0) } }
        let cell = matrix.cells[cells[column]]
        #expect(
          cell.certain == bounds.reduce(PortSet()) { $0.union($1.certain) }, "seed \(seed): \(source) \(destination)")
        #expect(
          cell.possible == bounds.reduce(PortSet()) { $0.union($1.possible) }, "seed \(seed): \(source) \(destination)")
      }
    }
  }
}

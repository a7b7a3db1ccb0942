internal import Diagnostics
internal import Engine
internal import Model
internal import Queries
internal import Reporting
internal import Writing

/// What the page's script works on, as JSON; everything in it is text to be shown, and can end no script element.
struct PageData {
  private let page: Page
  private var places: Places
  private var excerpts: SourceExcerpts
  private var files: [String] = []
  private var numbersOfFiles: [String: Int] = [:]
  /// The bytes of excerpts that may still be shown.
  private var room = 6 << 20

  private static let mostLines = 14

  private(set) var bytes: [UInt8] = []

  init(_ page: Page) {
    self.page = page
    places = Places(page.report.sources)
    excerpts = SourceExcerpts(page.report.sources)
    var out = ByteWriter()
    out.json { json in
      json.object { json in
        json.array("worlds") { json in
          for world in page.worlds { write(world, to: &json) }
        }
        json.member("files", files)
        json.member("empty", page.meaningOfEmpty)
      }
    }
    // Within strings alone can there be such a character.
    bytes = out.bytes.flatMap { byte in byte == UInt8(ascii: "<") ? Array("\\u003c".utf8) : [byte] }
  }

  private mutating func write(_ world: PageWorld, to json: inout JSONWriter) {
    var namespaces: [String] = []
    for node in world.nodes where namespaces.last != node.end.namespace { namespaces.append(node.end.namespace) }
    json.object { json in
      json.member("name", DisplayText.escaped(world.name))
      json.member("namespaces", namespaces.map(DisplayText.escaped))
      json.array("ends") { json in
        var number = -1
        var last: String?
        for node in world.nodes {
          if node.end.namespace != last { number += 1 }
          last = node.end.namespace
          PageData.write(node, namespace: number, to: &json)
        }
      }
      PageData.writeCells(world.matrix, to: &json)
      json.array("sideTable") { json in for side in world.sides { json.numbers(side) } }
      json.array("sides") { json in
        json.numbers(world.nodes.map(\.ingress))
        json.numbers(world.nodes.map(\.egress))
      }
      json.array("policies") { json in
        for policy in world.policies { write(policy, to: &json) }
      }
      json.array("rules") { json in
        for rule in world.rules { write(rule, to: &json) }
      }
      PageData.writeFlows(world, to: &json)
      json.member("hasClusterPolicies", world.hasClusterPolicies)
      if let reasons = world.reasons {
        json.member("sentences", reasons.sentences)
        json.array("why") { json in for row in reasons.rows { json.numbers(row) } }
      }
      if let changes = page.changes {
        json.array("changes") { json in
          for entry in changes.entries where entry.world == nil || entry.world == world.name {
            json.array { json in
              json.value(PageData.key(entry.source, entry.sourceText))
              json.value(PageData.key(entry.destination, entry.destinationText))
              json.value(entry.isAdded ? 1 : 0)
              json.value(entry.ports)
            }
          }
        }
      }
    }
  }

  /// The declared flows, each with the numbers of the ends that it names.
  private static func writeFlows(_ world: PageWorld, to json: inout JSONWriter) {
    if world.flows.isEmpty { return }
    let numbers = Dictionary(world.nodes.enumerated().map { ($1.end, $0 + 3) }) { first, _ in first }
    json.array("flows") { json in
      for flow in world.flows {
        json.array { json in
          json.value(DisplayText.escaped(flow.name))
          json.value(flow.expect)
          json.value(flow.holds ? 1 : 0)
          json.value(DisplayText.escaped(flow.reason))
          json.numbers(flow.workloads.compactMap { numbers[$0] }.sorted())
        }
      }
    }
  }

  /// How the script finds an end: outside is empty.
  private static func key(_ end: ConnectionEnd, _ text: String) -> String {
    switch end {
    case .external, .unresolved: ""
    case .ingressController: "ingress controller"
    case .node: text
    }
  }

  private static func write(_ node: PageWorld.Node, namespace: Int, to json: inout JSONWriter) {
    json.array { json in
      json.value(namespace)
      json.value(DisplayText.escaped(node.end.name))
      json.value(DisplayText.escaped(node.end.isInferred ? "inferred" : node.end.kind))
      json.value((node.end.isInferred ? 1 : 0) | (node.isEPHI ? 2 : 0) | (node.usesHostNetwork ? 4 : 0))
      json.value(node.ports)
      json.value(node.zone)
    }
  }

  /// The cells, and for each row which of the different rows it is.
  private static func writeCells(_ matrix: ConnectionMatrix, to json: inout JSONWriter) {
    json.array("cells") { json in
      for cell in matrix.cells {
        json.array { json in
          json.value(cell.shortText)
          json.value(cell.portsText)
          let kind = cell.isBlocked ? 0 : cell.certain.isEmpty ? 3 : cell.certain == .all ? 2 : 1
          json.value(kind | (cell.isPartial ? 4 : 0) | (kind != 3 && cell.certain != cell.possible ? 8 : 0))
        }
      }
    }
    var numbers: [[Int]: Int] = [:]
    var table: [[Int]] = []
    let rows = matrix.rows.enumerated().map { row, entries -> Int in
      let runs = runs(closed(entries, at: row))
      if let known = numbers[runs] { return known }
      numbers[runs] = table.count
      table.append(runs)
      return table.count - 1
    }
    json.array("rowTable") { json in for row in table { json.numbers(row) } }
    json.key("rowOf")
    json.numbers(rows)
  }

  /// The entries with one for the end itself where those on both sides of it are alike: rows of pods that are alike then
  /// are too. The script passes over it.
  private static func closed(_ entries: [ConnectionMatrix.Entry], at row: Int) -> [ConnectionMatrix.Entry] {
    guard let next = entries.firstIndex(where: { $0.column > row }), next > 0 else { return entries }
    let (before, after) = (entries[next - 1], entries[next])
    guard before.column == row - 1, after.column == row + 1, before.cell == after.cell else { return entries }
    var entries = entries
    entries.insert(ConnectionMatrix.Entry(column: row, cell: before.cell), at: next)
    return entries
  }

  /// A column, how many columns are alike from it on, their cell.
  private static func runs(_ entries: [ConnectionMatrix.Entry]) -> [Int] {
    var runs: [Int] = []
    for entry in entries {
      if let cell = runs.last, cell == entry.cell, runs[runs.count - 3] + runs[runs.count - 2] == entry.column {
        runs[runs.count - 2] += 1
      } else {
        runs += [entry.column, 1, entry.cell]
      }
    }
    return runs
  }

  private mutating func write(_ policy: PageWorld.Policy, to json: inout JSONWriter) {
    let (file, line) = (number(ofFile: policy.span), places.line(of: policy.span))
    json.array { json in
      json.value(DisplayText.escaped(policy.name))
      json.value(file)
      json.value(line)
    }
  }

  private mutating func write(_ rule: PageWorld.Rule, to json: inout JSONWriter) {
    let line = places.line(of: rule.span)
    var lines: [String] = []
    if room > 0 {
      lines = excerpts.lines(of: rule.span, atMost: PageData.mostLines, &places)
      room -= lines.reduce(0) { $0 + $1.utf8.count + 4 }
    }
    json.array { json in
      json.value(rule.policy)
      json.value(rule.type == .egress ? 1 : 0)
      json.value(DisplayText.escaped(rule.path))
      json.value(line)
      json.value(DisplayText.escaped(rule.ports))
      json.value(rule.matchesAll ? 1 : 0)
      json.numbers(rule.ends)
      json.value(DisplayText.escaped(rule.addresses))
      json.array { json in for line in lines { json.value(line) } }
    }
  }

  private mutating func number(ofFile span: SourceSpan) -> Int {
    let path = DisplayText.escaped(places.path(of: span))
    if let known = numbersOfFiles[path] { return known }
    numbersOfFiles[path] = files.count
    files.append(path)
    return files.count - 1
  }
}

extension JSONWriter {
  fileprivate mutating func numbers(_ numbers: [Int]) {
    array { json in for number in numbers { json.value(number) } }
  }
}

internal import Config
internal import Diagnostics
internal import Reporting
package import Traffic
package import Writing

/// What became of all declared flows, over all worlds.
package struct Verify: Sendable {
  package enum Format: String, CaseIterable, Sendable {
    case text, json, junit
  }

  private struct Entry: Sendable {
    let flow: Flow
    /// Empty when the flow holds.
    let failures: [FlowFailure]
    let proof: Sentence
    let references: [PolicyReference]

    var sentence: Sentence { failures.isEmpty ? proof : .joined(failures.map(\.sentence), by: "; and ") }
    var outcome: String {
      switch failures.first?.kind {
      case nil: "holds"
      case .blocked: "blocked"
      case .allowed: "allowed"
      case .unknown: "unknown"
      case .vacuous: "vacuous"
      }
    }
  }

  private let entries: [Entry]
  private let sources: SourceTable

  /// A flow must hold in every world in which all its ends are; in none of them, it proves nothing.
  package init(_ project: Project) {
    sources = project.sources
    let flows = project.configuration.flows
    var results = flows.map { _ in [FlowResult]() }
    for view in project.worlds {
      let judge = FlowJudge(view, of: flows)
      for (number, flow) in flows.enumerated() { results[number].append(judge.judge(flow)) }
    }
    entries = zip(flows, results).map { flow, results in
      let real = results.filter { !$0.isVacuous }
      let deciding = real.first { !$0.failures.isEmpty } ?? real.first ?? results.first
      return Entry(
        flow: flow, failures: deciding?.failures ?? [], proof: deciding?.proof ?? "",
        references: deciding.map { $0.references + $0.failures.flatMap(\.references) } ?? [])
    }
  }

  package var isEmpty: Bool { entries.isEmpty }
  package var failed: Int { entries.count { !$0.failures.isEmpty } }
  /// `19 flows: 11 hold, 8 do not`.
  package var summary: String {
    let held = entries.count - failed
    return "\(Summary.count(entries.count, "flow")): \(held) \(held == 1 ? "holds" : "hold"), "
      + "\(failed) \(failed == 1 ? "does" : "do") not"
  }

  package func write(_ format: Format, to out: inout ByteWriter) {
    switch format {
    case .text: writeText(to: &out)
    case .json: writeJSON(to: &out)
    case .junit: writeJUnit(to: &out)
    }
  }

  private func writeText(to out: inout ByteWriter) {
    var places = Places(sources)
    for entry in entries {
      let word = entry.failures.isEmpty ? "ok  " : "FAIL"
      out.append(DisplayText.escaped("\(word) \(entry.flow.name): \(places.text(entry.sentence))") + "\n")
    }
    out.append(summary + "\n")
  }

  private func writeJSON(to out: inout ByteWriter) {
    var places = Places(sources)
    out.json(lineDepth: 2) { json in
      json.object { json in
        json.member("schemaVersion", 1)
        json.object("summary") { json in
          json.member("flows", entries.count)
          json.member("failed", failed)
        }
        json.array("flows") { json in
          for entry in entries {
            json.object { json in
              json.member("name", entry.flow.name)
              json.member("expect", entry.flow.expect.rawValue)
              json.member("holds", entry.failures.isEmpty)
              json.member("outcome", entry.outcome)
              json.member("reason", places.text(entry.sentence))
              json.member("file", places.path(of: entry.flow.span))
              json.member("line", places.line(of: entry.flow.span))
              json.member("path", entry.flow.path)
              json.array("because") { json in
                for reference in entry.references { json.reference(reference, &places) }
              }
            }
          }
        }
      }
    }
  }

  /// A suite for each file of flows, a test case for each flow.
  private func writeJUnit(to out: inout ByteWriter) {
    var places = Places(sources)
    let ofFile = Dictionary(grouping: entries) { $0.flow.span.file }
    let suites = ofFile.sorted(by: { $0.key < $1.key }).map { file, entries in
      JUnit.Suite(
        name: sources[file].path,
        cases: entries.map { entry in
          if entry.failures.isEmpty { return JUnit.Case(name: entry.flow.name, outcome: .passed) }
          return JUnit.Case(
            name: entry.flow.name, outcome: .failed, message: places.text(entry.sentence), type: entry.outcome,
            details: ["\(places.path(of: entry.flow.span)):\(places.line(of: entry.flow.span))"])
        })
    }
    JUnit(suites).write(to: &out)
  }
}

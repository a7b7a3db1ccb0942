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

  let entries: [Entry]
  /// How many flows only other worlds have than the one that was chosen.
  private let elsewhere: Int
  let sources: SourceTable

  /// A flow must hold in every world in which all its ends are; in none of them, it proves nothing.
  /// Where a document cannot be read, a policy may be in it, and nothing that a flow forbids is proven.
  package init(_ project: Project) {
    sources = project.sources
    let outcomes = FlowOutcomes(project, unread: UnreadInput.documents(project)).all(in: project)
    entries = outcomes.filter { !$0.isElsewhere }.map { Entry($0, worlds: project.plans.count) }
    elsewhere = outcomes.count - entries.count
  }

  package var isEmpty: Bool { entries.isEmpty && elsewhere == 0 }
  package var failed: Int { entries.count { !$0.holds } }
  /// `19 flows: 11 hold, 8 do not`.
  package var summary: String {
    let held = entries.count - failed
    return "\(Summary.count(entries.count, "flow")): \(held) \(held == 1 ? "holds" : "hold"), "
      + "\(failed) \(failed == 1 ? "does" : "do") not"
      + (elsewhere > 0 ? " (\(Summary.count(elsewhere, "flow")) of other worlds left out)" : "")
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
      let word = entry.holds ? "ok  " : "FAIL"
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
              json.member("holds", entry.holds)
              json.member("outcome", entry.outcome)
              json.member("reason", places.text(entry.sentence))
              json.member("file", places.path(of: entry.flow.span))
              json.member("line", places.line(of: entry.flow.span))
              json.member("path", entry.flow.path)
              json.array("because") { json in
                for reference in entry.references { json.reference(reference, &places) }
              }
              if !entry.isEqualEverywhere { write(entry.groups, &places, &json) }
            }
          }
        }
      }
    }
  }

  /// The answer of each world that has all the ends.
  private func write(_ groups: [FlowAnswer], _ places: inout Places, _ json: inout JSONWriter) {
    json.array("worlds") { json in
      for (name, group) in groups.flatMap({ group in group.worlds.map { ($0, group) } }) {
        json.object { json in
          json.member("name", name)
          json.member("holds", group.holds)
          json.member("outcome", group.outcome)
          json.member("reason", places.text(group.sentence))
          json.array("because") { json in
            for reference in group.references { json.reference(reference, &places) }
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
          if entry.holds { return JUnit.Case(name: entry.flow.name, outcome: .passed) }
          return JUnit.Case(
            name: entry.flow.name, outcome: .failed, message: places.text(entry.sentence), type: entry.outcome,
            details: ["\(places.path(of: entry.flow.span)):\(places.line(of: entry.flow.span))"])
        })
    }
    JUnit(suites).write(to: &out)
  }
}

internal import Assembly
internal import Diagnostics
internal import Model
internal import Reporting
package import Traffic
package import Writing

/// What is applied together, and why: the worlds with their units, what keeps alternatives apart, what nobody applies
/// and what was not built.
package struct WorldsReport: Sendable {
  package enum Format: String, CaseIterable, Sendable {
    case text, json
  }

  private let assembly: Assembly
  private let sources: SourceTable

  package init(_ project: Project) {
    assembly = project.assembly
    sources = project.sources
  }

  /// Whether there is nothing to list.
  package var isEmpty: Bool { assembly.units.isEmpty }

  package func write(_ format: Format, to out: inout ByteWriter) {
    var places = Places(sources)
    switch format {
    case .text: writeText(&places, to: &out)
    case .json: out.json(lineDepth: 2) { json in write(to: &json, &places) }
    }
  }

  // MARK: What there is to say

  /// Something of a unit that its objects do not show.
  struct Gap {
    enum Kind: String {
      /// kustomize refuses the build.
      case refused
      /// A step is not modelled.
      case notModelled = "not-modelled"
      /// Objects are added that were not read.
      case notRead = "not-read"
    }

    let unit: Unit
    let kind: Kind
    let reason: String
    let span: SourceSpan
  }

  /// In order of the units.
  private var gaps: [Gap] {
    assembly.units.flatMap { unit in
      let refusal = unit.refusal.map { [Gap(unit: unit, kind: .refused, reason: $0.message, span: $0.span)] } ?? []
      return refusal + unit.gaps.map { Gap(unit: unit, kind: .notModelled, reason: $0.reason, span: $0.span) }
        + unit.additions.map { Gap(unit: unit, kind: .notRead, reason: $0.reason, span: $0.span) }
    }
  }

  private var notApplied: [(unit: Unit, reason: String)] {
    assembly.units.compactMap { unit in
      if case .notApplied(let cause) = unit.status { (unit, cause.text) } else { nil }
    }
  }

  /// The numbers of the units that all worlds have.
  private var common: Set<Int> {
    guard assembly.worlds.count > 1, let first = assembly.worlds.first else { return [] }
    return assembly.worlds.dropFirst().reduce(into: Set(first.units)) { $0.formIntersection($1.units) }
  }

  // MARK: Text

  private func writeText(_ places: inout Places, to out: inout ByteWriter) {
    let common = common
    if !common.isEmpty {
      out.append("in all \(assembly.worlds.count) worlds:\n")
      for number in common.sorted() { writeUnit(number, &places, to: &out) }
      out.newline()
    }
    for world in assembly.worlds {
      out.append("world \(DisplayText.escaped(world.name)):\n")
      for number in world.units where !common.contains(number) { writeUnit(number, &places, to: &out) }
      if world.units.isEmpty { out.append("  nothing is applied\n") }
      for (first, second) in world.unpaired {
        let names = [first, second].map { DisplayText.escaped(assembly.units[$0].name) }
        out.append("  not paired: nothing but their order brings \(names[0]) and \(names[1]) together\n")
      }
      out.newline()
    }
    writeConflicts(&places, to: &out)
    section("not applied", notApplied, to: &out) { entry in "\(label(entry.unit, &places)): \(entry.reason)" }
    section("not built", gaps, to: &out) { gap in
      let verb = gap.kind == .refused ? "the build fails: " : ""
      return "\(label(gap.unit)): \(verb)\(gap.reason) (\(placeText(gap.span, &places)))"
    }
    let worlds = Summary.count(assembly.worlds.count, "world")
    out.append("\(worlds), \(Summary.count(assembly.units.count, "unit")).\n")
  }

  private func writeUnit(_ number: Int, _ places: inout Places, to out: inout ByteWriter) {
    out.append(DisplayText.escaped("  \(label(assembly.units[number], &places))") + "\n")
  }

  private func writeConflicts(_ places: inout Places, to out: inout ByteWriter) {
    section("kept apart", assembly.conflicts, to: &out) { conflict in
      let ends = [(conflict.first, conflict.firstPlace), (conflict.second, conflict.secondPlace)].map { unit, span in
        "\(assembly.units[unit].name) (\(placeText(span, &places)))"
      }
      return "\(conflict.object) differs: \(ends[0]), \(ends[1])"
    }
  }

  /// A heading, and a line for each entry; nothing where there are none.
  private func section<Entry>(
    _ title: String, _ entries: [Entry], to out: inout ByteWriter, _ line: (Entry) -> String
  ) {
    if entries.isEmpty { return }
    out.append("\(title):\n")
    for entry in entries { out.append(DisplayText.escaped("  \(line(entry))") + "\n") }
    out.newline()
  }

  private func label(_ unit: Unit) -> String { "\(unit.kind.rawValue) \(unit.name)" }

  private func label(_ unit: Unit, _ places: inout Places) -> String {
    guard let place = unit.place else { return label(unit) }
    return "\(label(unit)) (\(placeText(place, &places)))"
  }

  private func placeText(_ span: SourceSpan, _ places: inout Places) -> String {
    "\(places.path(of: span)):\(places.line(of: span))"
  }

  // MARK: JSON

  private func write(to json: inout JSONWriter, _ places: inout Places) {
    json.object { json in
      json.member("schemaVersion", 1)
      json.withLines(to: 4) { json in
        json.array("worlds") { json in
          for world in assembly.worlds where !json.failed { write(world, to: &json, &places) }
        }
      }
      json.array("conflicts") { json in
        for conflict in assembly.conflicts {
          json.object { json in
            json.member("object", conflict.object)
            for (key, unit, span) in [
              ("first", conflict.first, conflict.firstPlace), ("second", conflict.second, conflict.secondPlace),
            ] {
              json.object(key) { json in
                json.member("unit", assembly.units[unit].name)
                json.place(span, &places)
              }
            }
          }
        }
      }
      json.array("notApplied") { json in
        for (unit, reason) in notApplied {
          json.object { json in
            json.unit(unit, &places)
            json.member("reason", reason)
          }
        }
      }
      json.array("notBuilt") { json in
        for gap in gaps {
          json.object { json in
            json.member("unit", gap.unit.name)
            json.member("kind", gap.kind.rawValue)
            json.member("reason", gap.reason)
            json.place(gap.span, &places)
          }
        }
      }
    }
  }

  private func write(_ world: WorldPlan, to json: inout JSONWriter, _ places: inout Places) {
    json.object { json in
      json.member("name", world.name)
      json.array("units") { json in
        for number in world.units {
          json.object { json in json.unit(assembly.units[number], &places) }
        }
      }
      json.array("unpaired") { json in
        for (first, second) in world.unpaired {
          json.array { json in
            json.value(assembly.units[first].name)
            json.value(assembly.units[second].name)
          }
        }
      }
    }
  }
}

extension JSONWriter {
  /// The members of a unit's object.
  fileprivate mutating func unit(_ unit: Unit, _ places: inout Places) {
    member("kind", unit.kind.rawValue)
    member("name", unit.name)
    member("cluster", unit.cluster)
    place(unit.place, &places)
  }

  /// Where something is written; `null` where nothing says it.
  fileprivate mutating func place(_ span: SourceSpan?, _ places: inout Places) {
    member("file", span.map { places.path(of: $0) })
    member("line", span.map { places.line(of: $0) })
  }
}

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
    switch format {
    case .text:
      out.append(text)
      out.newline()
    case .json:
      var places = Places(sources)
      out.json(lineDepth: 2) { json in write(to: &json, &places) }
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

  /// Sections with a blank line between them, without a line end behind the last line.
  package var text: SafeText {
    var places = Places(sources)
    let common = common
    var sections: [[SafeText]] = []
    if !common.isEmpty {
      let units = common.sorted().map { line(assembly.units[$0], &places) }
      sections.append(["in \(WorldNames.all(assembly.worlds.count)):"] + units)
    }
    for world in assembly.worlds {
      let own = world.units.filter { !common.contains($0) }.map { line(assembly.units[$0], &places) }
      let unpaired = world.unpaired.map { first, second -> SafeText in
        "  not paired: nothing but their order brings \(assembly.units[first].name) and \(assembly.units[second].name) together"
      }
      sections.append(["world \(world.name):"] + (world.units.isEmpty ? ["  nothing is applied"] : own) + unpaired)
    }
    let apart = assembly.conflicts.map { conflict -> SafeText in
      let first = text(of: conflict.firstPlace, &places)
      let second = text(of: conflict.secondPlace, &places)
      let names = [conflict.first, conflict.second].map { assembly.units[$0].name }
      return "  \(conflict.object) differs: \(names[0]) (\(first)), \(names[1]) (\(second))"
    }
    let left = notApplied.map { unit, reason -> SafeText in "\(line(unit, &places)): \(reason)" }
    let unbuilt = gaps.map { gap -> SafeText in
      let verb: SafeText = gap.kind == .refused ? "the build fails: " : ""
      return "  \(gap.unit.kind.rawValue) \(gap.unit.name): \(verb)\(gap.reason) (\(text(of: gap.span, &places)))"
    }
    let rest: [(SafeText, [SafeText])] = [("kept apart:", apart), ("not applied:", left), ("not built:", unbuilt)]
    sections += rest.filter { !$1.isEmpty }.map { [$0] + $1 }
    let worlds = Summary.count(assembly.worlds.count, "world")
    sections.append(["\(worlds), \(Summary.count(assembly.units.count, "unit"))."])
    return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private func line(_ unit: Unit, _ places: inout Places) -> SafeText {
    guard let place = unit.place else { return "  \(unit.kind.rawValue) \(unit.name)" }
    let owner: SafeText = unit.owner.map { "\($0) in " } ?? ""
    let note: SafeText = unit.isSuspended ? ", suspended" : ""
    return "  \(unit.kind.rawValue) \(unit.name) (\(owner)\(text(of: place, &places))\(note))"
  }

  private func text(of span: SourceSpan, _ places: inout Places) -> SafeText {
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
    member("placedBy", unit.owner)
    place(unit.place, &places)
  }

  /// Where something is written; `null` where nothing says it.
  fileprivate mutating func place(_ span: SourceSpan?, _ places: inout Places) {
    member("file", span.map { places.path(of: $0) })
    member("line", span.map { places.line(of: $0) })
  }
}

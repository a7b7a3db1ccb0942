package import Assembly
package import Diagnostics
internal import Model

/// A `--world` that names nothing.
package struct UnknownWorld: Error {
  package let message: String

  /// - Parameter known: the names that there are.
  package init(_ name: String, among known: [String]) {
    let hint = Suggestion.hint(for: name, among: known)
    let ways = hint.isEmpty ? "; `netpol-lint worlds` lists them" : hint
    message = "no world is called `\(name)`\(ways)"
  }
}

extension Project {
  /// Whether one of several worlds is chosen.
  package var isPartial: Bool { plans.count < assembly.worlds.count }

  /// The worlds that are not asked about: what is only there is no mistake of a question.
  var otherWorlds: some Sequence<WorldView> {
    let names = Set(plans.map(\.name))
    return views(of: assembly.worlds.filter { !names.contains($0.name) })
  }

  /// The run as if only one of its worlds were there; the whole of it for `nil`.
  ///
  /// Faults of files that only other worlds use are left out, those of files that no unit could take stay.
  package func choosing(world name: String?) throws(UnknownWorld) -> Project {
    guard let name else { return self }
    let chosen = assembly.worlds.filter { $0.name == name }
    guard !chosen.isEmpty else { throw UnknownWorld(name, among: assembly.worlds.map(\.name)) }
    var result = self
    result.plans = chosen
    if result.isPartial {
      let users = UsersOfFiles(assembly)
      let units = Set(chosen.flatMap(\.units))
      result.problems = problems.filter { problem in
        let own = users.units(of: problem.span.file)
        return own.isEmpty || !own.isDisjoint(with: units)
      }
    }
    return result
  }
}

/// Which units take something of which file.
package struct UsersOfFiles: Sendable {
  private var unitsOfFile: [FileID: Set<Int>] = [:]

  package init(_ assembly: Assembly) {
    for (number, unit) in assembly.units.enumerated() {
      for object in unit.objects { add(number, object.manifest.meta.document.file) }
      for span in [unit.place, unit.refusal?.span] { if let span { add(number, span.file) } }
      for gap in unit.gaps { add(number, gap.span.file) }
    }
  }

  private mutating func add(_ unit: Int, _ file: FileID) { unitsOfFile[file, default: []].insert(unit) }

  /// Numbers of units.
  package func units(of file: FileID) -> Set<Int> { unitsOfFile[file] ?? [] }
}

/// What stands in one field of a table or beside one fact.
package enum EvidenceCell: Hashable, Sendable {
  case text(String)
  case number(Int)
  case list([String])
  /// Nothing is known or said: `null`.
  case none

  init(_ text: String?) { self = text.map { .text($0) } ?? .none }
}

/// A column, with its key for programs and its title for people.
package struct EvidenceColumn: Hashable, Sendable {
  package let key: String
  package let title: String

  init(_ key: String, _ title: String) {
    self.key = key
    self.title = title
  }
}

/// Rows of one kind.
package struct EvidenceTable: Sendable {
  package let key: String
  package let title: String
  package let columns: [EvidenceColumn]
  package let rows: [[EvidenceCell]]
  /// What is said where there are no rows.
  package let whenEmpty: String
  /// Whether the last column names worlds and there is more than one: people are shown it only then.
  package let showsWorlds: Bool
}

/// A value beside its name.
package struct EvidenceFact: Sendable {
  package let key: String
  package let title: String
  package let cell: EvidenceCell

  init(_ key: String, _ title: String, _ cell: EvidenceCell) {
    self.key = key
    self.title = title
    self.cell = cell
  }
}

/// A part of the report: sentences, facts, tables, and parts of its own. Every format writes all of them alike.
package struct EvidenceSection: Sendable {
  package let key: String
  package let title: String
  package var paragraphs: [String] = []
  package var facts: [EvidenceFact] = []
  package var tables: [EvidenceTable] = []
  /// Parts that stand alone, such as one for each paragraph of the regulation.
  package var parts: [EvidenceSection] = []

  init(_ key: String, _ title: String) {
    self.key = key
    self.title = title
  }
}

/// Collects the rows of a table from several worlds: what is equal in some of them is one row that names them.
struct TableBuilder {
  private let key: String
  private let title: String
  private let columns: [EvidenceColumn]
  private let whenEmpty: String
  private var order: [[EvidenceCell]] = []
  private var worlds: [[EvidenceCell]: [String]] = [:]

  /// - Parameter columns: keys and titles; one for the worlds comes last.
  init(_ key: String, _ title: String, _ columns: [(String, String)], whenEmpty: String) {
    self.key = key
    self.title = title
    self.columns = columns.map { EvidenceColumn($0.0, $0.1) }
    self.whenEmpty = whenEmpty
  }

  /// - Parameter world: `nil` for what belongs to no world.
  mutating func add(_ row: [EvidenceCell], in world: String?) {
    precondition(row.count == columns.count, "\(key) has another number of columns")
    if worlds[row] == nil { order.append(row) }
    worlds[row, default: []] += world.map { [$0] } ?? []
  }

  var isEmpty: Bool { order.isEmpty }

  /// - Parameters:
  ///   - all: the names of all worlds.
  ///   - lookedAt: for a table about ePHI, whether no rows mean that there is nothing.
  func table(_ all: [String], _ lookedAt: LookedAt? = nil) -> EvidenceTable {
    let rows = order.map { row -> [EvidenceCell] in
      var names: [String] = []
      for name in worlds[row] ?? [] where !names.contains(name) { names.append(name) }
      return row + [.list(names)]
    }
    return EvidenceTable(
      key: key, title: title, columns: columns + [EvidenceColumn("worlds", "Worlds")], rows: rows,
      whenEmpty: lookedAt?.nothing(whenEmpty) ?? whenEmpty, showsWorlds: all.count > 1)
  }
}

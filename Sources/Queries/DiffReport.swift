package import Diagnostics
internal import Engine
internal import Model
internal import Reporting
package import Writing

/// `diff --format`.
package enum DiffFormat: String, CaseIterable, Sendable {
  case text, json, markdown
}

/// What a change newly allows and newly blocks, in one of the formats: what all worlds have in common, then what each
/// has besides, under its name.
package struct DiffReport: Sendable {
  let diff: Diff
  let old: SourceTable
  let new: SourceTable
  /// Sentences on what cannot be told.
  private let notes: [SafeText]
  /// What was not read of either side and may be a policy: there may be more changes than are known.
  package var unread: [Unread] = []
  /// What somebody else has to say of the change, in each format.
  package var addition: DiffAddition?
  /// How many connections there are of each change, by world; set by `write`.
  var countsOfShares: [ConnectionShare: [DiffChange: Int]] = [:]
  var tables: [DiffChange: ConnectionTable<DiffConnections>] = [:]

  /// What a comment and JSON say of findings; nothing when `nil`.
  package var findings: DiffFindings?
  /// The workloads that hold ePHI, on either side.
  let ephi: Set<ConnectionNode>
  /// How many connections of pods that no manifest shows change; set by `write`.
  package private(set) var otherPods: [DiffChange: Int] = [:]

  /// Something that was not read.
  package struct Unread: Sendable {
    package let isOld: Bool
    package let place: String
    package let reason: String

    package init(isOld: Bool, place: String, reason: String) {
      self.isOld = isOld
      self.place = place
      self.reason = reason
    }
  }

  package init(_ diff: Diff, old: SourceTable, new: SourceTable, notes: [SafeText]) {
    self.diff = diff
    self.old = old
    self.new = new
    self.notes = notes
    ephi = (diff.old + diff.new).reduce(into: []) { $0.formUnion(DataZones.ephi($1)) }
  }

  /// How many connections there are of each change; changes without any are left out.
  package var counts: [DiffChange: Int] {
    countsOfShares.values.reduce(into: [:]) { $0.merge($1) { $0 + $1 } }
  }

  /// Writes the report and counts the changes; the formats for people end with the summary.
  package mutating func write(_ format: DiffFormat, to out: inout ByteWriter) {
    (countsOfShares, otherPods) = ([:], [:])
    for change in DiffChange.allCases { tables[change] = diff.table(change) }
    switch format {
    case .text: writeText(to: &out)
    case .json: writeJSON(to: &out)
    case .markdown: writeMarkdown(to: &out)
    }
  }

  var shares: [ConnectionShare] { tables[.added]?.shares ?? [.common] }

  func name(of share: ConnectionShare) -> SafeText? {
    tables[.added]?.name(of: share).map(SafeText.init(escaping:))
  }

  /// Sentences, one a line, without a line end behind the last one.
  package var summary: SafeText { summaryLines.joined(separator: "\n") }

  private var summaryLines: [SafeText] {
    verdictLines + [otherPodsLine].compactMap(\.self) + summaryNotes + [ConnectivitySummary.limits]
  }

  /// What is not certain, or was not read.
  var summaryNotes: [SafeText] { unpaired + notes }

  /// How much changes, for all worlds and for each.
  var verdictLines: [SafeText] {
    let hasWorlds = diff.pairs.count > 1
    let place: SafeText = hasWorlds ? " in \(WorldNames.all(diff.pairs.count))" : ""
    var lines = [sentence(countsOfShares[.common], place)]
    if !hasWorlds, !otherPods.isEmpty, counts.isEmpty { lines = ["No connection between known ends changes\(limit)."] }
    if hasWorlds {
      for share in shares {
        guard let name = name(of: share), let counts = countsOfShares[share] else { continue }
        lines.append(sentence(counts, " in \(name)"))
      }
    }
    return lines
  }

  mutating func addOtherPods(_ count: Int, _ change: DiffChange) { otherPods[change, default: 0] += count }

  /// What changes for pods that no manifest shows; `nil` for nothing.
  var otherPodsLine: SafeText? {
    let (added, removed) = (otherPods[.added] ?? 0, otherPods[.removed] ?? 0)
    let undecided = DiffReport.undecided(otherPods)
    if otherPods.isEmpty { return nil }
    return
      "For pods that no manifest shows (one without labels): \(added) newly allowed, \(removed) newly blocked\(undecided)."
  }

  private func sentence(_ counts: [DiffChange: Int]?, _ place: SafeText) -> SafeText {
    let (added, removed) = (counts?[.added] ?? 0, counts?[.removed] ?? 0)
    let undecided = DiffReport.undecided(counts ?? [:])
    if added + removed > 0 {
      return "\(Summary.count(added, "connection")) added, \(removed) removed\(place)\(undecided)."
    }
    let alike: SafeText = place == "" ? "" : " alike\(place)"
    let certainly: SafeText = undecided == "" ? limit : " for certain"
    return "No connection changes\(alike)\(certainly)\(undecided)."
  }

  /// What a sentence that nothing changes is limited to.
  private var limit: SafeText { unread.isEmpty ? "" : " in what was read" }

  /// How many were blocked and may be allowed now, and how many may have been allowed and are blocked now; nothing where
  /// there are none.
  private static func undecided(_ counts: [DiffChange: Int]) -> SafeText {
    var text: SafeText = ""
    if let count = counts[.undecided], count > 0 {
      text =
        count == 1
        ? "; 1 that was blocked cannot be told any more" : "; \(count) that were blocked cannot be told any more"
    }
    guard let count = counts[.possiblyRemoved], count > 0 else { return text }
    let verb: SafeText = count == 1 ? "is" : "are"
    return "\(text); \(count) of which nobody could tell \(verb) blocked now"
  }

  /// Worlds that only one side has.
  private var unpaired: [SafeText] {
    [("OLD", diff.unpaired.old), ("NEW", diff.unpaired.new)].compactMap { side, names in
      if names.isEmpty { return nil }
      let list = names.map(SafeText.init(escaping:)).joined(separator: ", ")
      let (noun, verb) = names.count == 1 ? ("world", "is") : ("worlds", "are")
      return "Not paired: \(side) alone has the \(noun) \(list), which \(verb) compared with nothing."
    }
  }

  private mutating func writeJSON(to out: inout ByteWriter) {
    let shares = shares
    var tables = tables
    var counts: [ConnectionShare: [DiffChange: Int]] = [:]
    var others: [DiffChange: Int] = [:]
    var fragments = tables.mapValues { ConnectionFragments.json($0.nodes) }
    let asksOtherPods = tables.values.contains { $0.nodes.contains(where: \.isOtherPods) }
    func holds(_ change: DiffChange, _ share: ConnectionShare, _ kind: OtherPodFilter.Kind) -> Bool {
      var filter = OtherPodFilter(tables[change]?.nodes ?? [])
      var isHeld = false
      tables[change]?.walk(share) { entry, _ in
        isHeld = filter.kind(of: entry.connection) == kind
        return !isHeld
      }
      return isHeld
    }
    func write(_ share: ConnectionShare, _ kind: OtherPodFilter.Kind, _ json: inout JSONWriter) {
      for change in DiffChange.allCases {
        // Readers of this format know of three lists that are always there.
        if change == .possiblyRemoved, !holds(change, share, kind) { continue }
        var filter = OtherPodFilter(tables[change]?.nodes ?? [])
        json.array(change.rawValue) { json in
          tables[change]?.walk(share) { entry, portSets in
            guard filter.kind(of: entry.connection) == kind else { return true }
            fragments[change]?.write(entry.connection, portSets, to: &json)
            if kind == .ofOtherPods {
              others[change, default: 0] += 1
            } else {
              counts[share, default: [:]][change, default: 0] += 1
            }
            return !json.failed
          }
        }
      }
    }
    func write(_ share: ConnectionShare, _ json: inout JSONWriter) {
      write(share, .ofKnownEnds, &json)
      if asksOtherPods { json.object("otherPods") { write(share, .ofOtherPods, &$0) } }
    }
    let (addition, findings) = (addition, findings)
    let names = diff.pairs.map(\.name)
    out.json(lineDepth: 2) { json in
      json.object { json in
        write(.common, &json)
        json.worlds(shares.dropFirst(), names) { write($0, &$1) }
        addition?.json(&json)
        findings?.write(to: &json)
        writeRest(&json)
      }
    }
    (countsOfShares, otherPods) = (counts, others)
  }

  /// What is not compared in full.
  private func writeRest(_ json: inout JSONWriter) {
    let unpaired = diff.unpaired
    if !unpaired.old.isEmpty || !unpaired.new.isEmpty {
      json.object("unpaired") { json in
        json.member("old", unpaired.old)
        json.member("new", unpaired.new)
      }
    }
    if unread.isEmpty { return }
    json.array("unread") { json in
      for input in unread {
        json.object { json in
          json.member("side", input.isOld ? "old" : "new")
          json.member("place", input.place)
          json.member("reason", input.reason)
        }
      }
    }
  }

  private mutating func writeText(to out: inout ByteWriter) {
    var others = DiffOtherPods()
    for share in shares {
      var indent = ""
      let name = name(of: share)
      for change in DiffChange.allCases {
        forEach(share, change, &others, &out) { connection, ports, nodes, reasons, isFirst, out in
          if isFirst, let name, indent.isEmpty {
            out.append("world \(name):\n" as SafeText)
            indent = "  "
          }
          out.append("\(indent)\(change.mark) ")
          out.append("\(DiffReport.text(connection, nodes)): \(ConnectionText.ports(ports))\n")
          for reason in reasons { out.append("\(indent)    \(reason)\n") }
        }
      }
      if countsOfShares[share] != nil { out.newline() }
    }
    others.write(to: &out)
    otherPods = others.counts
    for line in addition?.lines ?? [] { out.append("\(line)\n" as SafeText) }
    out.append(summary)
    out.newline()
  }

  private static func text(_ connection: Connection, _ nodes: [ConnectionNode]) -> String {
    "\(ConnectionText.end(connection.source, nodes)) -> \(ConnectionText.end(connection.destination, nodes))"
  }

  /// Walks over the connections of a change, each with its reasons and whether it is the first, and counts them; those of
  /// other pods go to `others`.
  private mutating func forEach(
    _ share: ConnectionShare, _ change: DiffChange, _ others: inout DiffOtherPods, _ out: inout ByteWriter,
    _ body: (Connection, PortSet, [ConnectionNode], [String], Bool, inout ByteWriter) -> Void
  ) {
    guard !out.failed, var table = tables.removeValue(forKey: change) else { return }
    defer { tables[change] = table }
    let nodes = table.nodes
    var reasons = DiffReasons(diff, change, old: Places(old), new: Places(new))
    var count = 0
    var filter = OtherPodFilter(nodes)
    let world = name(of: share).map { " in \($0.text)" } ?? ""
    table.walk(share) { entry, portSets in
      let ports = portSets[entry.connection.ports]
      let kind = filter.kind(of: entry.connection)
      if kind == .untold { return true }
      if kind == .ofOtherPods {
        others.add(change, "\(DiffReport.text(entry.connection, nodes)): \(ConnectionText.ports(ports))\(world)") {
          reasons.lines(entry.connection, ports, list: entry.list, nodes)
        }
        return true
      }
      let lines = reasons.lines(entry.connection, ports, list: entry.list, nodes)
      body(entry.connection, ports, nodes, lines, count == 0, &out)
      count += 1
      return !out.failed
    }
    if count > 0 { countsOfShares[share, default: [:]][change] = count }
  }
}

/// A part of a diff that is worked out elsewhere.
package struct DiffAddition: Sendable {
  /// For the text format, each without its end.
  let lines: [SafeText]
  /// Escaped already, with a blank line at its end.
  let markdown: String
  /// Members of the object.
  let json: @Sendable (inout JSONWriter) -> Void

  package init(lines: [SafeText], markdown: String, json: @escaping @Sendable (inout JSONWriter) -> Void) {
    self.lines = lines
    self.markdown = markdown
    self.json = json
  }
}

extension DiffChange {
  /// What a line of the text begins with.
  fileprivate var mark: String {
    switch self {
    case .added: "+"
    case .removed: "-"
    case .undecided: "?"
    case .possiblyRemoved: "-?"
    }
  }
}

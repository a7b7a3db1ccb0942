package import Writing

/// A comparison beside others: what `diff` says of it.
extension EvidenceComparison {
  /// Lines of text, each without its end; the last one is empty.
  package var lines: [SafeText] {
    let note: [SafeText] = incomplete.map { ["ePHI: \($0)."] } ?? []
    if isEmpty { return (note.isEmpty ? ["ePHI: nothing changes."] : note) + [""] }
    var lines: [SafeText] = note + ["ePHI:"]
    for kind in Kind.allCases {
      for (change, names) in changes where change.kind == kind {
        let place: SafeText =
          worlds.count > 1 ? " (in \(names.map(SafeText.init(escaping:)).joined(separator: ", ")))" : ""
        lines.append("  \(kind.mark) \(change.sentence)\(place)")
        for rule in change.rules { lines.append("      by \(rule)") }
      }
    }
    return lines + [""]
  }

  /// For a comment: a heading and a table, with a blank line at the end.
  package var markdown: String {
    let note = incomplete.map { "**ePHI**: \(Markdown.escaped($0)).\n\n" } ?? ""
    if isEmpty { return note.isEmpty ? "**ePHI**: nothing changes.\n\n" : note }
    var text = note + "**ePHI**\n\n| What | Change | By |\n|---|---|---|\n"
    for (change, names) in changes {
      let place = worlds.count > 1 ? " (in \(names.joined(separator: ", ")))" : ""
      let by = change.rules.map(Markdown.escaped).joined(separator: "<br>")
      text += "| \(change.kind.title) | \(Markdown.escaped(change.sentence + place)) | \(by) |\n"
    }
    return text + "\n"
  }

  /// A member `ephi`, with a list for each kind of change.
  package func write(to json: inout JSONWriter) {
    json.object("ephi") { json in
      if let incomplete { json.member("incomplete", incomplete) }
      for kind in Kind.allCases {
        json.array(kind.key) { json in
          for (change, names) in changes where change.kind == kind {
            json.object { json in
              json.member("change", change.sentence)
              json.member("rules", change.rules)
              json.member("worlds", names)
            }
          }
        }
      }
    }
  }
}

extension EvidenceComparison.Kind {
  /// The key in JSON.
  var key: String {
    switch self {
    case .newClient: "newClients"
    case .newEgress: "newEgress"
    case .lostIsolation: "lostIsolation"
    case .outOfZone: "outOfZone"
    case .closed: "closed"
    }
  }

  fileprivate var mark: SafeText { [.closed, .outOfZone].contains(self) ? "-" : "+" }
}

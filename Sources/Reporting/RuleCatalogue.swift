package import Diagnostics
package import Writing

/// The rules as a list: what `rules` prints.
package enum RuleCatalogue {
  package enum Format: String, CaseIterable, Sendable {
    case text, json, markdown
  }

  /// A rule, the profiles that it runs with, and the address of its page, if it has one.
  package struct Entry: Sendable {
    let info: RuleInfo
    let profiles: [String]
    let page: String?

    package init(_ info: RuleInfo, profiles: [String], page: String?) {
      (self.info, self.profiles, self.page) = (info, profiles, page)
    }
  }

  package static func write(_ entries: [Entry], as format: Format, to out: inout ByteWriter) {
    switch format {
    case .text: for entry in entries { out.append(line(entry)) }
    case .json: json(entries, to: &out)
    case .markdown: markdown(entries, to: &out)
    }
  }

  private static func line(_ entry: Entry) -> String {
    let info = entry.info
    let words = [
      info.severity.rawValue.padding(to: 8), profile(entry).padding(to: 12), fixes(info).padding(to: 11),
      info.name.padding(to: 38), info.summary,
    ]
    return "\(info.id)  " + words.joined(separator: " ") + "\n"
  }

  /// The first profile that it runs with: each one holds the rules of those before it.
  private static func profile(_ entry: Entry) -> String { entry.profiles.first ?? "-" }

  private static func fixes(_ info: RuleInfo) -> String {
    info.fix.map { $0.safeties.map(\.rawValue).joined(separator: "/") } ?? "-"
  }

  private static func markdown(_ entries: [Entry], to out: inout ByteWriter) {
    for group in RuleGroup.allCases {
      let rules = entries.filter { $0.info.group == group }
      if rules.isEmpty { continue }
      out.append(
        "## \(group.title)\n\n| rule | name | severity | profile | fix | reports |\n|---|---|---|---|---|---|\n")
      for entry in rules {
        let info = entry.info
        let fix = info.fix == nil ? "" : fixes(info)
        let summary = info.summary.replacing("|", with: "\\|")
        out.append(
          "| \(info.id) | \(info.name) | \(info.severity.rawValue) | \(profile(entry)) | \(fix) | \(summary) |\n")
      }
      out.newline()
    }
  }

  private static func json(_ entries: [Entry], to out: inout ByteWriter) {
    out.json(lineDepth: 2) { json in
      json.object { json in
        json.member("schemaVersion", 1)
        json.array("rules") { json in
          for entry in entries { json.object { members(entry, &$0) } }
        }
      }
    }
  }

  private static func members(_ entry: Entry, _ json: inout JSONWriter) {
    let info = entry.info
    json.member("id", info.id.description)
    json.member("name", info.name)
    json.member("severity", info.severity.rawValue)
    json.member("severities", info.severities.map(\.rawValue))
    json.member("group", info.group.name)
    json.member("profiles", entry.profiles)
    json.member("since", info.since)
    json.member("aliases", info.aliases)
    json.member("summary", info.summary)
    json.member("rationale", info.rationale)
    json.member("remedy", info.remedy)
    json.member("citations", info.citations.map(\.paragraph))
    json.key("fix")
    if let fix = info.fix {
      json.object { json in
        json.member("always", fix.isAlways)
        json.member("safeties", fix.safeties.map(\.rawValue))
      }
    } else {
      json.null()
    }
    json.array("options") { json in
      for option in info.options {
        json.object { json in
          json.member("name", option.name)
          json.member("default", option.standard)
          json.member("summary", option.summary)
        }
      }
    }
    json.member("url", entry.page)
    json.member("followsFrom", info.followsFrom.map(\.description))
    json.member("bad", info.bad.text)
    json.member("good", info.good.text)
  }
}

extension String {
  /// The text with blanks behind it, up to a width.
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

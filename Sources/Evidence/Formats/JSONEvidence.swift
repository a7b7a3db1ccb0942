internal import Facts
internal import Writing

/// JSON for programs, and for the comparison with a later report (schemas/evidence-v1.json).
enum JSONEvidence {
  static func write(_ report: EvidenceReport, to out: inout ByteWriter) {
    out.json(lineDepth: 3) { json in
      json.object { json in
        json.member("schemaVersion", 1)
        json.member("report", "evidence")
        json.object("framework") { json in
          json.member("id", report.catalogue.id)
          json.member("title", report.catalogue.title)
          json.member("regulation", report.catalogue.regulation)
          json.member("sha256", report.catalogueDigest)
        }
        json.object("tool") { json in
          json.member("name", "netpol-lint")
          json.member("version", report.toolVersion)
        }
        json.member("date", report.today)
        json.member("state", report.state)
        for section in report.sections {
          json.object(section.key) { members(of: section, &$0) }
        }
      }
    }
  }

  private static func members(of section: EvidenceSection, _ json: inout JSONWriter) {
    json.member("title", section.title)
    if !section.paragraphs.isEmpty { json.member("notes", section.paragraphs) }
    for fact in section.facts {
      json.key(fact.key == "title" ? "officialTitle" : fact.key)
      write(fact.cell, &json)
    }
    for table in section.tables {
      json.array(table.key) { json in
        for row in table.rows {
          json.object { json in
            for (column, cell) in zip(table.columns, row) {
              json.key(column.key)
              write(cell, &json)
            }
          }
        }
      }
    }
    if section.parts.isEmpty { return }
    json.array("parts") { json in
      for part in section.parts { json.object { members(of: part, &$0) } }
    }
  }

  private static func write(_ cell: EvidenceCell, _ json: inout JSONWriter) {
    switch cell {
    case .text(let text): json.value(text)
    case .number(let number): json.value(number)
    case .none: json.null()
    case .list(let texts):
      json.array { json in
        for text in texts { json.value(text) }
      }
    }
  }
}

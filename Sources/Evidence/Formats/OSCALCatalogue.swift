package import Facts
internal import Reporting
package import Writing

/// The framework as an OSCAL catalogue, which assessment results refer to: generated from `rules/`, and shipped.
package enum OSCALCatalogue {
  /// The name of the shipped file.
  package static func fileName(_ catalogue: EvidenceCatalogue) -> String { "\(catalogue.id)-oscal-catalog.json" }

  package static func write(_ catalogue: EvidenceCatalogue, to out: inout ByteWriter) {
    let identity = OSCALIdentity(catalogue.id + catalogue.textAsOf)
    out.json(lineDepth: 4) { json in
      json.object { json in
        json.object("catalog") { json in
          json.member("uuid", identity.uuid("catalog"))
          json.object("metadata") { json in
            json.member("title", "\(catalogue.title) (\(catalogue.regulation)): paragraphs with their official titles")
            json.member("last-modified", "2026-11-24T00:00:00Z")
            json.member("version", "1")
            json.member("oscal-version", OSCALIdentity.version)
            json.member("remarks", catalogue.disclaimer)
          }
          json.array("controls") { json in
            for entry in catalogue.entries { write(entry, catalogue, &json) }
          }
        }
      }
    }
  }

  private static func write(
    _ entry: EvidenceCatalogue.Entry, _ catalogue: EvidenceCatalogue, _ json: inout JSONWriter
  ) {
    let id = OSCALIdentity.control(entry.paragraph, catalogue)
    json.object { json in
      json.member("id", id)
      json.member("title", entry.title)
      json.array("props") { json in
        json.property("label", catalogue.prefix + entry.paragraph, ownNamespace: false)
        json.property("type", entry.type)
        json.property("requirement", entry.requirement)
        json.property("support", entry.support.rawValue)
      }
      json.array("parts") { json in
        json.object { json in
          json.member("id", id + "_overview")
          json.member("name", "overview")
          json.member("prose", "In other words: \(entry.paraphrase)")
        }
      }
    }
  }

  /// The hash of the shipped file.
  static func digest(_ catalogue: EvidenceCatalogue) -> String {
    var out = ByteWriter()
    write(catalogue, to: &out)
    return SHA256.hexDigits(64, of: out.bytes)
  }
}

extension JSONWriter {
  /// A prop, in our own namespace unless the standard knows it.
  mutating func property(_ name: String, _ value: String, ownNamespace: Bool = true) {
    object { json in
      json.member("name", name)
      if ownNamespace { json.member("ns", OSCALIdentity.namespace) }
      json.member("value", OSCALIdentity.value(value))
    }
  }
}

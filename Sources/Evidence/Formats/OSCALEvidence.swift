internal import Facts
internal import Writing

/// OSCAL assessment results: observations alone, each made by examining manifests. There are no findings: their status
/// knows only two words, and neither is for a tool to say.
enum OSCALEvidence {
  static func write(_ report: EvidenceReport, to out: inout ByteWriter) {
    let identity = OSCALIdentity(report)
    out.json(lineDepth: 6) { json in
      json.object { json in
        json.object("assessment-results") { json in
          json.member("uuid", identity.uuid("assessment-results"))
          json.object("metadata") { metadata(report, &$0) }
          json.object("import-ap") { $0.member("href", "#\(identity.uuid("plan"))") }
          json.array("results") { json in json.object { result(report, identity, &$0) } }
          json.object("back-matter") { backMatter(report, identity, &$0) }
        }
      }
    }
  }

  private static func metadata(_ report: EvidenceReport, _ json: inout JSONWriter) {
    json.member("title", report.title)
    json.member("last-modified", "\(report.today)T00:00:00Z")
    json.member("version", report.today)
    json.member("oscal-version", OSCALIdentity.version)
    json.array("props") { json in
      json.property("state", report.state)
      json.property("catalogue-sha256", report.catalogueDigest)
    }
    json.member("remarks", report.catalogue.disclaimer)
  }

  /// The paragraphs for which a check ran, with these checks.
  private static func ran(_ report: EvidenceReport) -> [(citation: CitationResult, checks: [CheckResult])] {
    report.citations.compactMap { citation in
      if citation.result == .notApplicable { return nil }
      let checks = citation.checks.filter { [.pass, .fail, .undecided].contains($0.result) }
      return checks.isEmpty ? nil : (citation, checks)
    }
  }

  private static func result(_ report: EvidenceReport, _ identity: OSCALIdentity, _ json: inout JSONWriter) {
    let ran = ran(report)
    json.member("uuid", identity.uuid("result"))
    json.member("title", report.title)
    json.member(
      "description",
      "\(report.state) Manifests were read and a model of them was asked; no packet was sent. What is listed is evidence for a "
        + "part of a paragraph at most.")
    json.member("start", "\(report.today)T00:00:00Z")
    json.object("local-definitions") { localDefinitions(report, identity, &$0) }
    json.object("reviewed-controls") { json in
      json.array("links") { json in
        json.object { json in
          json.member("href", "#\(identity.uuid("catalogue"))")
          json.member("rel", "catalog")
        }
      }
      json.array("control-selections") { json in
        json.object { json in
          if ran.isEmpty {
            json.member("description", "No check ran.")
          } else {
            json.array("include-controls") { json in
              for (citation, _) in ran {
                json.object {
                  $0.member("control-id", OSCALIdentity.control(citation.entry.paragraph, report.catalogue))
                }
              }
            }
          }
        }
      }
    }
    attestations(report, &json)
    if ran.isEmpty { return }
    json.array("observations") { json in
      for (citation, checks) in ran {
        for check in checks { json.object { observation(check, for: citation, report, identity, &$0) } }
      }
    }
  }

  private static func localDefinitions(
    _ report: EvidenceReport, _ identity: OSCALIdentity, _ json: inout JSONWriter
  ) {
    if !report.subjects.isEmpty {
      json.array("inventory-items") { json in
        for subject in report.subjects {
          json.object { json in
            json.member("uuid", identity.uuid(of: subject))
            json.member("description", subject.name)
            json.array("props") { json in
              json.property("kind", subject.kind)
              json.property("place", subject.place)
            }
          }
        }
      }
    }
    json.object("assessment-assets") { json in
      json.array("components") { json in
        json.object { json in
          json.member("uuid", identity.uuid("tool"))
          json.member("type", "software")
          json.member("title", "netpol-lint")
          json.member("description", "A static linter of Kubernetes NetworkPolicy manifests.")
          json.array("props") { $0.property("version", report.toolVersion, ownNamespace: false) }
          json.object("status") { $0.member("state", "operational") }
        }
      }
      json.array("assessment-platforms") { json in
        json.object { json in
          json.member("uuid", identity.uuid("platform"))
          json.member("title", "netpol-lint on files")
          json.array("uses-components") { json in
            json.object { $0.member("component-uuid", identity.uuid("tool")) }
          }
        }
      }
    }
  }

  private static func attestations(_ report: EvidenceReport, _ json: inout JSONWriter) {
    if report.attestations.isEmpty { return }
    json.array("attestations") { json in
      for attestation in report.attestations {
        json.object { json in
          json.array("parts") { json in
            json.object { json in
              json.member("name", "attestation")
              json.member("ns", OSCALIdentity.namespace)
              json.member("title", attestation.component)
              json.member("prose", "The config says of \(attestation.component): \(attestation.statement).")
            }
          }
        }
      }
    }
  }

  private static func observation(
    _ check: CheckResult, for citation: CitationResult, _ report: EvidenceReport, _ identity: OSCALIdentity,
    _ json: inout JSONWriter
  ) {
    let paragraph = report.catalogue.prefix + citation.entry.paragraph
    json.member("uuid", identity.uuid("observation \(citation.entry.paragraph) \(check.check.id)"))
    json.member("title", "\(paragraph): \(check.check.id)")
    json.member("description", check.observations.joined(separator: "\n\n"))
    json.array("props") { json in
      json.property("result", check.result.rawValue)
      json.property("check", check.check.id)
      json.property("citation", paragraph)
      json.property("support", citation.entry.support.rawValue)
      json.property("limit", check.check.limit)
    }
    json.member("methods", ["EXAMINE"])
    json.array("origins") { json in
      json.object { json in
        json.array("actors") { json in
          json.object { json in
            json.member("type", "tool")
            json.member("actor-uuid", identity.uuid("tool"))
          }
        }
      }
    }
    if !check.subjects.isEmpty {
      json.array("subjects") { json in
        for subject in check.subjects {
          json.object { json in
            json.member("subject-uuid", identity.uuid(of: subject))
            json.member("type", "inventory-item")
          }
        }
      }
    }
    let files = evidenceFiles(check, report)
    if !files.isEmpty {
      json.array("relevant-evidence") { json in
        for file in files {
          json.object { json in
            json.member("href", "#\(identity.uuid("file \(file.path)"))")
            json.member("description", OSCALIdentity.value(file.path))
          }
        }
      }
    }
    json.member("collected", "\(report.today)T00:00:00Z")
    if check.check.id == "review-date-fresh", let next = report.nextReview {
      json.member("expires", "\(next)T00:00:00Z")
    }
  }

  /// The files in which the subjects stand.
  private static func evidenceFiles(_ check: CheckResult, _ report: EvidenceReport) -> [EvidenceInput] {
    let places = Set(check.subjects.map { $0.place[..<($0.place.lastIndex(of: ":") ?? $0.place.endIndex)] })
    return report.inputs.filter { places.contains($0.path[...]) }
  }

  private static func backMatter(_ report: EvidenceReport, _ identity: OSCALIdentity, _ json: inout JSONWriter) {
    json.array("resources") { json in
      json.object { json in
        json.member("uuid", identity.uuid("plan"))
        json.member("title", "No OSCAL assessment plan")
        json.member(
          "remarks",
          "There is no assessment plan in OSCAL for this run: the command line and the config say what was asked.")
      }
      json.object { json in
        json.member("uuid", identity.uuid("catalogue"))
        json.member("title", "\(report.catalogue.title), as a catalogue")
        json.link(OSCALCatalogue.fileName(report.catalogue), OSCALCatalogue.digest(report.catalogue))
      }
      for input in report.inputs {
        json.object { json in
          json.member("uuid", identity.uuid("file \(input.path)"))
          json.member("title", OSCALIdentity.value(input.path))
          json.link(reference(input.path), input.digest)
        }
      }
    }
  }

  /// A path as a relative reference (RFC 3986).
  private static func reference(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return path.utf8.map { byte in
      let isPlain =
        byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || "/._-~".utf8.contains(byte)
      return isPlain ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }.joined()
  }
}

extension JSONWriter {
  fileprivate mutating func link(_ href: String, _ digest: String) {
    array("rlinks") { json in
      json.object { json in
        json.member("href", href)
        json.array("hashes") { json in
          json.object { json in
            json.member("algorithm", "SHA-256")
            json.member("value", digest)
          }
        }
      }
    }
  }
}

import Diagnostics
import Writing

/// A rule in a SARIF run, as GitHub code scanning reads it.
enum SARIFRule {
  /// GitHub's limits for the length of a name, for the length of a description, and for the number of tags.
  private static let (longestName, longestDescription, mostTags) = (255, 1024, 20)

  /// - Parameter page: the address of the rule's page, if it has one.
  static func write(_ info: RuleInfo, page: String?, _ json: inout JSONWriter) {
    json.member("id", info.id.description)
    json.member("name", limited(info.name, to: longestName))
    json.object("shortDescription") { $0.member("text", limited(info.summary, to: longestDescription)) }
    json.object("fullDescription") { $0.member("text", limited(info.rationale, to: longestDescription)) }
    if let page { json.member("helpUri", page) }
    json.object("help") { json in
      json.member("text", "\(info.rationale)\n\nWhat to do: \(info.remedy)")
      json.member("markdown", RulePage.body(info))
    }
    json.object("defaultConfiguration") { $0.member("level", info.severity.rawValue) }
    json.object("properties") { json in
      json.member("tags", Array(tags(info).prefix(mostTags)))
      // Every rule keeps silent where the manifests leave the matter open.
      json.member("precision", "high")
      if info.group.isAboutSecurity { json.member("security-severity", securitySeverity(info.severity)) }
    }
  }

  private static func tags(_ info: RuleInfo) -> [String] {
    (info.group.isAboutSecurity ? ["security"] : []) + ["kubernetes", "networkpolicy"]
      + info.citations.map { "hipaa/\($0)" }
  }

  /// A score that GitHub shows as high, medium or low: 7.0 to 8.9, 4.0 to 6.9, 0.1 to 3.9.
  private static func securitySeverity(_ severity: Severity) -> String {
    switch severity {
    case .error: "8.0"
    case .warning: "5.0"
    case .note: "2.0"
    }
  }

  private static func limited(_ text: String, to length: Int) -> String {
    text.unicodeScalars.count <= length ? text : String(text.unicodeScalars.prefix(length - 1)) + "…"
  }
}

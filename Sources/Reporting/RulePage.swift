package import Diagnostics

/// A rule's page in Markdown, from its metadata alone.
package enum RulePage {
  package static func markdown(_ info: RuleInfo) -> String { "# \(info.id) \(info.name)\n\n\(body(info))" }

  /// The page without its heading.
  static func body(_ info: RuleInfo) -> String {
    var text = "\(info.summary) Severity: \(info.severity.rawValue).\n\n"
    text += "**Why.** \(info.rationale)\n\n**What to do.** \(capitalized(info.remedy)).\n\n"
    if !info.citations.isEmpty {
      text += "**HIPAA.** Evidence for " + info.citations.map { "§\($0)" }.joined(separator: ", ") + ".\n\n"
    }
    text += "## Reported\n\n```yaml\n\(info.bad.manifest)\n```\n\n## Silent\n\n```yaml\n\(info.good.manifest)\n```\n"
    return text
  }

  private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}

package import Diagnostics

/// A rule's page in Markdown, from its metadata alone.
package enum RulePage {
  package static func markdown(_ info: RuleInfo) -> String { "# \(info.id) \(info.name)\n\n\(body(info))" }

  /// The page without its heading.
  static func body(_ info: RuleInfo) -> String {
    var text = "\(info.summary) Severity: \(info.severity.rawValue).\n\n"
    text += "**Why.** \(info.rationale)\n\n**What to do.** \(capitalized(info.remedy)).\n\n"
    if let fix = info.fix { text += "**Fix.** \(sentence(fix))\n\n" }
    if !info.citations.isEmpty {
      text += "**HIPAA.** Evidence for " + info.citations.map { "§\($0)" }.joined(separator: ", ") + ".\n\n"
    }
    return text + "## Reported\n\n\(example(info.bad))\n## Silent\n\n\(example(info.good))"
  }

  /// The manifest, and in front of it the config that it needs.
  private static func example(_ example: Example) -> String {
    let config = example.config.map { "With this config:\n\n```yaml\n\($0)\n```\n\n" } ?? ""
    return "\(config)```yaml\n\(example.manifest)\n```\n"
  }

  /// What `--fix` does about the rule's findings.
  private static func sentence(_ fix: FixAvailability) -> String {
    let flags = fix.safeties.map { $0 == .safe ? "`--fix` makes it" : "`--fix --unsafe-fixes` makes it" }
    let kinds = zip(fix.safeties, flags).map { "\($0.rawValue) (\($1))" }.joined(separator: " or ")
    return "\(fix.isAlways ? "Always" : "Sometimes"), \(kinds)."
  }

  private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}

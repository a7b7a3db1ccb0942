package import Diagnostics
package import Writing

/// A rule's page in Markdown, from its metadata alone.
package enum RulePage {
  package static func markdown(_ info: RuleInfo) -> String { "# \(info.id) \(info.name)\n\n\(body(info))" }

  /// The page without its heading.
  static func body(_ info: RuleInfo) -> String {
    // Where less is at stake a rule may report less.
    let severity = info.severities.map(\.rawValue).joined(separator: " or ")
    var text = "\(info.summary) Severity: \(severity).\n\n"
    text += "**Why.** \(info.rationale)\n\n**What to do.** \(capitalized(info.remedy)).\n\n"
    if let fix = info.fix { text += "**Fix.** \(sentence(fix))\n\n" }
    for option in info.options {
      text +=
        "**Option.** `rules: {\(info.id): {\(option.name): \(option.standard)}}` in the config: \(option.summary).\n\n"
    }
    if !info.citations.isEmpty {
      text += "**HIPAA.** Evidence for " + info.citations.map { "§\($0)" }.joined(separator: ", ") + ".\n\n"
    }
    return text + "## Reported\n\n\(example(info.bad))\n## Silent\n\n\(example(info.good))"
  }

  /// The manifest, and in front of it the config that it needs.
  private static func example(_ example: Example) -> String {
    let config = example.config.map { "With this config:\n\n```yaml\n\($0)\n```\n\n" } ?? ""
    return "\(config)```yaml\n\(example.text)\n```\n"
  }

  /// What `--fix` does about the rule's findings.
  static func sentence(_ fix: FixAvailability) -> String {
    let flags = fix.safeties.map { $0 == .safe ? "`--fix` makes it" : "`--fix --unsafe-fixes` makes it" }
    let kinds = zip(fix.safeties, flags).map { "\($0.rawValue) (\($1))" }.joined(separator: " or ")
    return "\(fix.isAlways ? "Always" : "Sometimes"), \(kinds)."
  }

  static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  /// The page for a terminal.
  ///
  /// - Parameter width: of a line in cells; `nil` for text that is not wrapped.
  package static func writeText(_ info: RuleInfo, color: Bool, width: Int?, to out: inout ByteWriter) {
    let style = Style(isOn: color)
    style.write("\(info.severity.rawValue)[\(info.id) \(info.name)]", as: .severity(info.severity), to: &out)
    style.write(Wrapping.text(": \(info.summary)", width: width, start: 0, indent: 2), as: .strong, to: &out)
    out.append("\n\n")
    var parts = [("Why", info.rationale), ("What to do", capitalized(info.remedy) + ".")]
    if let fix = info.fix { parts.append(("Fix", sentence(fix).replacing("`", with: ""))) }
    for option in info.options {
      parts.append(("Option", "rules: {\(info.id): {\(option.name): \(option.standard)}}: \(option.summary)."))
    }
    if !info.citations.isEmpty {
      parts.append(("HIPAA", "Evidence for " + info.citations.map { "§\($0)" }.joined(separator: ", ") + "."))
    }
    for (name, text) in parts {
      style.write("\(name):", as: .strong, to: &out)
      out.append(Wrapping.text(" " + text, width: width, start: name.count + 1, indent: 2) + "\n\n")
    }
    for (name, example) in [("Reported", info.bad), ("Silent", info.good)] {
      style.write("\(name):", as: .strong, to: &out)
      out.newline()
      if let config = example.config { out.append(indented("# .netpol-lint.yaml\n\(config)\n---")) }
      out.append(indented(example.text))
      out.newline()
    }
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "\n" : "  \($0)\n" }.joined()
  }
}

internal import Diagnostics
internal import Model

/// Findings about what was given up, because the input asks for more work than any that is meant well.
struct LimitFindings {
  /// The rule about limits.
  static let rule: RuleID = "NP001"
  /// So many of a kind are listed.
  private static let mostListed = 1000

  private static let why = "what is given up is not looked at, whatever it allows"
  private static let remedy = "write it with fewer rules or objects, or lint its parts one by one"

  private var sink: FindingSink

  /// - Parameter worlds: those in which they are given up.
  init(_ info: RuleInfo, worlds: [String]) { sink = FindingSink(rule: info, worlds: worlds) }

  var findings: [Finding] { sink.findings }

  /// What rules gave up.
  mutating func add(_ sinks: [FindingSink]) {
    let limits = sinks.lazy.flatMap { sink in sink.givenUp.lazy.map { (sink.rule.id, $0) } }
    for (rule, limit) in limits.prefix(LimitFindings.mostListed) {
      sink.report(
        "\(limit.reason): \(rule) gives up here", at: limit.place,
        .why(LimitFindings.why), .remedy(LimitFindings.remedy), .key(rule.description))
    }
  }

  /// Policies whose rules the engine left open.
  mutating func add(overloaded policies: [ObjectMeta]) {
    for meta in policies.prefix(LimitFindings.mostListed) {
      sink.report(
        "the rules of \(meta.name.value) and of others for the same pods are more than are put together",
        at: .name(of: meta), .why(LimitFindings.why), .remedy(LimitFindings.remedy), .key("reach"))
    }
  }
}

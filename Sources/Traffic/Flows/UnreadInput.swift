internal import Assembly
internal import Config
package import Diagnostics
internal import Engine
internal import Model

/// Something that is known and was not read, with its place.
package struct UnreadInput: Hashable, Sendable {
  private enum Place: Hashable {
    case span(SourceSpan)
    case file(String)
  }

  /// Without a full stop.
  package let reason: String
  private let place: Place
  /// Whether policies may be in it that nobody knows.
  package let mayHoldPolicies: Bool
  /// Whether somebody chose to leave it out.
  package let isIgnored: Bool

  /// With its place in brackets.
  package var sentence: Sentence {
    switch place {
    case .span(let span): "\(reason)\(span)"
    case .file(let file): "\(reason) (\(file))"
    }
  }

  /// Where it is.
  package func place(_ text: (SourceSpan) -> String) -> String {
    switch place {
    case .span(let span): text(span)
    case .file(let file): file
    }
  }

  /// Documents that cannot be read: what in them is a policy may be for anybody.
  ///
  /// What adds objects, such as a chart that was not rendered, a remote resource or a Helm release, is not among these: its
  /// policies are taken to select pods of its own, here as everywhere.
  package static func documents(_ project: Project) -> [UnreadInput] { all(project, []) }

  /// Documents that cannot be read, and what was passed over; what a world says of itself is not among it.
  package static func all(_ project: Project, _ skipped: [SkippedInput]) -> [UnreadInput] {
    let kinds: [ManifestProblem.Kind] = [.invalidYAML, .template, .unsupportedVersion]
    let broken = project.problems.filter { kinds.contains($0.kind) }.map {
      UnreadInput(reason: $0.message, place: .span($0.span), mayHoldPolicies: true, isIgnored: false)
    }
    let told = Set(project.worlds.flatMap { $0.world.doubts.map(\.reason) + $0.world.additions.map(\.reason) })
    let notApplied = Set(
      project.assembly.units.lazy.filter { if case .notApplied = $0.status { true } else { false } }.map(\.name))
    return broken
      + skipped.filter { !$0.isNote && !told.contains($0.reason) }.map {
        // A document that does not name the kind is told by its line; what nobody applies allows nothing.
        let isKnown = $0.reason.hasPrefix("line ") || $0.ignoredBy == nil && notApplied.contains($0.file)
        return UnreadInput(
          reason: $0.reason, place: .file($0.file), mayHoldPolicies: !isKnown,
          isIgnored: $0.reason.hasPrefix(ignored))
      }
  }

  /// How the reason of what is ignored begins.
  package static let ignored = "it is ignored by "
}

extension FlowResult {
  /// The same where policies were not read: policies only ever add to what is allowed, so that what is forbidden may be
  /// allowed by them.
  func doubted(by unread: [Sentence]) -> FlowResult {
    guard failures.isEmpty, flow.expect != .allow, !unread.isEmpty else { return self }
    let sentence: Sentence =
      "by what was read it holds, and what was not read may allow more: \(.list(unread, by: "; ") as Sentence)"
    return FlowResult(
      flow: flow, failures: [FlowFailure(kind: .unknown, sentence: sentence, references: [])], proof: "",
      references: references)
  }
}

internal import Config
internal import Diagnostics
internal import Engine
internal import Model
internal import Traffic

/// What the rules about declared flows have in common.
enum FlowFindings {
  /// Reports the flows that fail in one way, with the place in the config and those that are to blame.
  static func report(
    _ kind: FlowFailure.Kind, _ verb: String, _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    for result in analysis.flowResults {
      for failure in result.failures where failure.kind == kind {
        sink.report(
          "the flow \"\(result.flow.name)\" \(verb): \(failure.sentence.text)",
          at: Place(result.flow.span, path: result.flow.path), .related(failure.references.prefix(5).map(related)))
      }
    }
  }

  /// Says which flows cannot be told.
  static func tellUnknown(
    _ expectations: [Flow.Expectation], _ analysis: Analysis, _ sink: inout FindingSink
  ) {
    for result in analysis.flowResults where expectations.contains(result.flow.expect) {
      for failure in result.failures where failure.kind == .unknown {
        sink.undecided(namespace: nil, "the flow \"\(result.flow.name)\": \(failure.sentence.text)")
      }
    }
  }

  private static func related(_ reference: PolicyReference) -> RelatedPlace {
    let words =
      switch reference.effect {
      case .allows: "lets the traffic through"
      case .isolates: "isolates the pods for \(reference.side.field)"
      case .misses: "comes near, and does not allow it"
      case .mayAllow: "may let the traffic through"
      case .accepts: "accepts it in the \(reference.ranked?.tier.rawValue ?? "Admin") tier"
      case .denies: "denies it in the \(reference.ranked?.tier.rawValue ?? "Admin") tier"
      case .passes: "passes it on to the next tier"
      case .mayDecide: "may decide it"
      }
    return RelatedPlace(reference.span, words)
  }
}

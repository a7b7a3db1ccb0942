internal import Traffic

/// What became of a declared flow.
struct DeclaredFlow {
  let result: EvidenceResult
  let sentence: String

  init(_ outcome: FlowOutcome, _ context: EvidenceContext) {
    let failures = outcome.missing.map(\.failure) + outcome.answers.flatMap(\.result.failures)
    let isBroken = failures.contains { failure in
      switch failure.kind {
      case .blocked, .allowed: true
      case .unknown, .vacuous: false
      }
    }
    if outcome.isElsewhere {
      result = .notAssessed
      sentence = "only worlds that are not looked at have its ends"
    } else if isBroken {
      result = .fail
      sentence = context.text(.list(failures.map(\.sentence), by: "; "))
    } else if failures.isEmpty {
      result = .pass
      sentence = context.text(outcome.answers.first?.result.proof ?? "it holds")
    } else {
      result = .undecided
      sentence = context.text(.list(failures.map(\.sentence), by: "; "))
    }
  }

  /// The word for people.
  var word: String {
    switch result {
    case .pass: "holds"
    case .fail: "does not hold"
    case .undecided: "cannot be told"
    case .notAssessed, .notApplicable: "not assessed"
    }
  }
}

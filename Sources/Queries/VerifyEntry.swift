internal import Config
internal import Traffic

/// An answer about a flow that worlds have in common.
struct FlowAnswer: Sendable {
  /// Empty where no world has all the ends.
  var worlds: [String]
  /// Empty when the flow holds.
  let failures: [FlowFailure]
  let proof: Sentence
  let references: [PolicyReference]

  var holds: Bool { failures.isEmpty }
  var sentence: Sentence { holds ? proof : .joined(failures.map(\.sentence), by: "; and ") }

  /// The word for programs.
  var outcome: String {
    switch failures.first?.kind {
    case nil: "holds"
    case .blocked: "blocked"
    case .allowed: "allowed"
    case .unknown: "unknown"
    case .vacuous: "vacuous"
    }
  }
}

extension Verify {
  /// What became of one flow.
  struct Entry: Sendable {
    let flow: Flow
    /// Equal answers of several worlds are one; never empty.
    let groups: [FlowAnswer]
    /// Whether all worlds of the run give the same answer.
    let isEqualEverywhere: Bool

    /// - Parameter worlds: how many worlds there are.
    init(_ outcome: FlowOutcome, worlds: Int) {
      flow = outcome.flow
      guard outcome.missing.isEmpty else {
        let failures = outcome.missing.map(\.failure)
        groups = [FlowAnswer(worlds: [], failures: failures, proof: "", references: [])]
        isEqualEverywhere = true
        return
      }
      var groups: [FlowAnswer] = []
      for answer in outcome.answers {
        let result = answer.result
        let own = FlowAnswer(
          worlds: [answer.world], failures: result.failures, proof: result.proof,
          references: result.references + result.failures.flatMap(\.references))
        if let known = groups.firstIndex(where: { $0.holds == own.holds && $0.sentence == own.sentence }) {
          groups[known].worlds.append(answer.world)
        } else {
          groups.append(own)
        }
      }
      self.groups = groups
      isEqualEverywhere = groups.count == 1 && groups[0].worlds.count == worlds
    }

    var holds: Bool { groups.allSatisfy(\.holds) }
    /// The answers that decide: those of the worlds in which it fails, else one of those in which it holds.
    private var deciding: [FlowAnswer] { holds ? Array(groups.prefix(1)) : groups.filter { !$0.holds } }
    var outcome: String { deciding.first?.outcome ?? "holds" }
    var references: [PolicyReference] { deciding.first?.references ?? [] }

    var sentence: Sentence {
      if isEqualEverywhere { return groups[0].sentence }
      let told = deciding
      let sentences = told.map { answer -> Sentence in "in \(WorldNames.list(answer.worlds)): \(answer.sentence)" }
      let others = groups.flatMap(\.worlds).count - told.flatMap(\.worlds).count
      let rest: Sentence = others > 0 ? "; it holds \(WorldNames.others(others))" : ""
      return "\(.joined(sentences, by: "; ") as Sentence)\(rest)"
    }
  }
}

package import Config
package import Diagnostics
internal import Engine
internal import Model

/// What became of a flow in one world: the one judgement that `verify` and the rules share.
package struct FlowResult: Sendable {
  package let flow: Flow
  /// Why it does not hold, or cannot be told; empty when it holds. `only` may fail in two ways.
  package let failures: [FlowFailure]
  /// Why it holds.
  package let proof: Sentence
  package let references: [PolicyReference]

  /// Whether nothing of the flow is in the world.
  package var isVacuous: Bool { failures.contains { $0.kind.isVacuous } }
}

extension FlowResult {
  /// How Services that a flow names translate its ports; of a flow that does not hold also whether one of its ports is a
  /// Service's.
  fileprivate func with(_ notes: [PortNote]) -> FlowResult {
    let told = notes.filter { !failures.isEmpty || $0.kind == .service }.map(\.sentence)
    guard !told.isEmpty else { return self }
    func add(to sentence: Sentence) -> Sentence { .joined([sentence] + told, by: "; ") }
    return FlowResult(
      flow: flow,
      failures: failures.map {
        FlowFailure(kind: $0.kind, sentence: add(to: $0.sentence), references: $0.references)
      }, proof: failures.isEmpty ? add(to: proof) : proof, references: references)
  }
}

/// One reason why a flow does not hold.
package struct FlowFailure: Sendable {
  package enum Kind: Hashable, Sendable {
    /// Something that the flow expects is blocked.
    case blocked
    /// Something that the flow forbids is allowed.
    case allowed
    case unknown
    /// An end cannot be read or matches nothing; the place of its text.
    case vacuous(EndProblem, key: String, SourceSpan)

    var isVacuous: Bool { if case .vacuous = self { true } else { false } }
  }

  package let kind: Kind
  package let sentence: Sentence
  package let references: [PolicyReference]
}

/// Judges flows in one world.
package struct FlowJudge: Sendable {
  private let view: WorldView
  /// How many pairs of pods are looked at for one flow.
  private let mostPairs: Int
  /// What was not read and may allow more; `nil` where that does not count.
  private let unread: [UnreadInput]?

  /// As many pairs are looked at for all flows together, but for each one at least some: pods times pods times flows
  /// would be more than anybody waits for.
  private static let pairs = (inAll: 2_000_000, forEach: 1_000)

  /// - Parameters:
  ///   - flows: all that will be asked about: the engine has to know the pods that they name.
  ///   - unread: what keeps a flow that forbids something from being proven; `nil` where that does not count.
  package init(_ view: WorldView, of flows: [Flow], unread: [UnreadInput]? = nil) {
    self.unread = unread
    mostPairs = max(FlowJudge.pairs.inAll / max(1, flows.count), FlowJudge.pairs.forEach)
    let named = flows.flatMap { $0.from + $0.to + $0.clients }.compactMap { text in
      (try? End(text.text))?.hypotheticalPod
    }
    let strangers = flows.contains { $0.expect == .only } ? view.strangers : []
    self.view = view.asking(named + strangers)
  }

  package func judge(_ flow: Flow) -> FlowResult {
    var failures: [FlowFailure] = []
    let from = resolve(flow.from, "from", isSource: true, &failures)
    let to = resolve(flow.to, "to", isSource: false, &failures)
    let clients = resolve(flow.clients, "clients", isSource: true, &failures)
    let question = PortQuestion(flow.ports)
    var pairs: [TrafficPair] = []
    var left = mostPairs
    for destination in to {
      for source in flow.expect == .only ? clients : from {
        left -= source.parts.count * destination.parts.count
        if left < 0 { return tooMany(flow) }
        do throws(EndProblem) {
          pairs += try view.pairs(from: source, to: destination, question)
        } catch {
          let text = flow.to.first { $0.text == error.text }
          failures.append(vacuous(error, "to", text?.span ?? flow.span))
        }
      }
    }
    guard failures.isEmpty else { return FlowResult(flow: flow, failures: failures, proof: "", references: []) }
    let result =
      switch flow.expect {
      case .allow: allow(flow, pairs)
      case .deny: deny(flow, pairs + meantPairs(from, to, question))
      case .only: only(flow, pairs, clients, to, left: left)
      }
    let told = result.with(to.flatMap { view.portNotes(of: $0, question) })
    guard let unread else { return told }
    return told.doubted(by: unread.map(\.sentence))
  }

  private func tooMany(_ flow: Flow) -> FlowResult {
    let sentence: Sentence =
      "this flow is about more than \(mostPairs) pairs of different pods, so that it is not looked at: name fewer pods"
    return FlowResult(
      flow: flow, failures: [FlowFailure(kind: .unknown, sentence: sentence, references: [])], proof: "", references: []
    )
  }

  private func resolve(
    _ texts: [ConfigText], _ key: String, isSource: Bool, _ failures: inout [FlowFailure]
  ) -> [ResolvedEnd] {
    texts.compactMap { text in
      do throws(EndProblem) {
        return try view.resolve(try End(text.text), isSource: isSource)
      } catch {
        failures.append(vacuous(error, key, text.span))
        return nil
      }
    }
  }

  private func vacuous(_ problem: EndProblem, _ key: String, _ span: SourceSpan) -> FlowFailure {
    FlowFailure(kind: .vacuous(problem, key: key, span), sentence: "\(problem.description)", references: [])
  }

  // MARK: Expectations

  private func allow(_ flow: Flow, _ pairs: [TrafficPair]) -> FlowResult {
    if let failure = missing(pairs) {
      return FlowResult(flow: flow, failures: [failure], proof: "", references: [])
    }
    return proven(flow, pairs, \.ports)
  }

  /// What keeps all pairs from being allowed on all ports.
  private func missing(_ pairs: [TrafficPair]) -> FlowFailure? {
    if let pair = pairs.first(where: { !$0.blocked.isEmpty }) {
      let count = pairs.count { !$0.blocked.isEmpty }
      return failure(.blocked, pair, pair.blocked, "does not reach", count, of: pairs)
    }
    guard let pair = pairs.first(where: { $0.allAllowed == .unknown }) else { return nil }
    return failure(
      .unknown, pair, pair.unknown, "may not reach", pairs.count { $0.allAllowed == .unknown }, of: pairs)
  }

  /// What leads to the Services that are meant where a flow names their pods with a port of theirs: nothing is denied by a
  /// port that nobody listens on.
  private func meantPairs(_ from: [ResolvedEnd], _ to: [ResolvedEnd], _ question: PortQuestion) -> [TrafficPair] {
    to.compactMap { view.asMeantService($0, question) }.flatMap { service in
      from.flatMap { (try? view.pairs(from: $0, to: service, question)) ?? [] }
    }
  }

  private func deny(_ flow: Flow, _ pairs: [TrafficPair]) -> FlowResult {
    if let failure = forbidden(pairs) {
      return FlowResult(flow: flow, failures: [failure], proof: "", references: [])
    }
    return proven(flow, pairs, \.blocked)
  }

  /// What keeps all pairs from being blocked on all ports.
  private func forbidden(_ pairs: [TrafficPair]) -> FlowFailure? {
    if let pair = pairs.first(where: { !$0.allowed.isEmpty }) {
      return failure(.allowed, pair, pair.allowed, "reaches", pairs.count { !$0.allowed.isEmpty }, of: pairs)
    }
    guard let pair = pairs.first(where: { !$0.unknown.isEmpty }) else { return nil }
    return failure(.unknown, pair, pair.unknown, "may reach", pairs.count { !$0.unknown.isEmpty }, of: pairs)
  }

  private func failure(
    _ kind: FlowFailure.Kind, _ pair: TrafficPair, _ ports: PortSet, _ verb: String, _ count: Int,
    of pairs: [TrafficPair]
  ) -> FlowFailure {
    let reason = view.reason(pair, ports)
    let share = pairs.count == 1 ? "" : " (\(count) of \(pairs.count) pairs)"
    return FlowFailure(
      kind: kind, sentence: "\(words(pair, ports, verb))\(share): \(reason.sentence)", references: reason.references)
  }

  /// `shop/web reaches shop/db on TCP 5432`.
  private func words(_ pair: TrafficPair, _ ports: PortSet, _ verb: String) -> String {
    let onPorts = ports == .all ? "any port" : ports.text
    return "\(view.name(of: pair.source)) \(verb) \(view.name(of: pair.destination)) on \(onPorts)"
  }

  private func proven(_ flow: Flow, _ pairs: [TrafficPair], _ ports: (TrafficPair) -> PortSet) -> FlowResult {
    guard let pair = pairs.first else { return FlowResult(flow: flow, failures: [], proof: "", references: []) }
    let reason = view.reason(pair, ports(pair))
    let others = pairs.count == 1 ? "" : ", and \(pairs.count - 1) more alike"
    return FlowResult(flow: flow, failures: [], proof: "\(reason.proof)\(others)", references: reason.references)
  }

  private func only(
    _ flow: Flow, _ pairs: [TrafficPair], _ clients: [ResolvedEnd], _ to: [ResolvedEnd], left: Int
  ) -> FlowResult {
    let question = PortQuestion(flow.ports)
    let others = OtherCallers(view, clients)
    var otherPairs: [TrafficPair] = []
    var left = left
    for destination in to {
      for part in destination.parts {
        guard let more = others.pairs(to: part, destination, question, left: &left) else { return tooMany(flow) }
        otherPairs += more
      }
    }
    let failures = [missing(pairs), forbidden(otherPairs)].compactMap(\.self)
    let names = flow.clients.map(\.text).joined(separator: ", ")
    return FlowResult(
      flow: flow, failures: failures,
      proof: failures.isEmpty ? "\(names.isEmpty ? "nobody" : names) and nobody else" : "",
      references: [])
  }
}

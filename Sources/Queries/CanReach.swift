internal import Config
internal import Diagnostics
internal import Engine
internal import Model
package import Traffic
package import Writing

/// One question of traffic, and its answers in all worlds in which both ends are.
package struct CanReach: Sendable {
  package enum Format: String, CaseIterable, Sendable {
    case text, json
  }

  private let source: End
  private let target: Target
  /// One for each world that has both ends, in order; never empty.
  private let answers: [WorldAnswer]
  private let sources: SourceTable

  /// Whether everything is allowed; `nil` when that cannot be told, or differs between worlds.
  package var allowed: Bool? { differs ? nil : answers[0].allowed }

  /// Whether not all worlds have the same answer.
  private var differs: Bool { answers.contains { $0.allowed != answers[0].allowed } }

  /// - Throws: what is wrong with an end that is in no world.
  package init(from source: End, to target: Target, _ project: Project) throws(EndProblem) {
    self.source = source
    self.target = target
    sources = project.sources
    let pods = [source, target.end].compactMap(\.hypotheticalPod)
    var answers: [WorldAnswer] = []
    var problems: [EndProblem] = []
    var isTargetElsewhere = false
    var bareNames: [String: Set<String>] = [:]
    for world in project.worlds {
      let view = world.asking(pods)
      do throws(EndProblem) {
        let question = PortQuestion([target.port])
        let from = try view.resolve(source, isSource: true)
        let to = try view.resolve(target.end, isSource: false)
        let pairs = try view.pairs(from: from, to: to, question)
        for end in [from, to] { end.bareName.map { _ = bareNames[end.end.text, default: []].insert($0) } }
        answers.append(WorldAnswer(view: view, pairs: pairs, notes: view.portNotes(of: to, question)))
      } catch {
        problems.append(error)
        if error.text == source.text, (try? view.resolve(target.end, isSource: false)) != nil {
          isTargetElsewhere = true
        }
      }
    }
    if let unclear = problems.first(where: { $0.reason == .ambiguous }) { throw unclear }
    if answers.isEmpty {
      // A destination that is missing says that the source is there: each may be in a world of its own.
      let missingTarget = problems.first { $0.text != source.text }
      if isTargetElsewhere, missingTarget != nil { throw .apart(source.text, target.end.text) }
      throw missingTarget ?? problems.first ?? .noInput(source.text)
    }
    if let (text, names) = bareNames.sorted(by: { $0.key < $1.key }).first(where: { $0.value.count > 1 }) {
      throw .several(text, names.sorted())
    }
    self.answers = answers
  }

  package func write(_ format: Format, to out: inout ByteWriter) {
    switch format {
    case .text: writeText(to: &out)
    case .json: writeJSON(to: &out)
    }
  }

  // MARK: Text

  private func writeText(to out: inout ByteWriter) {
    var places = Places(sources)
    guard differs else {
      let answer = answers[0]
      if answer.isPartial {
        let asked = "\(source.text) -> \(target.end.text) on \(answer.witness.pair.ports.text)"
        out.append(DisplayText.escaped("\(asked): \(answer.word) (\(answer.counts))") + "\n")
        out.append("  for example " + DisplayText.escaped(answer.line) + "\n")
      } else {
        out.append(DisplayText.escaped(answer.line) + "\n")
      }
      for line in answers[0].reasons(&places) { out.append("  \(line)\n") }
      return
    }
    out.append(DisplayText.escaped("\(answers[0].question): differs between worlds") + "\n")
    for group in groups(&places) {
      out.append(DisplayText.escaped("  in \(group.names.joined(separator: ", ")): \(group.word)") + "\n")
      for line in group.reasons { out.append("    \(line)\n") }
    }
  }

  /// Worlds that say the same for the same reasons.
  private func groups(_ places: inout Places) -> [(names: [String], word: String, reasons: [String])] {
    var groups: [(names: [String], word: String, reasons: [String])] = []
    for answer in answers {
      let (word, reasons) = (answer.word, answer.reasons(&places))
      if let known = groups.firstIndex(where: { $0.word == word && $0.reasons == reasons }) {
        groups[known].names.append(answer.view.context.name)
      } else {
        groups.append(([answer.view.context.name], word, reasons))
      }
    }
    return groups
  }

  // MARK: JSON

  private func writeJSON(to out: inout ByteWriter) {
    let (pair, reason, _) = answers[0].witness
    var places = Places(sources)
    out.json(lineDepth: 1) { json in
      json.object { json in
        json.member("allowed", allowed)
        json.key("source")
        json.end(pair.source, answers[0].view)
        json.key("destination")
        json.end(pair.destination, answers[0].view)
        if let number = Int(target.portText) {
          json.member("port", number)
        } else {
          json.member("port", target.portText)
        }
        json.member("protocol", target.port.transport.rawValue)
        json.because(differs ? nil : reason, &places)
        if differs {
          json.member("reason", "differs between worlds")
          json.withLines(to: 2) { json in
            json.array("worlds") { json in
              for answer in answers { answer.write(to: &json, &places) }
            }
          }
        } else {
          json.member("reason", allowed == nil ? places.text(reason.sentence) : nil)
        }
        json.service(answers[0].note(.service), &places)
        answers[0].writePairs(to: &json)
        json.member("hint", answers[0].note(.hint).map { places.text($0.sentence) })
      }
    }
  }
}

/// The answer of one world.
private struct WorldAnswer: Sendable {
  let view: WorldView
  /// Never empty.
  let pairs: [TrafficPair]
  let notes: [PortNote]

  func note(_ kind: PortNote.Kind) -> PortNote? { notes.first { $0.kind == kind } }

  /// Whether everything is allowed; `nil` when that cannot be told.
  var allowed: Bool? {
    if pairs.allSatisfy({ $0.allAllowed == .yes }) { return true }
    return pairs.contains { $0.allAllowed == .no } ? false : nil
  }

  /// Whether some of it is allowed, and not all.
  var isPartial: Bool { allowed == false && pairs.contains { $0.allAllowed == .yes } }

  var word: String { isPartial ? "allowed in part" : WorldAnswer.word(allowed) }

  private static func word(_ allowed: Bool?) -> String {
    allowed.map { $0 ? "allowed" : "not allowed" } ?? "cannot tell"
  }

  /// The pair that shows the answer: a counterexample where not all are allowed.
  var witness: (pair: TrafficPair, reason: TrafficReason, ports: PortSet) {
    let pair = pairs.first { $0.allAllowed == .no } ?? pairs.first { $0.allAllowed == .unknown } ?? pairs[0]
    let ports = [pair.blocked, pair.unknown].first { !$0.isEmpty } ?? pair.ports
    return (pair, view.reason(pair, ports), ports)
  }

  /// `shop/web -> shop/db on TCP 5432`, without saying which of the ports decide.
  var question: String {
    let pair = witness.pair
    return "\(view.name(of: pair.source)) -> \(view.name(of: pair.destination)) on \(pair.ports.text)"
  }

  var line: String {
    let (pair, _, ports) = witness
    let part = ports == pair.ports ? "" : " (of \(pair.ports.text))"
    return "\(view.name(of: pair.source)) -> \(view.name(of: pair.destination)) on \(ports.text)\(part): "
      + WorldAnswer.word(allowed)
  }

  /// What each side says, in lines that are safe to print.
  func reasons(_ places: inout Places) -> [String] {
    var lines: [String] = []
    for side in witness.reason.sides {
      lines.append(DisplayText.escaped("\(side.side.field): \(places.text(side.sentence))"))
    }
    lines += notes.map { DisplayText.escaped("\($0.kind.rawValue): \(places.text($0.sentence))") }
    if pairs.count > 1 { lines.append(counts) }
    return lines
  }

  /// `allowed: 1, not allowed: 1 of 2 pairs of source and destination`.
  var counts: String {
    let counts = [(Truth.yes, "allowed"), (.no, "not allowed"), (.unknown, "cannot tell")].compactMap { answer, word in
      let count = pairs.count { $0.allAllowed == answer }
      return count == 0 ? nil : "\(word): \(count)"
    }
    return "\(counts.joined(separator: ", ")) of \(pairs.count) pairs of source and destination"
  }

  func writePairs(to json: inout JSONWriter) {
    json.object("pairs") { json in
      json.member("allowed", pairs.count { $0.allAllowed == .yes })
      json.member("blocked", pairs.count { $0.allAllowed == .no })
      json.member("unknown", pairs.count { $0.allAllowed == .unknown })
    }
  }

  func write(to json: inout JSONWriter, _ places: inout Places) {
    let reason = witness.reason
    json.object { json in
      json.member("name", view.context.name)
      json.member("allowed", allowed)
      json.because(reason, &places)
      json.member("reason", allowed == nil ? places.text(reason.sentence) : nil)
      writePairs(to: &json)
    }
  }
}

extension JSONWriter {
  /// The places that decide; none for `nil`.
  fileprivate mutating func because(_ reason: TrafficReason?, _ places: inout Places) {
    let decisive: Set<PolicyReference.Effect> = [.allows, .isolates, .accepts, .denies, .passes]
    array("because") { json in
      for reference in reason?.sides.flatMap(\.references) ?? [] where decisive.contains(reference.effect) {
        json.reference(reference, &places)
      }
    }
  }

  /// The Service that was asked about, with its place.
  fileprivate mutating func service(_ note: PortNote?, _ places: inout Places) {
    guard let note else { return member("service", nil as String?) }
    object("service") { json in
      json.member("name", note.name)
      json.member("file", places.path(of: note.span))
      json.member("line", places.line(of: note.span))
    }
  }

  /// A place in a policy, as `because` lists them.
  mutating func reference(_ reference: PolicyReference, _ places: inout Places) {
    object { json in
      json.member("side", reference.side.field)
      json.member("policy", reference.policy)
      json.member("path", reference.path)
      json.member("file", places.path(of: reference.span))
      json.member("line", places.line(of: reference.span))
      json.member("effect", reference.effect.rawValue)
      guard let ranked = reference.ranked else { return }
      json.member("kind", ranked.kind)
      json.member("tier", ranked.tier.rawValue)
      json.member("priority", ranked.priority)
      json.member("rule", ranked.rule)
    }
  }

  /// An end in the form of the connections, with two kinds of its own: a pod that is only asked about, and a node.
  mutating func end(_ end: TrafficEnd, _ view: WorldView) {
    object { json in
      switch end {
      case .ownNode: json.member("kind", "node")
      case .unresolved(let end): ConnectionJSON.members(end, of: &json)
      case .addresses(let set, _):
        json.member("kind", "external")
        json.member("cidrs", set.cidrs.map(\.description))
      case .pods(let id, let workloads):
        let podClass = view.reach[id]
        if let first = workloads.first {
          ConnectionJSON.members(ConnectionNode(view.world[first]), of: &json)
        } else {
          json.member("kind", "pod")
          json.member("namespace", podClass.namespace)
          json.object("labels") { json in
            for label in podClass.labels.pairs { json.member(label.key, label.value) }
          }
        }
      }
    }
  }
}

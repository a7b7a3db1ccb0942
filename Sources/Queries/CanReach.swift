internal import Config
internal import Diagnostics
internal import Engine
internal import Model
package import Traffic
package import Writing

/// One question of traffic, and its answer over all worlds in which both ends are.
package struct CanReach: Sendable {
  package enum Format: String, CaseIterable, Sendable {
    case text, json
  }

  private struct Found: Sendable {
    let view: WorldView
    let pair: TrafficPair
  }

  private let target: Target
  private let found: [Found]
  private let sources: SourceTable

  /// Whether everything is allowed; `nil` when that cannot be told.
  package var allowed: Bool? {
    if found.allSatisfy({ $0.pair.allAllowed == .yes }) { return true }
    return found.contains { $0.pair.allAllowed == .no } ? false : nil
  }

  /// - Throws: what is wrong with an end that is in no world.
  package init(from source: End, to target: Target, _ project: Project) throws(EndProblem) {
    self.target = target
    sources = project.sources
    let pods = [source, target.end].compactMap(\.hypotheticalPod)
    var found: [Found] = []
    var problems: [EndProblem] = []
    var isTargetElsewhere = false
    for world in project.worlds {
      let view = world.asking(pods)
      do throws(EndProblem) {
        let pairs = try view.pairs(
          from: view.resolve(source, isSource: true), to: view.resolve(target.end, isSource: false),
          PortQuestion([target.port]))
        found += pairs.map { Found(view: view, pair: $0) }
      } catch {
        problems.append(error)
        if error.text == source.text, (try? view.resolve(target.end, isSource: false)) != nil {
          isTargetElsewhere = true
        }
      }
    }
    if found.isEmpty {
      // A destination that is missing says that the source is there: each may be in a build of its own.
      let missingTarget = problems.first { $0.text != source.text }
      if isTargetElsewhere, missingTarget != nil { throw .apart(source.text, target.end.text) }
      throw missingTarget ?? problems.first ?? .noInput(source.text)
    }
    self.found = found
  }

  /// The pair that shows the answer: a counterexample where not all are allowed.
  private var witness: (found: Found, reason: TrafficReason, ports: PortSet) {
    let chosen =
      found.first { $0.pair.allAllowed == .no } ?? found.first { $0.pair.allAllowed == .unknown } ?? found[0]
    let pair = chosen.pair
    let ports = [pair.blocked, pair.unknown].first { !$0.isEmpty } ?? pair.ports
    return (chosen, chosen.view.reason(pair, ports), ports)
  }

  package func write(_ format: Format, to out: inout ByteWriter) {
    switch format {
    case .text: writeText(to: &out)
    case .json: writeJSON(to: &out)
    }
  }

  // MARK: Text

  private func writeText(to out: inout ByteWriter) {
    let (chosen, reason, ports) = witness
    var places = Places(sources)
    let pair = chosen.pair
    let answer = allowed.map { $0 ? "allowed" : "not allowed" } ?? "cannot tell"
    let names = [pair.source, pair.destination].map(chosen.view.name)
    let part = ports == pair.ports ? "" : " (of \(pair.ports.text))"
    out.append(DisplayText.escaped("\(names[0]) -> \(names[1]) on \(ports.text)\(part): \(answer)") + "\n")
    for side in reason.sides {
      out.append(DisplayText.escaped("  \(side.side.field): \(places.text(side.sentence))") + "\n")
    }
    if found.count > 1 { out.append("  \(counts) of \(found.count) pairs of source and destination\n") }
  }

  private var counts: String {
    [(Truth.yes, "allowed"), (.no, "not allowed"), (.unknown, "cannot tell")].compactMap { answer, word in
      let count = found.count { $0.pair.allAllowed == answer }
      return count == 0 ? nil : "\(word): \(count)"
    }.joined(separator: ", ")
  }

  // MARK: JSON

  private func writeJSON(to out: inout ByteWriter) {
    let (chosen, reason, _) = witness
    var places = Places(sources)
    out.json(lineDepth: 1) { json in
      json.object { json in
        json.member("allowed", allowed)
        json.key("source")
        json.end(chosen.pair.source, chosen.view)
        json.key("destination")
        json.end(chosen.pair.destination, chosen.view)
        if let number = Int(target.portText) {
          json.member("port", number)
        } else {
          json.member("port", target.portText)
        }
        json.member("protocol", target.port.transport.rawValue)
        json.array("because") { json in
          for reference in reason.sides.flatMap(\.references) where [.allows, .isolates].contains(reference.effect) {
            json.reference(reference, &places)
          }
        }
        json.member("reason", allowed == nil ? places.text(reason.sentence) : nil)
      }
    }
  }
}

extension JSONWriter {
  /// A place in a policy, as `because` lists them.
  mutating func reference(_ reference: PolicyReference, _ places: inout Places) {
    object { json in
      json.member("side", reference.side.field)
      json.member("policy", reference.policy)
      json.member("path", reference.path)
      json.member("file", places.path(of: reference.span))
      json.member("line", places.line(of: reference.span))
      json.member("effect", reference.effect.rawValue)
    }
  }

  /// An end in the form of the connections, with two kinds of its own: a pod that is only asked about, and a node.
  mutating func end(_ end: TrafficEnd, _ view: WorldView) {
    object { json in
      switch end {
      case .ownNode: json.member("kind", "node")
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

internal import Config
package import Engine
internal import Model
internal import Reporting
package import Traffic
internal import Writing

/// A declared flow, what became of it, and the workloads that it names.
package struct NamedFlow: Sendable {
  package let name: String
  /// `allow`, `deny` or `only`.
  package let expect: String
  package let holds: Bool
  /// Why, in one sentence.
  package let reason: String
  package let workloads: Set<ConnectionNode>
}

extension Verify {
  /// The flows that name workloads of a world.
  package func named(in view: WorldView) -> [NamedFlow] {
    var places = Places(sources)
    return entries.compactMap { entry -> NamedFlow? in
      let ends = entry.flow.from.map { ($0.text, true) } + entry.flow.clients.map { ($0.text, true) }
      let workloads = (ends + entry.flow.to.map { ($0.text, false) }).reduce(into: Set<ConnectionNode>()) {
        $0.formUnion(Verify.workloads($1.0, isSource: $1.1, view))
      }
      if workloads.isEmpty { return nil }
      return NamedFlow(
        name: entry.flow.name, expect: entry.flow.expect.rawValue, holds: entry.holds,
        reason: places.text(entry.sentence), workloads: workloads)
    }
  }

  private static func workloads(_ text: String, isSource: Bool, _ view: WorldView) -> [ConnectionNode] {
    guard let end = try? End(text), let found = try? view.resolve(end, isSource: isSource) else { return [] }
    return found.parts.flatMap { part -> [ConnectionNode] in
      guard case .pods(_, let workloads) = part else { return [] }
      return workloads.map { ConnectionNode(view.world[$0]) }
    }
  }
}

internal import Engine
internal import Model
internal import Traffic

/// Who may reach a store through others, by the shortest chain, and the rules that hold the last way open.
struct WaysSection: SectionCollector {
  private var outside = TableBuilder(
    "fromOutside", "From outside the cluster",
    [("store", "ePHI store"), ("chain", "Shortest chain"), ("certainty", "Certainty"), ("rules", "Rules, hop by hop")],
    whenEmpty: "There is no ePHI store.")
  private var others = TableBuilder(
    "throughOthers", "Workloads that reach a store only through others",
    [
      ("store", "ePHI store"), ("start", "From"), ("chain", "Shortest chain"), ("certainty", "Certainty"),
      ("rules", "Rules, hop by hop"),
    ], whenEmpty: "There are none.")
  private var cut = TableBuilder(
    "cut", "The cut", [("store", "ePHI store"), ("rule", "Rule"), ("effect", "If it is taken away")],
    whenEmpty: "No single rule holds the last way from outside to a store open that was found.")
  private var notes: [String] = []

  mutating func add(_ world: WorldEvidence, _ context: EvidenceContext) {
    for ways in world.ways {
      let store = world.name(of: ways.store)
      let strangers = WaysSection.strangers(ways, world)
      if !strangers.isEmpty {
        let names = strangers.map { "\(world.view.name(of: $0.source)) to \(world.view.name(of: $0.destination))" }
        let more = names.count > 3 ? " and \(names.count - 3) more" : ""
        let note =
          "Pods that no manifest shows are let in on the way to \(store) (\(names.prefix(3).joined(separator: "; "))\(more)): "
          + "who reaches them cannot be told."
        if !notes.contains(note) { notes.append(note) }
      }
      if let way = ways.fromOutside {
        outside.add(
          [.text(store), .text(WaysSection.chain(way, world)), certainty(way), .list(rules(way, world, context))],
          in: world.name)
      } else {
        outside.add(
          [
            .text(store), .none, .text(ways.isOpen || !strangers.isEmpty ? "cannot be told" : "no way was found"),
            .list([]),
          ], in: world.name)
      }
      for way in ways.throughOthers {
        guard let first = way.hops.first else { continue }
        others.add(
          [
            .text(store), .text(world.view.name(of: first.source)), .text(WaysSection.chain(way, world)),
            certainty(way),
            .list(rules(way, world, context)),
          ], in: world.name)
      }
      if ways.unlisted > 0 { notes.append("\(ways.unlisted) more workloads reach \(store) through others.") }
      if ways.isOpen { notes.append("More connections lead to \(store) than were looked at: ways may be missing.") }
      for rule in ways.cut {
        cut.add(
          [
            .text(store), .text(context.text(world.view.reference(rule, .allows))),
            .text(strangers.isEmpty ? "no way from outside is left" : "no way from outside that was found is left"),
          ],
          in: world.name)
      }
    }
  }

  /// What pods that no manifest shows may do to a store, and to those workloads with ePHI that lead to it.
  private static func strangers(_ ways: StoreWays, _ world: WorldEvidence) -> [EPHIFlow] {
    let callers = world.flows.into(ways.store).map(\.from)
    let onTheWay = Set([.pods(ways.store.podClass)] + callers + ways.throughOthers.compactMap(\.hops.first?.from))
    return world.zones.ephi.filter { onTheWay.contains(.pods($0.podClass)) }.flatMap(world.flows.into).filter { flow in
      guard case .pods(let id, let workloads) = flow.source, workloads.isEmpty else { return false }
      switch world.view.reach[id].origin {
      case .inferred, .hypothetical: return true
      case .read, .ingressController: return false
      }
    }
  }

  /// `internet → shop/web on TCP 443 → shop/db on TCP 5432`.
  private static func chain(_ way: Way, _ world: WorldEvidence) -> String {
    guard let first = way.hops.first else { return "" }
    return way.hops.reduce(world.view.name(of: first.source)) { text, hop in
      "\(text) → \(world.view.name(of: hop.destination)) on \(hop.ports.texts.joined(separator: ", "))"
    }
  }

  private func certainty(_ way: Way) -> EvidenceCell { .text(way.isCertain ? "allowed" : "cannot be told") }

  private func rules(_ way: Way, _ world: WorldEvidence, _ context: EvidenceContext) -> [String] {
    way.hops.map { hop in
      let explanation = world.view.reach.explain(from: hop.from, to: hop.to, hop.ports)
      let words = [explanation.egress, explanation.ingress].flatMap { FlowsSection.words($0, world, context) }
      return "\(world.view.name(of: hop.destination)): \(words.joined(separator: "; "))"
    }
  }

  func section(_ context: EvidenceContext) -> EvidenceSection {
    var section = EvidenceSection("ways", "Ways to ePHI stores")
    section.paragraphs =
      [
        "A chain is a possible path if every hop relays; not an observed flow. Questions to the cluster's DNS are no hop."
      ] + notes
    section.tables = [outside, others, cut].map { $0.table(context.worlds, context.lookedAt) }
    return section
  }
}

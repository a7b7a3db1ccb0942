internal import Model
internal import Traffic

/// What has changed for ePHI between two reports.
package struct EvidenceComparison: Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case newClient = "new-client"
    case newEgress = "new-egress"
    case lostIsolation = "lost-isolation"
    /// Workloads that are still there, and that the config does not call ePHI any more: who reaches them is not looked at.
    case outOfZone = "out-of-zone"
    /// What was open and is not any more, and workloads that are no longer there.
    case closed

    package var title: String {
      switch self {
      case .newClient: "New clients of ePHI workloads"
      case .newEgress: "New ways out for ePHI"
      case .lostIsolation: "Lost isolation"
      case .outOfZone: "Not looked at any more"
      case .closed: "Closed"
      }
    }
  }

  package struct Change: Hashable, Sendable {
    package let kind: Kind
    /// In one sentence, without a full stop.
    package let sentence: String
    /// The rules that make it so.
    package let rules: [String]
  }

  package let earlierDate: String
  package let earlierDigest: String
  /// In order of their kinds, each with the worlds in which it holds.
  package let changes: [(change: Change, worlds: [String])]
  package let worlds: [String]
  /// Why there may be more changes than are known, or fewer; `nil` where the changes are these.
  let incomplete: String?
  /// Why there may be more changes than are known: whoever asks for changes cannot be told that there are none.
  package let cannotTell: String?

  package var isEmpty: Bool { changes.isEmpty }
  package var count: Int { changes.count }

  package func has(_ kind: Kind) -> Bool { changes.contains { $0.change.kind == kind } }

  init(_ old: ComparedFacts, _ new: ComparedFacts, date: String, digest: String) {
    earlierDate = date
    earlierDigest = digest
    worlds = new.worlds
    var order: [Change] = []
    var found: [Change: [String]] = [:]
    for (name, before, after) in EvidenceComparison.pairs(old, new) {
      for change in EvidenceComparison.changes(before, after) {
        if found[change] == nil { order.append(change) }
        found[change, default: []].append(name)
      }
    }
    changes = Kind.allCases.flatMap { kind in order.filter { $0.kind == kind }.map { ($0, found[$0] ?? []) } }
    let reasons = [
      old.isComplete && new.isComplete
        ? nil : "there are more flows than the reports list: what changes among them is not known",
      EvidenceComparison.open(old, new),
    ].compactMap(\.self)
    cannotTell = reasons.isEmpty ? nil : reasons.joined(separator: "; ")
    let closed =
      new.hasUnread && order.contains { $0.kind == .closed }
      ? "not everything was read: what is told as closed may be there all the same" : nil
    let all = [cannotTell, closed].compactMap(\.self)
    incomplete = all.isEmpty ? nil : all.joined(separator: "; ")
  }

  /// What may allow more on either side. What somebody chose to leave out counts where it was not left out before.
  private static func open(_ old: ComparedFacts, _ new: ComparedFacts) -> String? {
    // Two folders that are compared have paths of their own.
    func name(_ text: String) -> Substring {
      text[(text.lastIndex { "/(".contains($0) } ?? text.startIndex)...].dropFirst()
    }
    let known = Set(old.open.map(name))
    let now = new.open.filter { !$0.hasPrefix(UnreadInput.ignored) || !known.contains(name($0)) }
    let before = old.open.filter { !$0.hasPrefix(UnreadInput.ignored) && !new.open.contains($0) }
      .map { "before: \($0)" }
    let all = now + before
    if all.isEmpty { return nil }
    let more = all.count > 3 ? " and \(all.count - 3) more" : ""
    return "what changes by this cannot be told: \(all.prefix(3).joined(separator: "; "))\(more)"
  }

  /// Worlds of one name; one alone with one alone, whatever they are called. What has no counterpart is compared with
  /// nothing.
  private static func pairs(
    _ old: ComparedFacts, _ new: ComparedFacts
  ) -> [(name: String, old: ComparedFacts, new: ComparedFacts)] {
    let none = ComparedFacts { _, _ in [] }
    if old.worlds.count <= 1, new.worlds.count <= 1 {
      return [(new.worlds.first ?? old.worlds.first ?? "", old, new)]
    }
    let known = new.worlds.map { name in
      (name, old.worlds.contains(name) ? old.of(name) : none, new.of(name))
    }
    return known + old.worlds.filter { !new.worlds.contains($0) }.map { ($0, old.of($0), none) }
  }

  private static func changes(_ old: ComparedFacts, _ new: ComparedFacts) -> [Change] {
    clients(old, new) + waysOut(old, new) + isolation(old, new) + outOfZone(old, new) + closed(old, new)
  }

  // MARK: Who may reach ePHI

  private static func clients(_ old: ComparedFacts, _ new: ComparedFacts) -> [Change] {
    let known = Set(old.isolation.map(\.workload))
    let before = Dictionary(grouping: old.flows, by: \.pair)
    return new.flows.flatMap { flow -> [Change] in
      let before = (before[flow.pair] ?? []).filter { $0.isCertain || !flow.isCertain }
      let isKnown = known.contains(flow.destination)
      let verb =
        (isKnown ? "may newly reach" : "may reach") + (flow.isCertain ? "" : ", which cannot be told for certain,")
      let destination = flow.destination + (isKnown ? "" : ", which is newly in a zone with ePHI,")
      func change(_ source: String, _ ports: PortSet) -> Change {
        Change(
          kind: .newClient, sentence: "\(source) \(verb) \(destination) on \(ports.texts.joined(separator: ", "))",
          rules: flow.rules)
      }
      guard let addresses = flow.addresses else {
        let ports = before.reduce(flow.ports) { $0.subtracting($1.ports) }
        return ports.isEmpty ? [] : [change(flow.source, ports)]
      }
      let left = rest(of: [(addresses, flow.ports)], without: before.map { ($0.addresses ?? AddressSet(), $0.ports) })
      return left.map { change($0.0.texts(atMost: 4).joined(separator: ", "), $0.1) }
    }
  }

  private static func waysOut(_ old: ComparedFacts, _ new: ComparedFacts) -> [Change] {
    let before = Dictionary(grouping: old.waysOut, by: \.workload)
    return new.waysOut.flatMap { way -> [Change] in
      let before = (before[way.workload] ?? []).filter { $0.isCertain || !way.isCertain }
      let left = rest(of: [(way.addresses, way.ports)], without: before.map { ($0.addresses, $0.ports) })
      let verb = way.isCertain ? "may newly send to" : "may newly send, which cannot be told for certain, to"
      return left.map {
        Change(kind: .newEgress, sentence: "\(way.workload) \(verb) \(words($0.0, $0.1))", rules: way.rules)
      }
    }
  }

  private static func words(_ addresses: AddressSet, _ ports: PortSet) -> String {
    "\(addresses.texts(atMost: 4).joined(separator: ", ")) on \(ports.texts.joined(separator: ", "))"
  }

  /// Parts of addresses and ports that none of the others hold.
  private static func rest(
    of parts: [(AddressSet, PortSet)], without others: [(AddressSet, PortSet)]
  ) -> [(AddressSet, PortSet)] {
    var left = parts
    for (addresses, ports) in others {
      left = left.flatMap { own -> [(AddressSet, PortSet)] in
        let common = own.0.intersection(addresses)
        return [(own.0.subtracting(common), own.1), (common, own.1.subtracting(ports))]
      }.filter { !$0.0.isEmpty && !$0.1.isEmpty }
    }
    return left
  }

  // MARK: Isolation

  private static func isolation(_ old: ComparedFacts, _ new: ComparedFacts) -> [Change] {
    let before = Dictionary(old.isolation.map { ($0.workload, $0) }) { first, _ in first }
    return new.isolation.flatMap { now -> [Change] in
      let before = before[now.workload]
      return [
        ("ingress", before?.ingress, now.ingress, before?.ingressBy ?? []),
        ("egress", before?.egress, now.egress, before?.egressBy ?? []),
      ].compactMap { direction, then, answer, policies in
        // What was open and cannot be told any more has lost nothing.
        if answer == "yes" || answer == then || then == "no" { return nil }
        let what = answer == "no" ? "no policy isolates" : "it cannot be told any more whether a policy isolates"
        let new = before == nil ? ", which is new" : ""
        return Change(
          kind: .lostIsolation, sentence: "\(what) \(now.workload), an \(now.zone)\(new), for \(direction)",
          rules: policies.map { "\($0), which isolated it before" } + [now.place])
      }
    }
  }

  // MARK: What is closed

  /// The workloads that are in a zone with ePHI no more.
  private static func left(_ old: ComparedFacts, _ new: ComparedFacts) -> [ComparedFacts.Isolation] {
    let after = Set(new.isolation.map(\.workload))
    return old.isolation.filter { !after.contains($0.workload) }
  }

  private static func outOfZone(_ old: ComparedFacts, _ new: ComparedFacts) -> [Change] {
    left(old, new).filter { new.others.contains($0.workload) }.map {
      Change(
        kind: .outOfZone,
        sentence:
          "\($0.workload), an \($0.zone) before, is there and in no zone with ePHI: who reaches it is not looked at",
        rules: [])
    }
  }

  private static func closed(_ old: ComparedFacts, _ new: ComparedFacts) -> [Change] {
    func change(_ sentence: String) -> Change { Change(kind: .closed, sentence: sentence, rules: []) }
    let flowsAfter = Dictionary(grouping: new.flows, by: \.pair)
    let left = left(old, new)
    // Of what is not looked at nothing is known to be closed.
    let open = Set(left.map(\.workload)).intersection(new.others)
    let clients = old.flows.filter { $0.isCertain && !open.contains($0.destination) }.compactMap { flow -> Change? in
      let ports = (flowsAfter[flow.pair] ?? []).reduce(flow.ports) { $0.subtracting($1.ports) }
      if ports.isEmpty { return nil }
      let on = ports.texts.joined(separator: ", ")
      return change("\(flow.source) does not reach \(flow.destination) on \(on) any more")
    }
    let workloads = left.filter { !open.contains($0.workload) }.map {
      change("\($0.workload), an \($0.zone), is not there any more")
    }
    let waysAfter = Dictionary(grouping: new.waysOut, by: \.workload)
    let ways = old.waysOut.filter { $0.isCertain && !open.contains($0.workload) }.flatMap { way in
      rest(
        of: [(way.addresses, way.ports)], without: (waysAfter[way.workload] ?? []).map { ($0.addresses, $0.ports) }
      ).map { change("\(way.workload) does not send to \(words($0.0, $0.1)) any more") }
    }
    return clients + ways + workloads
  }

  // MARK: As a section

  /// - Parameter acknowledgement: where the changes were acknowledged.
  func section(_ acknowledgement: String?) -> EvidenceSection {
    var section = EvidenceSection("comparison", "Changes since the report of \(earlierDate)")
    section.paragraphs = [
      isEmpty
        ? "Nothing has changed for ePHI since the report of \(earlierDate)."
        : "What a change does to ePHI, with the rule that does it."
    ]
    if let incomplete { section.paragraphs = ["Not complete: \(incomplete)."] + (isEmpty ? [] : section.paragraphs) }
    section.facts = [
      EvidenceFact("earlierDate", "Date of the earlier report", .text(earlierDate)),
      EvidenceFact("earlierDigest", "SHA-256 of the earlier report", .text(earlierDigest)),
      EvidenceFact("acknowledgement", "Acknowledged", EvidenceCell(acknowledgement)),
    ]
    for kind in Kind.allCases {
      var table = TableBuilder(
        kind.key, kind.title, [("change", "Change"), ("rules", "By")], whenEmpty: "None.")
      for (change, worlds) in changes where change.kind == kind {
        for world in worlds { table.add([.text(change.sentence), .list(change.rules)], in: world) }
      }
      section.tables.append(table.table(worlds))
    }
    return section
  }
}

extension ComparedFacts.Flow {
  fileprivate struct Pair: Hashable {
    /// `nil` for addresses, which are compared as such.
    let source: String?
    let destination: String
  }

  fileprivate var pair: Pair { Pair(source: addresses == nil ? source : nil, destination: destination) }
}

extension EvidenceComparison {
  /// Compares two runs that are both at hand; `nil` where no zones are declared.
  ///
  /// - Parameter name: what a world of one of them is called beside the other one.
  package init?(
    from old: EvidenceMaterial, to new: EvidenceMaterial, calling name: (_ isOld: Bool, _ world: String) -> String
  ) {
    guard let before = ComparedFacts(of: old), let after = ComparedFacts(of: new) else { return nil }
    self.init(
      before.renamingWorlds { name(true, $0) }, after.renamingWorlds { name(false, $0) }, date: "", digest: "")
  }
}

extension ComparedFacts {
  /// The facts of a run alone, without a report; `nil` where it declares no zones.
  fileprivate init?(of material: EvidenceMaterial) {
    let context = EvidenceContext(material)
    var collectors: [any SectionCollector] = [ScopeSection(), ZonesSection(), FlowsSection(), EgressSection()]
    var areDeclared = false
    for view in material.project.worlds where !view.isEmpty {
      let world = WorldEvidence(view, context)
      areDeclared = areDeclared || world.zones.areDeclared
      context.lookedAt.add(world, context)
      for index in collectors.indices { collectors[index].add(world, context) }
    }
    guard areDeclared else { return nil }
    self.init(collectors.map { $0.section(context) } + [WorldsSection.section(context)])
  }
}

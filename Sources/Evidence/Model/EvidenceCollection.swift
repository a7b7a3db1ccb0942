internal import Config
internal import Facts
internal import Model
internal import Traffic

/// Goes over the worlds once, and puts everything together.
struct EvidenceCollection {
  let sections: [EvidenceSection]
  let checks: [CheckResult]
  let citations: [CitationResult]
  let inputs: [EvidenceInput]
  let subjects: [EvidenceSubject]
  let attestations: [EvidenceAttestation]
  let nextReview: String?
  let comparison: EvidenceComparison?

  init(_ context: EvidenceContext) {
    let material = context.material
    var checks = EvidenceChecks(context)
    var scope = ScopeSection()
    var zones = ZonesSection()
    var reviews = ReviewsSection()
    var others: [any SectionCollector] = [AccessSection(), FlowsSection(), WaysSection(), EgressSection()]
    var stores: [StoreName] = []
    for view in material.project.worlds where !view.isEmpty {
      let world = WorldEvidence(view, context)
      context.lookedAt.add(world, context)
      checks.add(world)
      scope.add(world, context)
      zones.add(world, context)
      reviews.add(world, context)
      for index in others.indices { others[index].add(world, context) }
      for store in EvidenceCollection.stores(world) where !stores.contains(store) { stores.append(store) }
    }
    inputs = context.inputs
    let flows = FlowOutcomes(material.project, unread: context.unread.filter(\.mayHoldPolicies))
      .all(in: material.project)
    let collected = [zones.section(context)] + others.map { $0.section(context) } + [WorldsSection.section(context)]
    let compared = [scope.section(context)] + collected
    comparison = material.earlier.map {
      EvidenceComparison($0.report.facts, ComparedFacts(compared), date: $0.report.date, digest: $0.digest)
    }
    self.checks = checks.results(flows, stores, comparison)
    citations = EvidenceCollection.citations(self.checks, material)
    attestations = ZonesSection.attestations(context)
    nextReview = reviews.nextReviews.min()
    var subjects: [EvidenceSubject] = []
    for subject in self.checks.flatMap(\.subjects) where !subjects.contains(subject) { subjects.append(subject) }
    self.subjects = subjects
    let worlds = collected[collected.count - 1]
    let proposed = material.showsProposed ? [ProposedSection.section(context)] : []
    var sections = [scope.section(context)]
    if let comparison { sections.append(comparison.section(material.acknowledgement)) }
    if let kept = material.history { sections.append(HistorySection.section(kept, comparison, context)) }
    sections.append(CitationsSection.section(citations, context))
    sections += collected.dropLast()
    sections += [
      SuppressionsSection.section(context), reviews.section(context), DeclaredFlowsSection.section(flows, context),
      FindingsSection.section(context), worlds, LimitsSection.section(context), CrosswalkSection.section(context),
    ]
    sections += proposed + [InputsSection.section(inputs, context), RetentionSection.section(context)]
    self.sections = sections
  }

  /// The stores of a world with the names that flows give them.
  private static func stores(_ world: WorldEvidence) -> [StoreName] {
    world.zones.stores.map { store in
      let workloads = store.workloads.map { world.view.world[$0].meta }
      let names = workloads.flatMap {
        ["\($0.namespace)/\($0.name.value)", "\($0.namespace)/\($0.kind)/\($0.name.value)", $0.name.value]
      }
      return StoreName(
        shown: world.name(of: store), names: Set(names + store.member.components.map(\.name)))
    }
  }

  private static func citations(_ checks: [CheckResult], _ material: EvidenceMaterial) -> [CitationResult] {
    let byID = Dictionary(checks.map { ($0.check.id, $0) }) { first, _ in first }
    let decisions = material.configuration.hipaa.decisions
    return material.catalogue.entries.map { entry in
      let own = entry.checks.compactMap { byID[$0] }
      return CitationResult(
        entry: entry, result: result(entry, own, isClearinghouse: material.configuration.hipaa.isClearinghouse),
        checks: own, decision: decisions.first { $0.paragraph.lowercased() == entry.paragraph.lowercased() },
        binding: material.catalogue.binding)
    }
  }

  private static func result(
    _ entry: EvidenceCatalogue.Entry, _ checks: [CheckResult], isClearinghouse: Bool
  ) -> EvidenceResult {
    if entry.isForClearinghouses, !isClearinghouse { return .notApplicable }
    let worst = checks.map(\.result).min() ?? .notAssessed
    switch entry.support {
    case .none: return .notAssessed
    case .contrary: return [.fail, .undecided].contains(worst) ? worst : .notAssessed
    case .supports, .partially: return worst
    }
  }
}

/// Collects one section of the report, world by world.
protocol SectionCollector {
  mutating func add(_ world: WorldEvidence, _ context: EvidenceContext)

  /// The section, once all worlds have been added.
  func section(_ context: EvidenceContext) -> EvidenceSection
}

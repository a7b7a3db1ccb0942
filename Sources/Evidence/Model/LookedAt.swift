internal import Model
internal import Traffic

/// What there was to be looked at: whether a table without rows means that there is nothing.
struct LookedAt {
  private var areZonesDeclared = false
  private var hasEPHI = false
  /// Whether something was not read, not built or not listed, so that there may be more.
  private var isOpen = false
  /// What is applied to namespaces with ePHI and was not read, and builds that may not be live together; each once.
  private var open: [String] = []
  /// The latter alone.
  private(set) var sharedBuilds: [String] = []

  mutating func add(_ world: WorldEvidence, _ context: EvidenceContext) {
    areZonesDeclared = areZonesDeclared || world.zones.areDeclared
    hasEPHI = hasEPHI || !world.zones.ephi.isEmpty
    addOpen(world, context)
    let objects = world.view.world
    isOpen =
      isOpen || world.flows.isCut || !objects.doubts.isEmpty || !objects.additions.isEmpty
      || !world.zones.unread.isEmpty
      || !world.zones.misspelt.isEmpty || !context.unread.isEmpty
  }

  private mutating func addOpen(_ world: WorldEvidence, _ context: EvidenceContext) {
    let additions = world.view.world.additions.filter { $0.namespace.map(world.namespaces.contains) ?? true }
    for addition in additions {
      let sentence = "\(addition.reason) (\(context.place(addition.span)))"
      if !open.contains(sentence) { open.append(sentence) }
    }
    for shared in SharedWorkload.all(world, context) {
      let sentence = shared.sentence(world, context)
      if !sharedBuilds.contains(sentence) { sharedBuilds.append(sentence) }
    }
  }

  /// What may allow more than was read, each with its place; empty where no zones are declared.
  func mayAllowMore(_ context: EvidenceContext) -> [String] {
    if !areZonesDeclared { return [] }
    let unread = context.unread.filter(\.mayHoldPolicies).map { "\($0.reason) (\(context.place($0)))" }
    var seen: Set<String> = []
    return (unread + open + sharedBuilds).filter { seen.insert($0).inserted }
  }

  /// Said of everything about ePHI where the config declares no zones.
  static let undeclared = "the config does not say which workloads hold ePHI (components.NAME.data, hipaa.zoneLabel)"

  /// Whether the flows that were looked for are all there: `no:` begins what says that there are more.
  func completeness(isCut: Bool) -> String {
    if !areZonesDeclared { return "not looked at: \(LookedAt.undeclared)" }
    if !hasEPHI { return "not looked at: no workload that was read is in a zone with ePHI" }
    if isCut { return "no: there are more than are listed" }
    return isOpen ? "yes, of what was read: what was not stands under Scope" : "yes"
  }

  /// What is said in place of rows about ePHI.
  ///
  /// - Parameter text: what is said where everything was looked at.
  func nothing(_ text: String) -> String {
    if !areZonesDeclared { return "Not looked at: \(LookedAt.undeclared)." }
    if !hasEPHI { return "Not known: no workload that was read is in a zone with ePHI." }
    return isOpen ? "\(text) What was not read may say otherwise: it stands under Scope." : text
  }
}

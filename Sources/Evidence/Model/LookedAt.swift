internal import Assembly
internal import Diagnostics
internal import Model
internal import Traffic

/// What there was to be looked at: whether a table without rows means that there is nothing.
struct LookedAt {
  private var areZonesDeclared = false
  private var hasEPHI = false
  /// Whether something was not read, not built or not listed, so that there may be more.
  private var isOpen = false

  mutating func add(_ world: WorldEvidence, _ context: EvidenceContext) {
    areZonesDeclared = areZonesDeclared || world.zones.areDeclared
    hasEPHI = hasEPHI || !world.zones.ephi.isEmpty
    let objects = world.view.world
    isOpen =
      isOpen || world.flows.isCut || !objects.doubts.isEmpty || !objects.additions.isEmpty
      || !world.zones.unread.isEmpty
      || !world.zones.misspelt.isEmpty || !context.unread.isEmpty
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

/// Something that is known and was not read, with its place as text.
struct UnreadInput: Hashable {
  let reason: String
  let place: String

  /// Documents that cannot be read, and what was passed over; what a world says of itself is not among it.
  static func all(_ context: EvidenceContext) -> [UnreadInput] {
    let material = context.material
    let kinds: [ManifestProblem.Kind] = [.invalidYAML, .template, .unsupportedVersion]
    let broken = material.project.problems.filter { kinds.contains($0.kind) }.map {
      UnreadInput(reason: $0.message, place: context.place($0.span))
    }
    let worlds = material.project.worlds
    let told = Set(worlds.flatMap { $0.world.doubts.map(\.reason) + $0.world.additions.map(\.reason) })
    let skipped = material.skipped.filter { !$0.isNote && !told.contains($0.reason) }.map {
      UnreadInput(reason: $0.reason, place: $0.file)
    }
    return broken + skipped
  }
}

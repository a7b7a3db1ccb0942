internal import Config
internal import Diagnostics
internal import Facts
internal import Model
internal import Rules
internal import Traffic

/// The checks of the catalogue: what each one finds in all worlds.
struct EvidenceChecks {
  private var builders: [String: CheckBuilder] = [:]
  private let context: EvidenceContext
  /// Whether the config says in some world which workloads hold ePHI.
  private var areZonesDeclared = false
  /// The world that is being looked at.
  private var world: String?
  /// The worlds that have been looked at.
  private var worlds: [String] = []
  /// Whether some world has a workload with ePHI.
  private var hasEPHI = false

  init(_ context: EvidenceContext) { self.context = context }

  mutating func add(_ id: String, _ result: EvidenceResult, _ sentence: String, _ subject: EvidenceSubject? = nil) {
    builders[id, default: CheckBuilder()].add(result, sentence, subject, in: world)
  }

  /// What one world shows.
  mutating func add(_ world: WorldEvidence) {
    areZonesDeclared = areZonesDeclared || world.zones.areDeclared
    guard world.zones.areDeclared else { return }
    self.world = world.name
    defer { self.world = nil }
    worlds.append(world.name)
    hasEPHI = hasEPHI || !world.zones.ephi.isEmpty
    addMissing(world)
    addMisspelt(world, context)
    addSharedBuilds(world, context)
    addAdditions(world)
    addIsolation(world, context)
    addStores(world, context)
    addOutside(world, context)
    addPorts(world, context)
    addRecords(world, context)
    addInventory(world, context)
    addEnforcement(world, context)
  }

  /// A component whose workloads were not read leaves everything about it open.
  private mutating func addMissing(_ world: WorldEvidence) {
    for component in world.zones.unread {
      let sentence = "the component \(component.name) of the config matches no workload that was read"
      for id in EvidenceChecks.aboutWorkloads { add(id, .undecided, sentence) }
      if component.data == .ephi {
        for id in ["ephi-store-ingress-allowlist", "ephi-store-no-external-egress"] { add(id, .undecided, sentence) }
      }
    }
  }

  /// A label that is nearly that of a zone may be meant so.
  private mutating func addMisspelt(_ world: WorldEvidence, _ context: EvidenceContext) {
    for misspelt in world.zones.misspelt {
      let subject = world.subject(misspelt.workload, context)
      let sentence = "\(misspelt.sentence(of: subject.name)) (\(subject.place))"
      for id in EvidenceChecks.aboutWorkloads + ["ephi-store-ingress-allowlist", "ephi-store-no-external-egress"] {
        add(id, .undecided, sentence, subject)
      }
    }
  }

  static let aboutWorkloads = [
    "default-deny-ingress", "default-deny-egress", "workload-unpoliced", "external-egress-declared",
    "plaintext-port-allowed", "plaintext-and-tls-both-allowed", "tls-undecidable-port", "flow-inventory",
    "enforcement-declared",
  ]

  /// What holds for no single world, and the results in the order of the catalogue.
  mutating func results(_ flows: [FlowOutcome], _ stores: [StoreName], _ comparison: EvidenceComparison?)
    -> [CheckResult]
  {
    addFlows(flows, stores, context)
    addDecisions(context)
    addRetention(context)
    addDrift(comparison, context)
    addUnread(context)
    addUndecidedRules(context)
    return context.material.catalogue.checks.map { check in
      let builder = builders[check.id] ?? CheckBuilder()
      if !areZonesDeclared, EvidenceChecks.needsZones.contains(check.id) {
        return builder.result(check, empty: .notAssessed, LookedAt.undeclared, of: worlds)
      }
      if !hasEPHI, EvidenceChecks.needsZones.contains(check.id) {
        return builder.result(check, empty: .undecided, "no workload that was read is in a zone with ePHI", of: worlds)
      }
      let (result, sentence) = EvidenceChecks.whenNothing[check.id] ?? (.notApplicable, "there is nothing to look at")
      return builder.result(check, empty: result, sentence, of: worlds)
    }
  }

  private static let needsZones = Set(
    aboutWorkloads + [
      "ephi-store-ingress-allowlist", "ephi-store-no-external-egress", "rationale-present", "review-date-fresh",
    ])

  /// What a check comes to that found nothing to look at.
  private static let whenNothing: [String: (EvidenceResult, String)] = [
    "assertion-tests-pass": (.notAssessed, "no flow is declared (`flows:` in the config, *.flows.yaml)"),
    "drift-diff": (.notAssessed, "no earlier report was given (--compare)"),
    "addressable-decision-record": (.notAssessed, "decision not supplied (`hipaa.decisions` in the config)"),
    "enforcement-declared": (.notAssessed, "no network plugin is declared (`cluster.cni`) or shown by the manifests"),
    "ephi-store-ingress-allowlist": (.notApplicable, "the config declares no ePHI store"),
    "ephi-store-no-external-egress": (.notApplicable, "the config declares no ePHI store"),
    "external-egress-declared": (.pass, "no workload of a namespace with ePHI may send outside the cluster"),
    "plaintext-port-allowed": (.pass, "no rule that applies to an ePHI workload names a known plaintext port"),
    "plaintext-and-tls-both-allowed": (.pass, "no rule that applies to an ePHI workload allows both halves of a pair"),
    "tls-undecidable-port": (.notApplicable, "no rule that applies to an ePHI workload names such a port"),
    "rationale-present": (.notApplicable, "no policy applies to an ePHI workload"),
    "review-date-fresh": (.notApplicable, "no policy applies to an ePHI workload"),
  ]

  /// Policies that were not read may allow more than is known; they take no isolation away.
  private mutating func addUnread(_ context: EvidenceContext) {
    guard areZonesDeclared else { return }
    for input in context.unread {
      let reason = "not read, and it may allow more: \(input.reason) (\(context.place(input)))"
      for id in EvidenceChecks.aboutAllowing { add(id, .undecided, reason) }
    }
  }

  /// Objects that are applied to a namespace with ePHI, or to nobody knows which, and that nobody read.
  private mutating func addAdditions(_ world: WorldEvidence) {
    for addition in world.view.world.additions {
      if let namespace = addition.namespace, !world.namespaces.contains(namespace) { continue }
      let reason = "not read, and it may allow more: \(addition.reason) (\(context.place(addition.span)))"
      for id in EvidenceChecks.aboutAllowing { add(id, .undecided, reason) }
    }
  }

  private static let aboutAllowing = [
    "ephi-store-ingress-allowlist", "ephi-store-no-external-egress", "external-egress-declared",
    "plaintext-port-allowed", "plaintext-and-tls-both-allowed", "flow-inventory",
  ]

  /// What a rule could not decide leaves its check open too.
  private mutating func addUndecidedRules(_ context: EvidenceContext) {
    // Isolation is asked for each workload and direction already.
    let checks: [String: [String]] = [
      "NP705": ["ephi-store-ingress-allowlist"], "NP706": ["external-egress-declared"],
      "NP707": ["plaintext-port-allowed"],
    ]
    guard areZonesDeclared else { return }
    for undecided in context.material.result.undecided {
      // A port that may carry both is a check of its own.
      if undecided.rule == "NP707", undecided.reason.contains("`tls: true`") { continue }
      for id in checks[undecided.rule.description] ?? [] where !(builders[id]?.has(.undecided) ?? false) {
        add(id, .undecided, undecided.reason)
      }
    }
  }
}

/// A store, by the names that flows may give it.
struct StoreName: Hashable {
  let shown: String
  let names: Set<String>
}

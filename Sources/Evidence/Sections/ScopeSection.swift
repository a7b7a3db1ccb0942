internal import Assembly
internal import Config
internal import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic

/// What was looked at, and what is known and was not: the first question of whoever reads evidence.
struct ScopeSection: SectionCollector {
  private var namespaces = TableBuilder(
    "namespaces", "Namespaces",
    [("namespace", "Namespace"), ("workloads", "Workloads"), ("ephi", "Of these ePHI"), ("policies", "Policies")],
    whenEmpty: "No namespace holds a workload or a policy.")
  private var inNoZone = TableBuilder(
    "workloadsInNoZone", "Workloads in no zone",
    [("workload", "Workload"), ("kind", "Kind"), ("zoneLabel", "Zone label"), ("place", "Place")],
    whenEmpty: "Each workload is in a zone.")
  private var notRead = TableBuilder(
    "notRead", "Known, and not read or not built", [("what", "What"), ("place", "Place")],
    whenEmpty: "Nothing is known that was not read.")
  private var selectingNothing = TableBuilder(
    "policiesSelectingNothing", "Policies that select no workload that was read",
    [("policy", "Policy"), ("place", "Place")], whenEmpty: "Each policy selects a workload.")
  private var notEvaluated = TableBuilder(
    "notEvaluated", "Policies of other kinds, seen and not evaluated",
    [("kind", "Kind"), ("name", "Name"), ("place", "Place")], whenEmpty: "None was seen.")
  private var names: Set<String> = []
  private var workloadCount = 0

  mutating func add(_ world: WorldEvidence, _ context: EvidenceContext) {
    let (view, objects) = (world.view, world.view.world)
    for namespace in objects.namespaces {
      let workloads = objects.workloadIDs(in: namespace)
      let policies = objects.policyIDs(in: namespace)
      if workloads.isEmpty, policies.isEmpty { continue }
      names.insert(namespace)
      let ephi = workloads.count { world.zones.members[$0]?.zone.holdsEPHI ?? false }
      namespaces.add(
        [.text(namespace), .number(workloads.count), .number(ephi), .number(policies.count)], in: world.name)
    }
    for (id, workload) in objects.identifiedWorkloads where world.zones.members[id] == nil {
      let meta = workload.meta
      inNoZone.add(
        [
          .text(meta.qualifiedName), .text(meta.kind),
          EvidenceCell(view.configuration.hipaa.zoneLabel.flatMap(workload.labels.value)),
          .text(context.place(meta.name.span)),
        ], in: world.name)
    }
    for doubt in objects.doubts {
      notRead.add([.text(doubt.reason), .text(context.place(doubt.span))], in: world.name)
    }
    for addition in objects.additions {
      notRead.add([.text(addition.reason), .text(context.place(addition.span))], in: world.name)
    }
    for component in world.zones.unread {
      notRead.add(
        [.text("the workloads of the component \(component.name)"), .text(context.place(component.span))],
        in: world.name)
    }
    for policy in objects.policies where view.selection.pods(of: policy).isEmpty {
      selectingNothing.add(
        [.text(policy.meta.qualifiedName), .text(context.place(policy.nameSpan))], in: world.name)
    }
    let labels = view.facts.labels
    for other in objects.others where labels.otherPolicyScope(other) != .none || labels.isMeshPolicy(other.meta) {
      notEvaluated.add(
        [
          .text("\(other.meta.kind) of \(other.meta.group)"), .text(other.meta.name.value),
          .text(context.place(other.meta.name.span)),
        ], in: world.name)
    }
  }

  func section(_ context: EvidenceContext) -> EvidenceSection {
    let material = context.material
    var section = EvidenceSection("scope", "Scope")
    section.paragraphs = [
      "Method: EXAMINE. Manifests were read and a model of them was asked; no packet was sent and no cluster was asked.",
      "Read this first: what is not listed here was not looked at.",
    ]
    let counts = material.project.counts
    section.facts = [
      EvidenceFact("source", "Source", .text(material.source ?? "not stated (--source)")),
      EvidenceFact("liveExport", "Live export", EvidenceCell(material.liveExport)),
      EvidenceFact("command", "Command", .text(material.arguments.joined(separator: " "))),
      EvidenceFact("namespaceCount", "Namespaces read", .number(names.count)),
      EvidenceFact("workloadCount", "Workloads read", .number(counts.workloads)),
      EvidenceFact("policyCount", "NetworkPolicies read", .number(counts.policies)),
      EvidenceFact("fileCount", "Files read", .number(context.inputs.count)),
    ]
    section.tables = [
      namespaces.table(context.worlds), inNoZone.table(context.worlds), unread(context).table(context.worlds),
      selectingNothing.table(context.worlds), notApplied(context), notEvaluated.table(context.worlds),
    ]
    return section
  }

  private func unread(_ context: EvidenceContext) -> TableBuilder {
    var table = notRead
    for input in context.unread { table.add([.text(input.reason), .text(context.place(input))], in: nil) }
    return table
  }

  /// Policies that no world has.
  private func notApplied(_ context: EvidenceContext) -> EvidenceTable {
    var table = TableBuilder(
      "policiesNotApplied", "Policies that nothing here applies",
      [("policy", "Policy"), ("place", "Place"), ("reason", "Reason")], whenEmpty: "Each policy is applied.")
    for unit in context.material.project.assembly.units {
      guard case .notApplied(let cause) = unit.status else { continue }
      for object in unit.objects {
        guard case .networkPolicy(let policy) = object.manifest else { continue }
        table.add(
          [.text(policy.meta.qualifiedName), .text(context.place(policy.nameSpan)), .text(cause.text)], in: nil)
      }
    }
    return table.table(context.worlds)
  }
}

internal import Assembly
internal import Config
internal import Model
internal import Traffic

extension EvidenceChecks {
  /// Builds that hold the same ePHI workload and not the same policies.
  ///
  /// Equal objects merge, so that such builds are taken to be live together, and what isolates the workload in one of them
  /// isolates it in all. Unless `roots` says so, nothing does: overlays for two clusters look the same.
  mutating func addSharedBuilds(_ world: WorldEvidence, _ context: EvidenceContext) {
    for shared in SharedWorkload.all(world, context) {
      let subject = world.subject(shared.workload, context)
      let sentence = shared.sentence(world, context)
      let flows = context.material.configuration.flows.isEmpty ? [] : ["assertion-tests-pass"]
      let stores = ["ephi-store-ingress-allowlist", "ephi-store-no-external-egress"]
      for id in EvidenceChecks.aboutWorkloads + stores + flows { add(id, .undecided, sentence, subject) }
    }
  }
}

/// A workload that several units of one world hold, one of them with a policy that another one lacks.
struct SharedWorkload {
  let workload: WorkloadID
  /// The units that hold it.
  let names: String
  let policy: String
  let holder: String
  let other: String

  func sentence(_ world: WorldEvidence, _ context: EvidenceContext) -> String {
    "\(names) hold \(world.subject(workload, context).name), and \(policy) is in \(holder) and not in \(other): "
      + "whether they are live together is not said (`roots` in the config can say it), and each is to be asked alone"
  }

  /// One for each set of units.
  static func all(_ world: WorldEvidence, _ context: EvidenceContext) -> [SharedWorkload] {
    let project = context.material.project
    guard let plan = project.plans.first(where: { $0.name == world.name }) else { return [] }
    if !context.material.configuration.roots.isEmpty { return [] }
    // What an entry of Flux or Argo CD places is live with all that others place there.
    let units = plan.units.filter { project.assembly.units[$0].owner == nil }
    if units.count < 2 { return [] }
    var holders: [String: [Int]] = [:]
    var policies: [Int: [String]] = [:]
    for unit in units {
      for object in project.assembly.units[unit].objects {
        switch object.manifest {
        case .workload(let workload): holders[name(workload.meta), default: []].append(unit)
        case .networkPolicy, .clusterPolicy: policies[unit, default: []].append(name(object.manifest.meta))
        case .namespace, .service, .ingress, .other: break
        }
      }
    }
    var seen: Set<[Int]> = []
    return world.zones.ephi.flatMap(\.workloads).compactMap { id in
      let holders = holders[name(world.view.world[id].meta)] ?? []
      guard holders.count > 1, seen.insert(holders).inserted else { return nil }
      return SharedWorkload(id, holders, policies, project.assembly)
    }
  }

  private init?(_ workload: WorkloadID, _ holders: [Int], _ policies: [Int: [String]], _ assembly: Assembly) {
    let sets = holders.map { Set(policies[$0] ?? []) }
    let common = sets.reduce(sets[0]) { $0.intersection($1) }
    for (place, holder) in holders.enumerated() {
      guard let policy = policies[holder]?.first(where: { !common.contains($0) }),
        let other = sets.firstIndex(where: { !$0.contains(policy) })
      else { continue }
      self.workload = workload
      self.policy = policy
      names = holders.prefix(4).map { assembly.units[$0].name }.joined(separator: ", ")
      self.holder = assembly.units[holders[place]].name
      self.other = assembly.units[holders[other]].name
      return
    }
    return nil
  }

  private static func name(_ meta: ObjectMeta) -> String { "\(meta.kind) \(meta.qualifiedName)" }
}

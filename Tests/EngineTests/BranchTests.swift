import Engine
import Model
import TestSupport
import Testing

/// Worlds in which nothing says whether some alternatives are live together.
@Suite struct BranchTests {
  /// A generated world in which half of the objects hang on one of three branches, and the same one without any.
  private struct Sample {
    let plain: Reach
    let branched: Reach
    let world: World
    let branches: [ObjectKey: BranchID]

    init?(seed: UInt64) {
      let generated = WorldGenerator.world(seed: seed)
      guard let world = generated.read() else { return nil }
      var random = SeededGenerator(seed: seed &* 31)
      var contents = WorldContents(
        world.policies.map { .networkPolicy($0) } + world.workloads.map { .workload($0) }
          + world.declaredNamespaces.values.map { .namespace($0) } + world.others.map { .other($0) })
      contents.manifests.sort { $0.meta.span < $1.meta.span }
      let settings = ReachSettings(generated.settings)
      plain = Reach(World(contents), settings)
      contents.branches = ["a", "b", "c"].map { Branch(name: $0, at: nil) }
      for manifest in contents.manifests where Bool.random(using: &random) {
        contents.branchOfObject[ObjectKey(manifest.meta)] = BranchID(Int.random(in: 0...2, using: &random))
      }
      branches = contents.branchOfObject
      self.world = World(contents)
      branched = Reach(self.world, settings)
    }

    /// What the answer of one side rests on, worked out anew from the manifests.
    func basis(_ id: WorkloadID, _ type: PolicyType) -> Set<BranchID> {
      let workload = world[id]
      let policies = world.policies.filter { policy in
        policy.isolates(type) && (policy.isSound || policy.open != nil)
          && policy.meta.namespace == workload.meta.namespace
          && !workload.hostNetwork && policy.podSelector.selector.matches(workload.labels) != .no
      }
      return Set(
        ([workload.meta] + policies.map(\.meta)).compactMap { branches[ObjectKey($0)] })
    }
  }

  @Test func answersThatRestOnTwoBranchesAreOpenAndNoOthers() throws {
    var counts = (open: 0, same: 0)
    for seed in 1...UInt64(120) {
      guard let sample = Sample(seed: seed) else { continue }
      for source in sample.world.workloadIDs {
        for destination in sample.world.workloadIDs where source != destination {
          let (from, to) = (Endpoint.workload(source), Endpoint.workload(destination))
          let before = sample.plain.ports(from: from, to: to)
          let after = sample.branched.ports(from: from, to: to)
          let basis = sample.basis(source, .egress).union(sample.basis(destination, .ingress))
          if basis.count < 2 {
            counts.same += 1
            #expect(after == before, "seed \(seed): \(source) to \(destination)")
          } else {
            counts.open += 1
            // What a side blocks that rests on one branch at most is blocked, whatever the other one rests on.
            let sides = [
              (sample.basis(source, .egress), sample.plain.egressBounds(from: from, to: to)),
              (sample.basis(destination, .ingress), sample.plain.ingressBounds(from: from, to: to)),
            ]
            let open = sides.reduce(PortSet.all) { $1.0.count < 2 ? $0.intersection($1.1.possible) : $0 }
            #expect(
              after.certain.isEmpty && open.isSubset(of: after.possible),
              "seed \(seed): \(source) to \(destination): \(after)")
          }
        }
      }
    }
    #expect(counts.open > 500 && counts.same > 500, "\(counts)")
  }

  @Test func theTwoBranchesAreNamed() throws {
    var found = 0
    for seed in 1...UInt64(60) {
      guard let sample = Sample(seed: seed) else { continue }
      for source in sample.world.workloadIDs {
        for destination in sample.world.workloadIDs where source != destination {
          let own = sample.basis(source, .egress)
          let other = sample.basis(destination, .ingress)
          guard own.count == 1, other.count == 1, own != other else { continue }
          let explanation = sample.branched.explain(from: .workload(source), to: .workload(destination), .all)
          let pair = own.union(other).sorted()
          let fact = MissingFact.unpaired(pair[0], pair[1])
          let isOpaque = explanation.egress.missing.contains { if case .otherPolicy = $0 { true } else { false } }
          if isOpaque { continue }
          found += 1
          #expect(explanation.answer == .unknown && explanation.egress.missing == [fact], "seed \(seed)")
        }
      }
    }
    #expect(found > 30)
  }
}

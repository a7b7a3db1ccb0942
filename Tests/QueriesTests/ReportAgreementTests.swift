import Foundation
import Model
import Queries
import TestSupport
import Testing

/// The JSON reports on generated worlds, compared with the reference: nothing is missing, and nothing is too much.
@Suite struct ReportAgreementTests {
  private static let worldCount = ProcessInfo.processInfo.environment["NETPOL_FUZZ_WORLDS"].flatMap(Int.init) ?? 200

  @Test(arguments: 0..<4) func connectivityIsWhatTheReferenceAllows(_ part: Int) async throws {
    for seed in stride(from: part + 1, through: Self.worldCount, by: 4) {
      let generated = WorldGenerator.exposedWorld(seed: UInt64(seed)).knowingAllTexts
      let world = try #require(generated.read(), "seed \(seed): the manifests are not valid\n\(generated.yaml)")
      let report = try await ReadReport(connectivity: Topology(generated.yaml).report(.json).text)
      #expect(report.faults.isEmpty, "seed \(seed)\n\(generated.yaml)")
      var random = SeededGenerator(seed: UInt64(seed))
      let wrong = Comparison(world, report, using: &random).firstDifference()
      if let wrong { Issue.record("seed \(seed): \(wrong)\n\(generated.yaml)") }
    }
  }

  /// What is added and removed is the difference of both lists, at every end and at every boundary of the addresses.
  @Test(arguments: 0..<4) func changesAreTheDifferenceOfBothLists(_ part: Int) async throws {
    for seed in stride(from: part + 1, through: Self.worldCount, by: 4) {
      var random = SeededGenerator(seed: UInt64(seed))
      let old = WorldGenerator.exposedWorld(seed: UInt64(seed)).knowingAllTexts
      let mutated = old.reductions.shuffled(using: &random).first { $0.read() != nil }
      let new =
        seed.isMultiple(of: 3)
        ? WorldGenerator.exposedWorld(seed: UInt64(seed) + 1).knowingAllTexts : try #require(mutated)
      let topologies = (Topology(old.yaml), Topology(new.yaml))
      let before = try await ReadReport(connectivity: topologies.0.report(.json).text)
      let after = try await ReadReport(connectivity: topologies.1.report(.json).text)
      let diff = try await ReadReport.diff(Topology.diffReport(topologies.0, topologies.1, .json))
      let message = "seed \(seed)\n\(old.yaml)# to\n\(new.yaml)"
      #expect(diff.added.faults.isEmpty && diff.removed.faults.isEmpty, "\(message)")
      let addresses = [old, new].compactMap { $0.read() }.flatMap(\.boundaryAddresses)
      for pair in before.pairs.union(after.pairs).union(diff.added.pairs).union(diff.removed.pairs) {
        let isOutside = pair.source == .outside || pair.destination == .outside
        let isRight = (isOutside ? addresses : [IPAddress(isIPv6: false, value: 0)]).allSatisfy { address in
          let place = isOutside ? address : nil
          let (was, will) = (before.ports(pair, place), after.ports(pair, place))
          return diff.added.ports(pair, place) == will.subtracting(was)
            && diff.removed.ports(pair, place) == was.subtracting(will)
        }
        #expect(isRight, "\(pair): \(message)")
      }
    }
  }
}

/// A report and the reference on one world.
private struct Comparison {
  private let world: World
  private let report: ReadReport
  private let reference: ReferenceReach
  private let ports: [BoundaryPort]
  private let addresses: [IPAddress]

  /// Pairs of ends are all compared; of the ports and addresses some, for the reference is slow.
  init(_ world: World, _ report: ReadReport, using random: inout SeededGenerator) {
    self.world = world
    self.report = report
    reference = ReferenceReach(world, GeneratedWorld.Settings())
    ports = Array(world.boundaryPorts.sorted().shuffled(using: &random).prefix(12))
    addresses = Array(world.boundaryAddresses.shuffled(using: &random).prefix(4))
  }

  func firstDifference() -> String? {
    for (number, workload) in world.identifiedWorkloads {
      let own = ReadReport.Pair.End.workload(.init(workload))
      for (other, partner) in world.identifiedWorkloads where other != number {
        let pair = ReadReport.Pair(source: own, destination: .workload(.init(partner)))
        let listed = report.ports(pair)
        if let wrong = firstPort(listed, from: .workload(number), to: .workload(other)) { return "\(pair)\(wrong)" }
      }
      for address in addresses {
        let (from, to) = (
          ReadReport.Pair(source: .outside, destination: own), ReadReport.Pair(source: own, destination: .outside)
        )
        if let wrong = firstPort(report.ports(from, address), from: .address(address), to: .workload(number))
          ?? firstPort(report.ports(to, address), from: .workload(number), to: .address(address))
        {
          return "\(address) and \(own)\(wrong)"
        }
      }
      let controlled = report.ports(ReadReport.Pair(source: .controller, destination: own))
      for port in world.boundaryPorts.sorted() {
        let expected = port.transport == .tcp ? reference.decideForController(number, port.number) : .no
        if (expected == .yes) != controlled.contains(port.number, port.transport) {
          return "controller to \(own) on \(port): expected \(expected)"
        }
      }
    }
    return nil
  }

  private func firstPort(_ listed: PortSet, from source: ReferenceReach.End, to destination: ReferenceReach.End)
    -> String?
  {
    for port in ports {
      let expected = reference.decide(from: source, to: destination, port.number, port.transport)
      if (expected == .yes) != listed.contains(port.number, port.transport) {
        return " on \(port): expected \(expected), listed \(listed.text)"
      }
    }
    return nil
  }
}

extension ReadReport.Identity {
  fileprivate init(_ workload: Workload) {
    self.init(namespace: workload.meta.namespace, kind: workload.meta.kind, name: workload.meta.name.value)
  }
}

import Diagnostics
import Engine
import Model
import TestSupport

/// The engine against the slow reference, on manifests that the API server would take.
enum ReachFuzzer {
  static func complaint(_ bytes: [UInt8]) -> String? {
    let file = SourceFile(id: FileID(0), path: "manifest.yaml", bytes: bytes)
    let contents = ManifestReader(ReadingOptions()).read(file)
    guard contents.problems.allSatisfy({ $0.kind == .looseCIDR }), contents.skipped.isEmpty else { return nil }
    let world = World(contents.manifests)
    guard !world.policies.isEmpty, world.policies.count <= 8, (1...8).contains(world.workloads.count) else {
      return nil
    }
    let settings = GeneratedWorld.Settings()
    let reference = ReferenceReach(world, settings)
    var reachSettings = ReachSettings()
    reachSettings.podAddresses = AddressSet(settings.parsedPodCIDRs)
    reachSettings.nodeAddresses = AddressSet(settings.parsedNodeCIDRs)
    let reach = Reach(world, reachSettings)
    let ports = world.boundaryPorts.sorted().prefix(40)
    let workloads = world.workloadIDs.map { ReferenceReach.End.workload($0) }
    let addresses = world.boundaryAddresses.prefix(8).map { ReferenceReach.End.address($0) }
    for source in workloads + addresses {
      for destination in workloads + addresses where workloads.contains(source) || workloads.contains(destination) {
        let bounds = reach.ports(from: endpoint(source), to: endpoint(destination))
        for port in ports {
          let expected = reference.decide(from: source, to: destination, port.number, port.transport)
          let isPossible = bounds.possible.contains(port.number, port.transport)
          let isCertain = bounds.certain.contains(port.number, port.transport)
          let isAgreed =
            switch expected {
            case .yes: isPossible && isCertain
            case .no: !isPossible && !isCertain
            case .unknown: isPossible && !isCertain
            }
          if !isAgreed {
            return "\(source) to \(destination) on \(port): expected \(expected), found \(isPossible) \(isCertain)"
          }
        }
      }
    }
    return nil
  }

  private static func endpoint(_ end: ReferenceReach.End) -> Endpoint {
    switch end {
    case .workload(let number): .workload(number)
    case .address(let address): .address(address)
    case .domain, .nodes: preconditionFailure("nobody asks about these")
    }
  }
}

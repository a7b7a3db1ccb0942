import Engine
import Model
import TestSupport

/// The engine and the reference on one generated world.
struct Agreement {
  /// A connection on which they do not agree, or whose explanation is wrong, named so that it can be found in a smaller
  /// world.
  struct Dispute: CustomStringConvertible {
    enum End: Hashable, CustomStringConvertible {
      case workload(WorkloadIdentity)
      case address(IPAddress)
      case unresolved(ReferenceReach.End)

      var description: String {
        switch self {
        case .workload(let identity): "\(identity.namespace)/\(identity.kind)/\(identity.name)"
        case .address(let address): "\(address)"
        case .unresolved(let end): "\(end)"
        }
      }
    }

    let source: End
    let destination: End
    let port: BoundaryPort
    let complaint: String

    var description: String {
      "\(source) to \(destination) on \(port.number)/\(port.transport.rawValue): \(complaint)"
    }
  }

  let world: World
  let reference: ReferenceReach
  let reach: Reach

  /// `nil` for a world that the API server would refuse.
  init?(_ generated: GeneratedWorld, fileCount: Int = 1) {
    guard let world = generated.read(fileCount: fileCount) else { return nil }
    self.world = world
    reference = ReferenceReach(world, generated.settings)
    reach = Reach(world, ReachSettings(generated.settings, world))
  }

  /// Compares all pairs of workloads, and each workload with some addresses, on some ports: half of them ports that the
  /// world names, the others at or beside such a port.
  func firstDispute(portCount: Int, addressCount: Int, using random: inout SeededGenerator) -> Dispute? {
    let ports =
      world.writtenPorts.sorted().shuffled(using: &random).prefix(portCount / 2)
      + world.boundaryPorts.sorted().shuffled(using: &random).prefix(portCount - portCount / 2)
    let workloads = world.workloadIDs.map { ReferenceReach.End.workload($0) }
    let addresses = world.boundaryAddresses.shuffled(using: &random).prefix(addressCount).map {
      ReferenceReach.End.address($0)
    }
    let unresolved = [
      ReferenceReach.End.domain("api.example.com"), .domain("example.com"), .nodes(app: nil), .nodes(app: "web"),
    ].shuffled(using: &random).prefix(2)
    for workload in workloads {
      for other in workloads + addresses + unresolved {
        if let dispute = firstDispute(from: workload, to: other, ports) { return dispute }
      }
      for address in addresses {
        if let dispute = firstDispute(from: address, to: workload, ports) { return dispute }
      }
    }
    return nil
  }

  /// Whether they still do not agree where they did not in a larger world.
  func has(_ dispute: Dispute) -> Bool {
    guard let source = end(dispute.source), let destination = end(dispute.destination) else { return false }
    return firstDispute(from: source, to: destination, [dispute.port]) != nil
  }

  /// What the engine answers for all pairs of workloads, and for each workload with some addresses.
  func bounds(_ addresses: [IPAddress]) -> [[Dispute.End]: PortBounds] {
    let workloads = world.workloadIDs.map { ReferenceReach.End.workload($0) }
    let addresses = addresses.map { ReferenceReach.End.address($0) }
    let pairs =
      workloads.flatMap { workload in (workloads + addresses).map { [workload, $0] } }
      + addresses.flatMap { address in workloads.map { [address, $0] } }
    let bounds = pairs.map { ($0.map(name), reach.ports(from: Endpoint($0[0]), to: Endpoint($0[1]))) }
    return Dictionary(uniqueKeysWithValues: bounds)
  }

  private func firstDispute(
    from source: ReferenceReach.End, to destination: ReferenceReach.End,
    _ ports: some Sequence<BoundaryPort>
  ) -> Dispute? {
    let bounds = reach.ports(from: Endpoint(source), to: Endpoint(destination))
    for (number, port) in ports.enumerated() {
      let expected = reference.decide(from: source, to: destination, port.number, port.transport)
      let found = bounds.truth(port.number, port.transport)
      var complaint: String?
      if found != expected {
        complaint = "expected \(expected), found \(found.map(String.init(describing:)) ?? "nonsense")"
      } else if number == 0 {
        // Of one port in each list: explanations cost more than answers.
        complaint = flaw(ofExplanationFrom: source, to: destination, port, expected)
      }
      if let complaint {
        return Dispute(source: name(source), destination: name(destination), port: port, complaint: complaint)
      }
    }
    return nil
  }

  // MARK: Ends

  private func name(_ end: ReferenceReach.End) -> Dispute.End {
    switch end {
    case .workload(let number): .workload(world[number].identity)
    case .address(let address): .address(address)
    case .domain, .nodes: .unresolved(end)
    }
  }

  private func end(_ name: Dispute.End) -> ReferenceReach.End? {
    switch name {
    case .workload(let identity): world.workloadIDs.first { world[$0].identity == identity }.map { .workload($0) }
    case .address(let address): .address(address)
    case .unresolved(let end): end
    }
  }
}

extension Agreement {
  /// The smallest world that is found by taking things away from one in which there is a dispute.
  static func shrunk(_ world: GeneratedWorld, _ dispute: Dispute) -> GeneratedWorld {
    var world = world
    while let smaller = world.reductions.first(where: { Agreement($0)?.has(dispute) ?? false }) { world = smaller }
    return world
  }

  /// What is wrong with the world of a seed, with the smallest world in which it shows; `nil` if nothing is.
  static func complaint(seed: UInt64, portCount: Int, addressCount: Int) -> String? {
    var world = WorldGenerator.world(seed: seed)
    if seed.isMultiple(of: 8) { world = world.withTwins }
    guard let agreement = Agreement(world) else { return "seed \(seed): the manifests are not valid\n\(world.yaml)" }
    var random = SeededGenerator(seed: ~seed)
    let dispute = agreement.firstDispute(portCount: portCount, addressCount: addressCount, using: &random)
    guard let dispute else { return nil }
    return "seed \(seed): \(dispute)\n\(shrunk(world, dispute).yaml)"
  }
}

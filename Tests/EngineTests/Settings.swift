import Engine
import Model
import TestSupport

extension Endpoint {
  init(_ end: ReferenceReach.End) {
    switch end {
    case .workload(let number): self = .workload(number)
    case .address(let address): self = .address(address)
    case .domain(let name):
      guard let name = DomainName(name) else { fatalError("\(name) is no domain name") }
      self = .unresolved(.domain(name))
    case .nodes(let app):
      self = .unresolved(
        .nodes(app.map { Selector([SelectorRequirement(key: "app", .in, [$0])]) } ?? .everything))
    }
  }
}

extension ReachSettings {
  init(_ settings: GeneratedWorld.Settings, _ world: World) {
    self.init(settings)
    let open = world.openWorkloads(settings)
    if !open.isEmpty { opaquePolicies.append(OpaquePolicy(.workloads(open), .resource(ResourceID(0)))) }
  }

  init(_ settings: GeneratedWorld.Settings) {
    self.init()
    podAddresses = AddressSet(settings.parsedPodCIDRs)
    knowsPodAddresses = settings.podCIDRs != nil
    nodeAddresses = AddressSet(settings.parsedNodeCIDRs)
    knownNodeAddresses = settings.knowsNodeCIDRs ? nodeAddresses : nil
    ipBlocksMatchPods = settings.ipBlocksMatchPods
    uncertainAddresses = AddressSet(settings.uncertainCIDRs.compactMap { CIDR.parse($0)?.cidr })
    opaquePolicies = settings.opaqueNamespaces.map {
      OpaquePolicy($0.map { .namespace($0) } ?? .cluster, .resource(ResourceID(0)))
    }
  }
}

extension PortBounds {
  /// The answer for one port; `nil` if it is certain and yet not possible, which is no answer at all.
  func truth(_ port: UInt16, _ transport: TransportProtocol) -> Truth? {
    let isPossible = possible.contains(port, transport)
    if certain.contains(port, transport) { return isPossible ? .yes : nil }
    return isPossible ? .unknown : .no
  }
}

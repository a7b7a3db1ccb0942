package import Engine
package import Model

extension WorldView {
  /// Explains traffic between two ends that the engine knows, on some ports.
  ///
  /// - Parameters:
  ///   - source: how the end is named, and the engine's own name for it.
  ///   - ports: not empty, and answered alike.
  package func reason(
    from source: (end: TrafficEnd, endpoint: Endpoint), to destination: (end: TrafficEnd, endpoint: Endpoint),
    _ ports: PortSet
  ) -> TrafficReason {
    let bounds = reach.ports(from: source.endpoint, to: destination.endpoint)
    return reason(
      TrafficPair(
        source: source.end, destination: destination.end, from: source.endpoint, to: destination.endpoint, ports: ports,
        bounds: bounds, circumstance: nil),
      ports)
  }
}

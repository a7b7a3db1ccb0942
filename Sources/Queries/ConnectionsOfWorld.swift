package import Engine
internal import Rules

extension Connections {
  /// The connections of a world, with those that Ingresses and Routes lead to.
  package init(_ world: QueryWorld, _ options: ConnectionOptions) {
    self.init(world.world, world.reach, routedPorts: world.services.routedPorts(), options: options)
  }
}

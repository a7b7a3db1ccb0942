package import Engine
package import Traffic

extension Connections {
  /// The connections of a world, with those that Ingresses and Routes lead to.
  package init(_ view: WorldView, _ options: ConnectionOptions) {
    self.init(view.world, view.reach, routedPorts: view.services.routedPorts(), options: options)
  }
}

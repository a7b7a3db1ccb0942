package import Config
package import Engine
package import Facts
package import Model
package import Rules

/// A world with the engine's answers about it: what every question of traffic starts from.
package struct QueryWorld: Sendable {
  package let world: World
  package let reach: Reach
  package let services: ServiceIndex
  /// What belongs to the world and was not read.
  package let missing: [String]

  /// - Parameter pods: pods that are asked about, whether or not a workload is like them.
  package init(
    _ part: ProjectWorld, _ configuration: Configuration, _ facts: Facts, asking pods: [HypotheticalPod] = []
  ) {
    world = part.world
    missing = part.missing
    var settings = ReachSettings(part, configuration, facts)
    settings.hypotheticalPods += pods
    let selection = Selection(world)
    reach = Reach(selection, settings)
    services = ServiceIndex(world, selection, facts.labels)
  }

  /// Whether there is nothing in it that could send or receive.
  package var isEmpty: Bool { world.workloads.isEmpty && world.policies.isEmpty }
}

package import Config
package import Engine
package import Facts
package import Model

/// A world with the answers about it: which selectors match, what stands behind Services, what may connect to what.
///
/// The one type that rules and questions start from. Answers are worked out when they are first asked for, each once,
/// whoever asks. A class, as it is handed to every rule and kept in many places.
package final class WorldView: Sendable {
  package let world: World
  package let context: WorldContext
  package let configuration: Configuration
  package let facts: Facts
  private let settings: ReachSettings
  private let lazySelection: Lazy<Selection>
  private let lazyServices: Lazy<ServiceIndex>
  private let lazyEnds: Lazy<EndIndex>
  private let lazyStrangers: Lazy<[HypotheticalPod]>
  private let lazyStrangerClasses: Lazy<Set<ClassID>>
  let lazyReach: Lazy<Reach>

  /// - Parameter plugins: what enforces policies in the cluster, as far as it is known.
  convenience init(
    _ contents: WorldContents, _ context: WorldContext, _ configuration: Configuration, _ facts: Facts,
    _ plugins: [NetworkPlugin]
  ) {
    let world = World(contents, extraNamespaces: Dictionary(configuration.cluster.namespaces) { $1 })
    let selection = Lazy { Selection(world) }
    self.init(
      world, context, configuration, facts, selection, ReachSettings(world, configuration, facts, plugins),
      Lazy { ServiceIndex(world, selection.value, facts.labels) }, Lazy { EndIndex(world, configuration) },
      Lazy { Strangers.pods(of: world) })
  }

  private init(
    _ world: World, _ context: WorldContext, _ configuration: Configuration, _ facts: Facts,
    _ selection: Lazy<Selection>,
    _ settings: ReachSettings, _ services: Lazy<ServiceIndex>, _ ends: Lazy<EndIndex>,
    _ strangers: Lazy<[HypotheticalPod]>
  ) {
    self.world = world
    self.context = context
    self.configuration = configuration
    self.facts = facts
    lazySelection = selection
    self.settings = settings
    lazyServices = services
    lazyEnds = ends
    let reach = Lazy { Reach(selection.value, settings) }
    lazyReach = reach
    lazyStrangers = strangers
    lazyStrangerClasses = Lazy { Set(strangers.value.compactMap { reach.value.podClass(of: $0) }) }
  }

  /// Which selectors match which workloads and namespaces.
  package var selection: Selection { lazySelection.value }

  /// What may connect to what.
  package var reach: Reach { lazyReach.value }

  /// Which workloads stand behind which Services.
  package var services: ServiceIndex { lazyServices.value }

  /// Pods that no manifest shows (`Strangers`); the engine knows them only where it was asked about them.
  var strangers: [HypotheticalPod] { lazyStrangers.value }

  /// The classes of those that the engine knows.
  var strangerClasses: Set<ClassID> { lazyStrangerClasses.value }

  /// What the ends of flows name.
  var ends: EndIndex { lazyEnds.value }

  /// Whether there is nothing in it that could send or receive.
  package var isEmpty: Bool { world.workloads.isEmpty && world.policies.isEmpty }

  /// The same world for questions about these pods too, whether or not a workload is like them.
  ///
  /// The engine has to know them beforehand. Where it has been made already and knows them all, this is the view itself.
  package func asking(_ pods: [HypotheticalPod]) -> WorldView {
    if pods.isEmpty { return self }
    if let reach = lazyReach.made, pods.allSatisfy({ reach.podClass(of: $0) != nil }) { return self }
    var settings = settings
    settings.hypotheticalPods += pods
    return WorldView(
      world, context, configuration, facts, lazySelection, settings, lazyServices, lazyEnds, lazyStrangers)
  }
}

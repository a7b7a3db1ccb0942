internal import Assembly
internal import Config
internal import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Synchronization
internal import Traffic

/// What rules said of the worlds of a run when it was last linted.
///
/// The language server lints after each keystroke. Where NetworkPolicies, workloads and Services alone have changed in a
/// world, what a rule said of policies that these do not touch (`Rule.policyScope`) holds still, and only the others are
/// asked about again. The result is that of a lint from the start.
package final class LintMemory: Sendable {
  private let known = Mutex<[String: KeptWorld]>([:])
  private let kept = Mutex(0)

  package init() {}

  /// How often a rule was asked about some policies alone, since the memory was made.
  package var uses: Int { kept.withLock { $0 } }

  func world(_ name: String) -> KeptWorld? { known.withLock { $0[name] } }

  /// Takes what is known now, and forgets all else.
  func keep(_ worlds: [String: KeptWorld], uses: Int) {
    known.withLock { $0 = worlds }
    kept.withLock { $0 += uses }
  }
}

/// A world, and what rules said of it.
struct KeptWorld: Sendable {
  let world: World
  let sources: SourceTable
  let units: [UnitName]
  /// Whether policies said too much to be put together. What is left for one hangs on all that come before it.
  let isOverloaded: Bool
  /// The pods that selectors show; none where no rule asked what may connect to what.
  let inferred: Set<InferredPod>
  /// The network plugins that the manifests show.
  let plugins: [String]
  /// What was known of the API server's address.
  let apiServer: APIServer
  /// What is near to which labels; `nil` where no rule ever asked.
  let nearMisses: NearMissIndex?
  /// As the rules filled them, before anything was taken back.
  let sinks: [RuleID: FindingSink]

  /// - Parameters:
  ///   - asksReach: whether a rule asked what may connect to what.
  ///   - earlier: what was known before.
  init(_ analysis: Analysis, _ sinks: [FindingSink], asksReach: Bool, _ earlier: KeptWorld?) {
    world = analysis.world
    sources = analysis.sources
    units = KeptWorld.units(of: analysis.project)
    isOverloaded = asksReach && !analysis.reach.overloaded.isEmpty
    inferred = asksReach ? InferredPod.all(in: analysis.reach) : []
    plugins = analysis.plugins.map(\.id)
    apiServer = APIServer(analysis)
    nearMisses = analysis.madeNearMissIndex ?? earlier?.nearMisses
    self.sinks = Dictionary(sinks.map { ($0.rule.id, $0) }) { first, _ in first }
  }
}

extension KeptWorld {
  /// What a unit is called: objects without a namespace are told apart by their units' numbers.
  struct UnitName: Equatable, Sendable {
    let kind: Unit.Kind
    let name: String
    let owner: String?
    let cluster: String?
  }

  static func units(of project: Project) -> [UnitName] {
    project.assembly.units.map { UnitName(kind: $0.kind, name: $0.name, owner: $0.owner, cluster: $0.cluster) }
  }
}

/// A pod that the engine knows although no manifest shows it.
struct InferredPod: Hashable, Sendable {
  let namespace: String
  let labels: LabelSet

  static func all(in reach: Reach) -> Set<InferredPod> {
    Set(
      reach.classIDs.lazy.map { reach[$0] }.filter { !$0.isRead }
        .map { InferredPod(namespace: $0.namespace, labels: $0.labels) })
  }
}

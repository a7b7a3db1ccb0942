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
/// The language server lints after each keystroke. Where texts of NetworkPolicies, workloads and Services alone have
/// changed, what a rule said of policies that these do not touch (`Rule.policyScope`) holds still, and only the others are
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
  /// `nil` where builds take part, to which any file may matter.
  let contents: FileKinds?
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
  ///   - contents: what the files hold; `nil` where builds take part.
  ///   - asksReach: whether a rule asked what may connect to what.
  ///   - earlier: what was known before.
  init(
    _ analysis: Analysis, _ contents: FileKinds?, _ sinks: [FindingSink], asksReach: Bool, _ earlier: KeptWorld?
  ) {
    world = analysis.world
    sources = analysis.sources
    self.contents = contents
    isOverloaded = asksReach && !analysis.reach.overloaded.isEmpty
    inferred = asksReach ? InferredPod.all(in: analysis.reach) : []
    plugins = analysis.plugins.map(\.id)
    apiServer = APIServer(analysis)
    nearMisses = analysis.madeNearMissIndex ?? earlier?.nearMisses
    self.sinks = Dictionary(sinks.map { ($0.rule.id, $0) }) { first, _ in first }
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

/// What the files of a run hold.
struct FileKinds: Sendable {
  /// Those with NetworkPolicies, workloads or Services.
  private var followed: Set<FileID>
  /// Those with other objects.
  private var others: Set<FileID> = []

  /// `nil` where builds take part.
  init?(_ project: Project) {
    followed = Set(project.policyFiles)
    for unit in project.assembly.units {
      if unit.kind != .plain { return nil }
      for object in unit.objects {
        switch object.manifest {
        case .networkPolicy: continue
        case .workload, .service: followed.insert(object.manifest.meta.document.file)
        case .clusterPolicy, .namespace, .ingress, .other: others.insert(object.manifest.meta.document.file)
        }
      }
    }
  }

  /// Whether a file holds nothing but NetworkPolicies, workloads and Services, here and in another state; while one is
  /// typed, it may hold none.
  func isFollowed(_ file: FileID, _ other: FileKinds) -> Bool {
    (followed.contains(file) || other.followed.contains(file)) && !others.contains(file) && !other.others.contains(file)
  }
}

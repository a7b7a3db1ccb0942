package import Config
package import Diagnostics
package import Engine
package import Facts
package import Model
package import YAMLSource

/// Everything that a rule may look at: one world with its config, the facts, and the answers of the engine.
package struct Analysis: Sendable {
  package let world: World
  package let configuration: Configuration
  package let facts: Facts
  package let sources: SourceTable
  package let selection: Selection
  package let services: ServiceIndex
  private let lazyReach: Lazy<Reach>
  private let lazyFlowResults: Lazy<[FlowResult]>
  /// Whether all files of the run are applied together.
  package let isOnlyWorld: Bool
  /// The objects of each namespace that holds a policy or a workload.
  package let namespaceGroups: [NamespaceGroup]
  /// Faults of the manifests themselves, found while reading.
  package let problems: [ManifestProblem]
  /// What belongs to the world and was not read: objects may exist that nothing here shows.
  package let missing: [String]
  /// Why whole sets of objects may belong to the world that were not read (the base of an overlay); `nil` when none do.
  package let unreadBase: String?
  /// Whether the world is what a kustomization builds.
  package let isKustomization: Bool
  /// The namespaces that the objects were written for, each with the one that a kustomization puts in its place.
  package let renamedNamespaces: [String: Located<String>]
  /// Every build of the run, this one among them: pods that are applied by another one exist as well.
  package let builds: [Build]
  /// The network plugins that the manifests of the whole run show: a cluster has one, in whatever world it is written.
  package let plugins: [NetworkPlugin]
  /// The rules that this run asks for: one that another rule would repeat can keep still.
  package let enabledRules: Set<RuleID>
  /// What became of suppressions: filled in once all other rules have been asked, and for the first world alone.
  package internal(set) var suppressions = SuppressionReview()
  /// The comments of the documents that hold policies.
  private let comments: [DocumentID: [Comment]]

  init(_ project: Project, _ part: ProjectWorld, enabledRules: Set<RuleID>, problems: [ManifestProblem]) {
    world = part.world
    missing = part.missing
    unreadBase = part.build.unreadBase
    isKustomization = part.build.isKustomization
    renamedNamespaces = part.build.renamedNamespaces
    builds = project.builds
    plugins = project.plugins
    self.problems = problems
    self.enabledRules = enabledRules
    configuration = project.configuration
    facts = project.facts
    sources = project.sources
    comments = project.comments
    selection = Selection(world)
    services = ServiceIndex(world, selection, facts.labels)
    isOnlyWorld = project.builds.count == 1
    lazyFlowResults = Lazy { [configuration, facts] in
      if configuration.flows.isEmpty { return [] }
      let judge = FlowJudge(
        Traffic(part, configuration, facts, asking: FlowJudge.pods(of: configuration.flows)))
      return configuration.flows.map(judge.judge)
    }
    lazyReach = Lazy { [selection, configuration, facts] in
      Reach(selection, ReachSettings(part, configuration, facts))
    }
    namespaceGroups = NamespaceGroup.all(
      of: world, sources: project.sources, isKustomization: part.build.isKustomization)
  }

  /// What may connect to what; worked out when a rule first asks.
  package var reach: Reach { lazyReach.value }

  /// What became of the declared flows; worked out when a rule first asks.
  var flowResults: [FlowResult] { lazyFlowResults.value }

  /// The comments of the document that an object stands in, in order.
  package func comments(of meta: ObjectMeta) -> [Comment] { comments[meta.document] ?? [] }

  /// Calls `body` for every rule of a direction that has an effect and that the API server would accept.
  package func forEachRule(_ type: PolicyType, _ body: (NetworkPolicy, PolicyRule) -> Void) {
    for policy in world.policies where policy.isSound && policy.isolates(type) {
      guard case .list(let rules, _) = policy.rules(type) else { continue }
      for rule in rules where rule.isSound { body(policy, rule) }
    }
  }

  /// Another policy API in the input that may select the pods of a namespace: what applies to them cannot be told.
  package func otherPolicyAPI(in namespace: String) -> OtherResource? {
    world.others.first { facts.labels.isOtherPolicyAPI($0.meta, in: namespace) }
  }
}

extension FindingSink {
  /// Adds a finding about a policy; `path` goes without a List's prefix.
  mutating func report(
    _ message: String, at span: SourceSpan, in policy: NetworkPolicy, path: String, severity: Severity? = nil,
    label: String? = nil, why: String? = nil, remedy: String? = nil, related: [RelatedPlace] = [],
    citations: [Citation]? = nil, fix: Fix? = nil, key: String = ""
  ) {
    report(
      message, at: span, severity: severity, label: label, why: why, remedy: remedy, object: policy.meta.reference,
      path: policy.meta.pathPrefix + path, related: related, citations: citations, fix: fix, key: key)
  }
}

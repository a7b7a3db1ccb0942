package import Config
package import Diagnostics
package import Engine
package import Facts
package import Model
package import Traffic
package import YAMLSource

/// Everything that a rule may look at: one world with its config, the facts, and the answers of the engine.
package final class Analysis: Sendable {
  /// The run, with what belongs to no single world.
  package let project: Project
  /// The world, with the answers about it.
  package let view: WorldView
  /// The objects of each namespace that holds a policy or a workload.
  package let namespaceGroups: [NamespaceGroup]
  /// Faults of the manifests themselves, found while reading; they belong to no world, and are there in the first one.
  package let problems: [ManifestProblem]
  /// Whether any rule of the run asks what the manifests mean, and not only how they are written.
  let isJudged: Bool
  /// The policies that a rule is asked about that judges each by itself (`PolicyScope.policy`); all when `nil`.
  let asked: [PolicyID]?
  /// What became of suppressions: filled in once all other rules have been asked, and for the first world alone.
  package let suppressions: SuppressionReview
  /// What became of the declared flows in all worlds: filled in once each has been looked at, and for the first one alone.
  package let flowOutcomes: [FlowOutcome]
  private let lazyFlowResults: Lazy<[FlowResult]>
  private let lazyZones: Lazy<Zones>
  private let lazyPublished: Lazy<PublishedWorkloads>
  private let lazyNamespaceLabels: Lazy<NamespaceLabels>
  private let lazyVendorPolicies: Lazy<VendorPolicies>
  private let lazyOtherPolicyAPIs: Lazy<OtherPolicyAPIs>
  private let lazyPolicyNames: Lazy<Set<PolicyName>>
  private let lazyNearMissIndex: Lazy<NearMissIndex>

  /// - Parameter nearMisses: what was known of a world of the same run before, which counts where it is the same still.
  init(
    _ project: Project, _ view: WorldView, isJudged: Bool, problems: [ManifestProblem],
    nearMisses: NearMissIndex? = nil
  ) {
    self.project = project
    self.view = view
    self.problems = problems
    self.isJudged = isJudged
    asked = nil
    suppressions = SuppressionReview()
    flowOutcomes = []
    namespaceGroups = NamespaceGroup.all(
      of: view.world, sources: project.sources)
    let (world, facts) = (view.world, view.facts)
    lazyVendorPolicies = Lazy { VendorPolicies(world, facts) }
    lazyOtherPolicyAPIs = Lazy { OtherPolicyAPIs(world, facts) }
    lazyPolicyNames = Lazy {
      Set(world.policies.map { PolicyName(namespace: $0.meta.namespace, name: $0.meta.name.value) })
    }
    let plugins = project.plugins
    lazyNamespaceLabels = Lazy { NamespaceLabels(view, plugins) }
    lazyZones = Lazy { Zones(view) }
    lazyPublished = Lazy { PublishedWorkloads(world, view.services, facts.labels) }
    lazyNearMissIndex = Lazy { nearMisses.flatMap { $0.isOf(world) ? $0 : nil } ?? NearMissIndex(world, facts) }
    lazyFlowResults = Lazy {
      let flows = view.configuration.flows
      return flows.isEmpty ? [] : flows.map(FlowJudge(view, of: flows).judge)
    }
  }

  /// The same analysis, once more is known of the run as a whole, or for a rule that is asked about some policies alone.
  init(
    _ other: Analysis, asked: [PolicyID]? = nil, suppressions: SuppressionReview? = nil,
    flowOutcomes: [FlowOutcome]? = nil
  ) {
    project = other.project
    view = other.view
    namespaceGroups = other.namespaceGroups
    problems = other.problems
    isJudged = other.isJudged
    self.asked = asked
    self.suppressions = suppressions ?? other.suppressions
    self.flowOutcomes = flowOutcomes ?? other.flowOutcomes
    lazyFlowResults = other.lazyFlowResults
    lazyZones = other.lazyZones
    lazyPublished = other.lazyPublished
    lazyNamespaceLabels = other.lazyNamespaceLabels
    lazyVendorPolicies = other.lazyVendorPolicies
    lazyOtherPolicyAPIs = other.lazyOtherPolicyAPIs
    lazyPolicyNames = other.lazyPolicyNames
    lazyNearMissIndex = other.lazyNearMissIndex
  }

  package var world: World { view.world }
  /// How the world came to be from the files.
  package var context: WorldContext { view.context }
  package var configuration: Configuration { view.configuration }
  package var facts: Facts { view.facts }
  package var sources: SourceTable { project.sources }
  package var selection: Selection { view.selection }
  /// What stands behind which Services; worked out when a rule first asks.
  package var services: ServiceIndex { view.services }
  /// The network plugins that the manifests of the whole run show: a cluster has one, in whatever world it is written.
  package var plugins: [NetworkPlugin] { project.plugins }

  /// What may connect to what; worked out when a rule first asks.
  package var reach: Reach { view.reach }

  /// What became of the declared flows; worked out when a rule first asks.
  var flowResults: [FlowResult] { lazyFlowResults.value }

  /// Which workload is in which zone; worked out when a rule first asks.
  var zones: Zones { lazyZones.value }

  /// The labels of namespaces that something sets; worked out when a rule first asks.
  var namespaceLabels: NamespaceLabels { lazyNamespaceLabels.value }

  /// The policies that are just as the makers of some software write them; worked out when it is first asked.
  var vendorPolicies: VendorPolicies { lazyVendorPolicies.value }

  /// The workloads by what their labels are near to; worked out when a rule first asks.
  var nearMissIndex: NearMissIndex { lazyNearMissIndex.value }

  /// That index, if a rule has asked for it.
  var madeNearMissIndex: NearMissIndex? { lazyNearMissIndex.made }

  /// The workloads with ports that are meant to be reached from outside; worked out when a rule first asks.
  var published: PublishedWorkloads { lazyPublished.value }

  private struct PolicyName: Hashable {
    let namespace: String
    let name: String
  }

  /// Whether a namespace has a policy of a name.
  func hasPolicy(named name: String, in namespace: String) -> Bool {
    lazyPolicyNames.value.contains(PolicyName(namespace: namespace, name: name))
  }

  /// The comments of the document that an object stands in, in order.
  package func comments(of meta: ObjectMeta) -> [Comment] { project.comments[meta.document] ?? [] }

  /// The policies that the rule is asked about, in order.
  var askedPolicies: [NetworkPolicy] { asked.map { $0.map { world[$0] } } ?? world.policies }

  /// Calls `body` for every rule of a direction, of the policies that are asked about, that has an effect and that the
  /// API server would accept.
  package func forEachRule(_ type: PolicyType, _ body: (NetworkPolicy, PolicyRule) -> Void) {
    for policy in askedPolicies where policy.isSound && policy.isolates(type) {
      guard case .list(let rules, _) = policy.rules(type) else { continue }
      for rule in rules where rule.isSound { body(policy, rule) }
    }
  }

  /// Another policy API in the input that may select the pods of a namespace: what applies to them cannot be told.
  package func otherPolicyAPI(in namespace: String) -> OtherResource? {
    lazyOtherPolicyAPIs.value[namespace]
  }
}

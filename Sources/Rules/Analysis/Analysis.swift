package import Config
package import Diagnostics
package import Engine
package import Facts
package import Model
package import Traffic
package import YAMLSource

/// Everything that a rule may look at: one world with its config, the facts, and the answers of the engine. Copying one
/// copies references: what is worked out, is so once.
package struct Analysis: Sendable {
  private let shared: SharedAnalysis
  /// The policies that a rule is asked about that judges each by itself (`PolicyScope.policy`); all when `nil`.
  private(set) var asked: [PolicyID]?
  /// What became of suppressions: filled in once all other rules have been asked, and for the first world alone.
  package private(set) var suppressions = SuppressionReview()
  /// What became of the declared flows in all worlds: filled in once each has been looked at, and for the first one alone.
  package private(set) var flowOutcomes: [FlowOutcome] = []

  /// - Parameter nearMisses: what was known of a world of the same run before, which counts where it is the same still.
  init(
    _ project: Project, _ view: WorldView, isJudged: Bool, problems: [ManifestProblem],
    nearMisses: NearMissIndex? = nil
  ) {
    shared = SharedAnalysis(project, view, isJudged: isJudged, problems: problems, nearMisses: nearMisses)
  }

  /// For a rule that is asked about some policies alone.
  func asking(about policies: [PolicyID]) -> Analysis { changed { $0.asked = policies } }

  /// Once it is known what became of suppressions.
  func with(_ suppressions: SuppressionReview) -> Analysis { changed { $0.suppressions = suppressions } }

  /// Once it is known what became of the declared flows.
  func with(_ flowOutcomes: [FlowOutcome]) -> Analysis { changed { $0.flowOutcomes = flowOutcomes } }

  private func changed(_ change: (inout Analysis) -> Void) -> Analysis {
    var copy = self
    change(&copy)
    return copy
  }
}

/// What is the same whatever a rule is asked of a world.
private final class SharedAnalysis: Sendable {
  let project: Project
  let view: WorldView
  let problems: [ManifestProblem]
  let isJudged: Bool
  let namespaceGroups: [NamespaceGroup]
  let flowResults: Lazy<[FlowResult]>
  let zones: Lazy<Zones>
  let holdsStore: Lazy<Bool>
  let published: Lazy<PublishedWorkloads>
  let namespaceLabels: Lazy<NamespaceLabels>
  let vendorPolicies: Lazy<VendorPolicies>
  let otherPolicyAPIs: Lazy<OtherPolicyAPIs>
  let policyNames: Lazy<Set<PolicyName>>
  let workloadTwins: Lazy<Set<WorkloadID>>
  let nearMissIndex: Lazy<NearMissIndex>

  init(
    _ project: Project, _ view: WorldView, isJudged: Bool, problems: [ManifestProblem], nearMisses: NearMissIndex?
  ) {
    self.project = project
    self.view = view
    self.problems = problems
    self.isJudged = isJudged
    namespaceGroups = NamespaceGroup.all(of: view.world, sources: project.sources)
    let (world, facts) = (view.world, view.facts)
    vendorPolicies = Lazy { VendorPolicies(world, facts) }
    otherPolicyAPIs = Lazy { OtherPolicyAPIs(world, facts) }
    policyNames = Lazy {
      Set(world.policies.map { PolicyName(namespace: $0.meta.namespace, name: $0.meta.name.value) })
    }
    workloadTwins = Lazy { WorkloadTwins.find(in: world) }
    let plugins = project.plugins
    namespaceLabels = Lazy { NamespaceLabels(view, plugins) }
    zones = Lazy { Zones(view) }
    holdsStore = Lazy { world.workloads.contains { !$0.isTask && facts.component($0)?.isDataStore ?? false } }
    published = Lazy { PublishedWorkloads(world, view.services, facts.labels) }
    nearMissIndex = Lazy { nearMisses.flatMap { $0.isOf(world) ? $0 : nil } ?? NearMissIndex(world, facts) }
    flowResults = Lazy {
      let flows = view.configuration.flows
      return flows.isEmpty ? [] : flows.map(FlowJudge(view, of: flows).judge)
    }
  }

  struct PolicyName: Hashable {
    let namespace: String
    let name: String
  }
}

extension Analysis {
  /// The run, with what belongs to no single world.
  package var project: Project { shared.project }
  /// The world, with the answers about it.
  package var view: WorldView { shared.view }
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
  /// Faults of the manifests themselves, found while reading; they belong to no world, and are there in the first one.
  package var problems: [ManifestProblem] { shared.problems }
  /// Whether any rule of the run asks what the manifests mean, and not only how they are written.
  var isJudged: Bool { shared.isJudged }
  /// The objects of each namespace that holds a policy or a workload.
  package var namespaceGroups: [NamespaceGroup] { shared.namespaceGroups }

  /// What may connect to what; worked out when a rule first asks.
  package var reach: Reach { view.reach }

  /// What became of the declared flows; worked out when a rule first asks.
  var flowResults: [FlowResult] { shared.flowResults.value }

  /// Which workload is in which zone; worked out when a rule first asks.
  var zones: Zones { shared.zones.value }

  /// The workloads that are there several times over; worked out when a rule first asks.
  var workloadTwins: Set<WorkloadID> { shared.workloadTwins.value }

  /// Whether a workload is recognised as a data store; worked out when a rule first asks.
  var holdsStore: Bool { shared.holdsStore.value }

  /// The labels of namespaces that something sets; worked out when a rule first asks.
  var namespaceLabels: NamespaceLabels { shared.namespaceLabels.value }

  /// The policies that are just as the makers of some software write them; worked out when it is first asked.
  var vendorPolicies: VendorPolicies { shared.vendorPolicies.value }

  /// The workloads by what their labels are near to; worked out when a rule first asks.
  var nearMissIndex: NearMissIndex { shared.nearMissIndex.value }

  /// That index, if a rule has asked for it.
  var madeNearMissIndex: NearMissIndex? { shared.nearMissIndex.made }

  /// The workloads with ports that are meant to be reached from outside; worked out when a rule first asks.
  var published: PublishedWorkloads { shared.published.value }

  /// Whether a namespace has a policy of a name.
  func hasPolicy(named name: String, in namespace: String) -> Bool {
    shared.policyNames.value.contains(SharedAnalysis.PolicyName(namespace: namespace, name: name))
  }

  /// The comments of the document that an object stands in, in order.
  package func comments(of meta: ObjectMeta) -> [Comment] { project.comments[meta.document] ?? [] }

  /// The policies that the rule is asked about, in order.
  var askedPolicies: [NetworkPolicy] { asked.map { $0.map { world[$0] } } ?? world.policies }

  /// Calls `body` for every rule of a direction, of the policies that are asked about, that has an effect and that the
  /// API server would accept.
  package func forEachRule(_ type: PolicyType, _ body: (NetworkPolicy, PolicyRule) -> Void) {
    for policy in askedPolicies { Analysis.forEachRule(type, of: policy) { body(policy, $0) } }
  }

  /// The same for one policy.
  static func forEachRule(_ type: PolicyType, of policy: NetworkPolicy, _ body: (PolicyRule) -> Void) {
    guard policy.isSound, policy.isolates(type), case .list(let rules, _) = policy.rules(type) else { return }
    for rule in rules where rule.isSound { body(rule) }
  }

  /// Another policy API in the input that may select the pods of a namespace: what applies to them cannot be told.
  package func otherPolicyAPI(in namespace: String) -> OtherResource? {
    shared.otherPolicyAPIs.value[namespace]
  }
}

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
  /// The objects of each namespace that holds a policy or a workload.
  package let namespaceGroups: [NamespaceGroup]
  /// Faults of the manifests themselves, found while reading.
  package let problems: [ManifestProblem]
  /// What belongs to the world and was not read: objects may exist that nothing here shows.
  package let missing: [String]
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
  /// The comments of the documents that hold policies.
  private let comments: [DocumentID: [Comment]]

  init(_ input: AnalysisInput, world: World, build: Build, among builds: [Build], problems: [ManifestProblem]) {
    self.world = world
    self.problems = problems
    missing = build.missing
    isKustomization = build.directory != nil
    self.builds = builds
    renamedNamespaces = build.renamedNamespaces
    plugins = input.plugins
    configuration = input.configuration
    facts = input.facts
    sources = input.sources
    comments = input.comments
    enabledRules = input.enabledRules
    selection = Selection(world)
    services = ServiceIndex(world, selection)
    namespaceGroups = NamespaceGroup.all(of: world, sources: input.sources)
  }

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

/// What all worlds of a run share.
package struct AnalysisInput: Sendable {
  package let configuration: Configuration
  package let facts: Facts
  package let sources: SourceTable
  package let enabledRules: Set<RuleID>
  package let comments: [DocumentID: [Comment]]
  package let plugins: [NetworkPlugin]
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

package import Config
package import Diagnostics
package import Facts
internal import Model
internal import YAMLSource

/// What a run found.
package struct LintResult: Sendable {
  /// In report order, each once.
  package var findings: [Finding] = []
  /// Sorted.
  package var undecided: [Undecided] = []
  /// Sorted.
  package var skipped: [SkippedInput] = []
  package var documents = 0
  package var policies = 0
  package var workloads = 0
  package var namespaces = 0
  /// The files that hold a NetworkPolicy, in order.
  package var policyFiles: [FileID] = []
}

/// The way from files to findings: read, build the worlds, ask every rule, sort.
///
/// Files are read in parallel, and so are rules asked; results land in slots and are sorted, so that the output does
/// not depend on the number of jobs.
package struct Linter: Sendable {
  /// Below this many bytes a second task costs more than it saves.
  private static let parallelBytes = 64 << 10

  private let configuration: Configuration
  private let facts: Facts
  private let rules: [any Rule.Type]
  private let jobs: Int

  /// - Parameters:
  ///   - rules: the rules to ask.
  ///   - jobs: how many tasks may run at once, at least 1.
  package init(
    configuration: Configuration, facts: Facts = .shared, rules: [any Rule.Type] = Registry.all, jobs: Int = 1
  ) {
    self.configuration = configuration
    self.facts = facts
    self.rules = rules
    self.jobs = max(1, jobs)
  }

  /// Lints files as one run; each file's id is its index.
  package func lint(_ files: [SourceFile]) async -> LintResult {
    let isLarge = files.reduce(0) { $0 + $1.bytes.count } >= Linter.parallelBytes
    let jobs = isLarge ? jobs : 1
    let options = ReadingOptions(
      defaultNamespace: configuration.defaultNamespace, ignoredKinds: facts.ignoredKinds,
      kubernetesMinor: configuration.cluster.kubernetesMinor)
    let reader = ManifestReader(options)
    let contents = await inParallel(files, jobs: jobs) { reader.read($0) }

    let input = AnalysisInput(
      configuration: configuration, facts: facts, sources: SourceTable(files),
      enabledRules: Set(rules.map { $0.info.id }), comments: comments(contents), plugins: plugins(contents))
    let builds = BuildPlan(zip(files, contents).map { ($0.path, $1) }).builds()
    let problems = contents.flatMap(\.problems)
    var result = counts(contents)
    var findings: [Finding] = []
    var undecided: Set<Undecided> = []
    for (number, build) in builds.enumerated() {
      let world = World(build.manifests, extraNamespaces: Dictionary(configuration.cluster.namespaces) { $1 })
      // Faults of the files themselves belong to no world: they are reported with the first one.
      let analysis = Analysis(
        input, world: world, build: build, among: builds, problems: number == 0 ? problems : [])
      for sink in await inParallel(rules, jobs: jobs, { Linter.ask($0, analysis) }) {
        findings += sink.findings
        undecided.formUnion(sink.undecided)
      }
    }
    result.findings = Linter.inReportOrder(findings)
    result.undecided = undecided.sorted()
    return result
  }

  /// Sorts findings, and drops what two worlds have in common. Findings are large, so that their places are sorted.
  private static func inReportOrder(_ findings: [Finding]) -> [Finding] {
    let order = findings.indices.sorted { Finding.inReportOrder(findings[$0], findings[$1]) }
    var result: [Finding] = []
    result.reserveCapacity(findings.count)
    for index in order where result.last != findings[index] { result.append(findings[index]) }
    return result
  }

  private static func ask(_ rule: any Rule.Type, _ analysis: Analysis) -> FindingSink {
    var sink = FindingSink(rule: rule.info)
    rule.check(analysis, &sink)
    return sink
  }

  private func comments(_ contents: [FileContents]) -> [DocumentID: [Comment]] {
    var comments: [DocumentID: [Comment]] = [:]
    for document in contents.lazy.flatMap(\.documents) where !document.comments.isEmpty {
      comments[document.id] = document.comments
    }
    return comments
  }

  /// The network plugins that the manifests show, each once.
  private func plugins(_ contents: [FileContents]) -> [NetworkPlugin] {
    var shown: [String: NetworkPlugin] = [:]
    for manifest in contents.lazy.flatMap(\.manifests) {
      switch manifest {
      case .workload(let workload) where ["DaemonSet", "Deployment"].contains(workload.meta.kind):
        for plugin in facts.networkPlugins.plugins(of: workload) { shown[plugin.id] = plugin }
      case .other(let other):
        if let plugin = facts.networkPlugins.plugin(of: other) { shown[plugin.id] = plugin }
      default: break
      }
    }
    return shown.values.sorted { $0.id < $1.id }
  }

  private func counts(_ contents: [FileContents]) -> LintResult {
    var result = LintResult()
    result.skipped = contents.flatMap(\.skipped).sorted()
    result.documents = contents.reduce(0) { $0 + $1.documents.count }
    var namespaces: Set<String> = []
    var policyFiles: Set<FileID> = []
    for manifest in contents.lazy.flatMap(\.manifests) {
      switch manifest {
      case .networkPolicy(let policy):
        result.policies += 1
        namespaces.insert(policy.meta.namespace)
        policyFiles.insert(policy.meta.document.file)
      case .workload(let workload):
        result.workloads += 1
        namespaces.insert(workload.meta.namespace)
      case .namespace(let namespace): namespaces.insert(namespace.meta.name.value)
      case .service, .ingress, .other: break
      }
    }
    result.namespaces = namespaces.count
    result.policyFiles = policyFiles.sorted()
    return result
  }
}

/// Applies `work` to every item, at most `jobs` at a time; the results stand in the order of the items.
func inParallel<Item: Sendable, Result: Sendable>(
  _ items: [Item], jobs: Int, _ work: @escaping @Sendable (Item) -> Result
) async -> [Result] {
  guard jobs > 1, items.count > 1 else { return items.map(work) }
  return await withTaskGroup(of: (Int, Result).self) { group in
    var slots = [Result?](repeating: nil, count: items.count)
    var upcoming = 0
    func start() {
      let number = upcoming
      let item = items[number]
      group.addTask { (number, work(item)) }
      upcoming += 1
    }
    while upcoming < min(jobs, items.count) { start() }
    for await (number, result) in group {
      slots[number] = result
      if upcoming < items.count { start() }
    }
    return slots.compactMap(\.self)
  }
}

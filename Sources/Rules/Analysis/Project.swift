package import Config
package import Diagnostics
package import Facts
package import Model
internal import YAMLSource

/// The files of a run, read and divided into worlds: what every command starts from.
package struct Project: Sendable {
  package let configuration: Configuration
  package let facts: Facts
  /// The config's files, then the input's.
  package let sources: SourceTable
  /// What is applied together, in the order in which worlds are looked at.
  package let builds: [Build]
  /// Faults of the files themselves; they belong to no world.
  package let problems: [ManifestProblem]
  /// Documents that were not read, sorted.
  package let skipped: [SkippedInput]
  package let counts: ProjectCounts
  /// The network plugins that the manifests show: a cluster has one, in whatever world it is written. In order of ids.
  package let plugins: [NetworkPlugin]
  /// The files that hold a NetworkPolicy, in order.
  package let policyFiles: [FileID]
  /// The comments of the documents that hold policies.
  let comments: [DocumentID: [Comment]]
  /// In order of files and places.
  let suppressions: [WrittenSuppression]

  /// Below this many bytes a second task costs more than it saves.
  private static let parallelBytes = 64 << 10

  /// Reads files as one run.
  ///
  /// - Parameters:
  ///   - files: each file's id is its index behind the config's own files.
  ///   - jobs: how many tasks may run at once, at least 1; the result does not depend on it.
  package static func read(
    _ files: [SourceFile], configuration: Configuration, facts: Facts = .shared, jobs: Int = 1
  ) async -> Project {
    let reader = ManifestReader(
      ReadingOptions(
        defaultNamespace: configuration.defaultNamespace, ignoredKinds: facts.ignoredKinds,
        kubernetesMinor: configuration.cluster.kubernetesMinor))
    let jobs = Project.jobs(for: files, atMost: jobs)
    // A large file is read in parts, so that it does not keep one task busy while the others wait.
    let parts = jobs > 1 ? files.flatMap { reader.parts(of: $0, bytes: parallelBytes) } : nil
    let contents: [FileContents]
    if let parts {
      contents = merged(parts, await inParallel(parts, jobs: jobs) { reader.read($0) })
    } else {
      contents = files.map { reader.read($0) }
    }
    let suppressions = zip(files, contents).flatMap { file, contents in
      SuppressionFinder.mayHoldAny(file) ? SuppressionFinder.find(in: file, contents.manifests) : []
    }
    return Project(files, contents, suppressions, configuration, facts)
  }

  /// What the parts of each file gave, put together.
  private static func merged(_ parts: [FilePart], _ contents: [FileContents]) -> [FileContents] {
    var result: [FileContents] = []
    var last: FileID?
    for (part, contents) in zip(parts, contents) {
      if part.file.id == last {
        result[result.count - 1].append(contents)
      } else {
        result.append(contents)
      }
      last = part.file.id
    }
    return result
  }

  /// The number of tasks that is worth its cost for these files.
  static func jobs(for files: [SourceFile], atMost jobs: Int) -> Int {
    files.reduce(0) { $0 + $1.bytes.count } >= parallelBytes ? jobs : 1
  }

  private init(
    _ files: [SourceFile], _ contents: [FileContents], _ suppressions: [WrittenSuppression],
    _ configuration: Configuration, _ facts: Facts
  ) {
    self.suppressions = suppressions
    self.configuration = configuration
    self.facts = facts
    sources = SourceTable(configuration.files + files)
    let plan = BuildPlan(zip(files, contents).map { ($0.path, $1) })
    builds = plan.builds(root: configuration.root)
    problems = zip(files, contents).flatMap { file, contents in
      plan.isPatch(file.path) ? contents.problems.filter { $0.kind.isAboutSyntax } : contents.problems
    }
    // What a kustomization names and what no manifest here shows is input that was not read.
    let missing = builds.flatMap { build in
      build.missing.map { SkippedInput(file: build.directory.map { $0.isEmpty ? "." : $0 } ?? ".", reason: $0) }
    }
    let patched = zip(files, contents).filter { $1.kustomization?.hasPatches ?? false }
      .map { SkippedInput(file: $0.0.path, reason: "its patches are not applied") }
    let templates = UnrenderedTemplate.all(problems, sources).map(\.skippedInput)
    skipped = (contents.flatMap(\.skipped) + missing + patched + templates).sorted()
    counts = ProjectCounts(zip(files, contents).filter { !plan.isPatch($0.0.path) }.map(\.1))
    plugins = Project.plugins(contents, facts)
    comments = Project.comments(contents)
    policyFiles = Set(
      contents.lazy.flatMap(\.manifests).compactMap { manifest in
        if case .networkPolicy(let policy) = manifest { policy.meta.document.file } else { nil }
      }
    ).sorted()
  }

  /// The worlds, in a fixed order; each is built when it is asked for, so that only those in use take up memory.
  package var worlds: some Sequence<ProjectWorld> {
    let plugins = facts.networkPlugins.enforcing(named: configuration.cluster.cni, shown: plugins)
    return builds.lazy.map { ProjectWorld(build: $0, configuration, plugins) }
  }

  private static func plugins(_ contents: [FileContents], _ facts: Facts) -> [NetworkPlugin] {
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

  private static func comments(_ contents: [FileContents]) -> [DocumentID: [Comment]] {
    var comments: [DocumentID: [Comment]] = [:]
    for document in contents.lazy.flatMap(\.documents) where !document.comments.isEmpty {
      comments[document.id] = document.comments
    }
    return comments
  }
}

/// One world of a project, and what is known of how it came to be.
package struct ProjectWorld: Sendable {
  package let world: World
  package let build: Build
  /// What belongs to the world and was not read: objects may exist that nothing here shows.
  package var missing: [String] { build.missing }
  /// What enforces policies in its cluster, as far as the config or the manifests of the run show it.
  let plugins: [NetworkPlugin]

  init(build: Build, _ configuration: Configuration, _ plugins: [NetworkPlugin]) {
    self.build = build
    self.plugins = plugins
    world = World(build.manifests, extraNamespaces: Dictionary(configuration.cluster.namespaces) { $1 })
  }
}

/// How much was read.
package struct ProjectCounts: Sendable {
  package private(set) var documents = 0
  package private(set) var policies = 0
  package private(set) var workloads = 0
  package private(set) var namespaces = 0

  init(_ contents: [FileContents]) {
    documents = contents.reduce(0) { $0 + $1.documents.count }
    var names: Set<String> = []
    for manifest in contents.lazy.flatMap(\.manifests) {
      switch manifest {
      case .networkPolicy(let policy):
        policies += 1
        names.insert(policy.meta.namespace)
      case .workload(let workload):
        workloads += 1
        names.insert(workload.meta.namespace)
      case .namespace(let namespace): names.insert(namespace.meta.name.value)
      case .service, .ingress, .other: break
      }
    }
    namespaces = names.count
  }
}

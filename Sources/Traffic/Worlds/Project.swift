package import Assembly
package import Config
package import Diagnostics
package import Facts
package import Model
package import YAMLSource

/// The files of a run, read and divided into worlds: what every command starts from.
package struct Project: Sendable {
  package let configuration: Configuration
  package let facts: Facts
  /// The config's files, then the input's.
  package let sources: SourceTable
  /// What the files come to: units, and worlds of them.
  package let assembly: Assembly
  /// The worlds that are asked about: all of them, unless one is chosen.
  package internal(set) var plans: [WorldPlan]
  /// Faults of the files themselves; they belong to no world.
  package internal(set) var problems: [ManifestProblem]
  /// Documents that were not read, sorted.
  package let skipped: [SkippedInput]
  package let counts: ProjectCounts
  /// The network plugins that the manifests show: a cluster has one, in whatever world it is written. In order of ids.
  package let plugins: [NetworkPlugin]
  /// The files that hold a NetworkPolicy, in order.
  package let policyFiles: [FileID]
  /// The comments of the documents that hold policies.
  package let comments: [DocumentID: [Comment]]
  private let reader: ManifestReader
  /// For those who ask on and on.
  private let kept: KeptViews?

  /// Below this many bytes a second task costs more than it saves.
  private static let parallelBytes = 64 << 10

  /// Reads files as one run.
  ///
  /// - Parameters:
  ///   - files: each file's id is its index behind the config's own files.
  ///   - tree: the files that builds may read besides; these files alone when `nil`.
  ///   - place: what the command line names, and where the files are.
  ///   - jobs: how many tasks may run at once, at least 1; the result does not depend on it.
  ///   - cache: what was read before. Who has one asks often: the views of few worlds are kept as long as the project is.
  package static func read(
    _ files: [SourceFile], configuration: Configuration, facts: Facts = .shared, tree: (any FileTree)? = nil,
    place: InputPlace = InputPlace(), jobs: Int = 1, cache: ContentsCache? = nil
  ) async -> Project {
    let paths = files.map(place.path(of:))
    let tree: any FileTree = tree ?? GivenFiles(files, paths)
    let options = readingOptions(files, paths, tree, configuration, facts)
    let reader = ManifestReader(options)
    cache?.prepare(for: options)
    let contents = await contents(of: files, reader, jobs: jobs, cache)
    let given = files.indices.map { index in
      AssemblyFile(
        path: paths[index], file: files[index], contents: contents[index],
        isNamed: place.namedFiles.contains(paths[index]))
    }
    var plan = AssemblyOptions(namedFolders: place.namedFolders)
    if !configuration.roots.isEmpty { plan.root = { configuration.root(of: $0) } }
    let assembler = Assembler(given, tree: tree, reader: reader, options: plan, kept: cache?.assembly)
    return Project(given, assembler.assemble(), reader, configuration, facts, cache)
  }

  /// What files hold, as far as it is not known from before.
  private static func contents(
    of files: [SourceFile], _ reader: ManifestReader, jobs: Int, _ cache: ContentsCache?
  ) async -> [FileContents] {
    guard let cache else { return await read(files, reader, jobs: jobs) }
    let known = files.map(cache.contents(of:))
    let changed = zip(files, known).filter { $1 == nil }.map(\.0)
    var read = await read(changed, reader, jobs: jobs)[...]
    for (file, contents) in zip(changed, read) { cache.keep(contents, of: file) }
    return known.map { $0 ?? read.removeFirst() }
  }

  private static func read(_ files: [SourceFile], _ reader: ManifestReader, jobs: Int) async -> [FileContents] {
    let jobs = Project.jobs(for: files, atMost: jobs)
    guard jobs > 1 else { return files.map { reader.read($0) } }
    // A large file is read in parts, so that it does not keep one task busy while the others wait.
    let parts = files.flatMap { reader.parts(of: $0, bytes: parallelBytes) }
    return merged(parts, await inParallel(parts, jobs: jobs) { reader.read($0) })
  }

  /// - Parameter paths: the absolute path of each file.
  private static func readingOptions(
    _ files: [SourceFile], _ paths: [String], _ tree: any FileTree, _ configuration: Configuration, _ facts: Facts
  ) -> ReadingOptions {
    var templates = ChartTemplates(tree)
    return ReadingOptions(
      defaultNamespace: configuration.defaultNamespace, ignoredKinds: facts.ignoredKinds,
      templates: Set(zip(files, paths).filter { templates.contains($1) }.map(\.0.path)),
      kubernetesMinor: configuration.cluster.kubernetesMinor)
  }

  /// The input's files, without the config's.
  package var files: ArraySlice<SourceFile> { sources.files[configuration.files.count...] }

  /// Reads a file of the input again: what it holds is not kept apart from the builds.
  package func manifests(of file: SourceFile) -> [Manifest] { reader.read(file).manifests }

  /// Whether a file that is not read holds a policy, or text that may be one.
  package func holdsPolicy(_ file: SourceFile) -> Bool {
    let contents = reader.read(file)
    return contents.manifests.contains(where: \.isPolicy) || contents.problems.contains(where: \.kind.isAboutSyntax)
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
  package static func jobs(for files: [SourceFile], atMost jobs: Int) -> Int {
    files.reduce(0) { $0 + $1.bytes.count } >= parallelBytes ? jobs : 1
  }

  private init(
    _ given: [AssemblyFile], _ assembly: Assembly, _ reader: ManifestReader, _ configuration: Configuration,
    _ facts: Facts, _ cache: ContentsCache?
  ) {
    self.reader = reader
    kept = cache == nil ? nil : KeptViews(atMost: assembly.worlds.count)
    self.configuration = configuration
    self.facts = facts
    self.assembly = assembly
    let files = given + assembly.addedFiles
    sources = SourceTable(configuration.files + files.map(\.file))
    plans = assembly.worlds
    problems = assembly.problems
    let templates = UnrenderedTemplate.all(problems, sources).map(\.skippedInput)
    skipped = Set(files.flatMap(\.contents.skipped) + assembly.skipped + templates).sorted()
    counts = ProjectCounts(files.filter { !assembly.patchFiles.contains($0.file.id) }.map(\.contents))
    let contents = files.map(\.contents)
    plugins = Project.plugins(of: files, facts, cache)
    comments = Project.comments(contents)
    policyFiles = Set(
      contents.lazy.flatMap(\.manifests).compactMap { manifest in
        manifest.isPolicy ? manifest.meta.document.file : nil
      }
    ).sorted()
  }

  /// The worlds, in a fixed order; each is built when it is asked for, so that only those in use take up memory.
  package var worlds: some Sequence<WorldView> { views(of: plans) }

  func views(of plans: [WorldPlan]) -> some Sequence<WorldView> {
    let shown = assembly.units.flatMap(\.objects).compactMap { object in
      if case .workload(let workload) = object.manifest { workload } else { nil }
    }
    let labels = Set(
      assembly.units.lazy.flatMap(\.objects).flatMap { object in
        if case .namespace(let namespace) = object.manifest { namespace.meta.labels } else { [Label]() }
      }.map { LabelSet.Pair(key: $0.key, value: $0.value) })
    func make(_ plan: WorldPlan) -> WorldView {
      view(
        assembly.contents(of: plan),
        WorldContext(name: plan.name, shownWorkloads: shown, shownNamespaceLabels: labels, isUnapplied: false))
    }
    return plans.lazy.map { plan in kept?.view(of: plan.name) { make(plan) } ?? make(plan) }
  }

  /// Objects that no world holds as they are applied, for rules that look at one object; `nil` when there are none.
  package var unapplied: WorldView? {
    let manifests = assembly.unappliedManifests(of: isPartial ? plans : nil)
    if manifests.isEmpty { return nil }
    return view(
      WorldContents(manifests), WorldContext(name: "", shownWorkloads: [], shownNamespaceLabels: [], isUnapplied: true))
  }

  private func view(_ contents: WorldContents, _ context: WorldContext) -> WorldView {
    let plugins = facts.networkPlugins.enforcing(named: configuration.cluster.cni, shown: plugins)
    return WorldView(contents, context, configuration, facts, plugins)
  }

  private static func plugins(
    of files: [AssemblyFile], _ facts: Facts, _ cache: ContentsCache?
  ) -> [NetworkPlugin] {
    var shown: [String: NetworkPlugin] = [:]
    for file in files {
      let found =
        cache?.plugins(of: file.file) { plugins(in: file.contents, facts) } ?? plugins(in: file.contents, facts)
      for plugin in found { shown[plugin.id] = plugin }
    }
    return shown.values.sorted { $0.id < $1.id }
  }

  private static func plugins(in contents: FileContents, _ facts: Facts) -> [NetworkPlugin] {
    var shown: [String: NetworkPlugin] = [:]
    for manifest in contents.manifests {
      switch manifest {
      case .workload(let workload) where ["DaemonSet", "Deployment"].contains(workload.meta.kind):
        for plugin in facts.networkPlugins.plugins(of: workload) { shown[plugin.id] = plugin }
      case .other(let other):
        if let plugin = facts.networkPlugins.plugin(of: other) { shown[plugin.id] = plugin }
      default: break
      }
    }
    return Array(shown.values)
  }

  private static func comments(_ contents: [FileContents]) -> [DocumentID: [Comment]] {
    var comments: [DocumentID: [Comment]] = [:]
    for document in contents.lazy.flatMap(\.documents) where !document.comments.isEmpty {
      comments[document.id] = document.comments
    }
    return comments
  }
}

/// What the command line names, and where the input's files are.
package struct InputPlace: Sendable {
  /// The absolute path of each file, by its shown path (both as `Paths` spells them); a file without one is standard input.
  package var paths: [String: String]
  /// Files and folders of the command line, absolute.
  package var namedFiles: Set<String>
  package var namedFolders: [String]

  package init(paths: [String: String] = [:], namedFiles: Set<String> = [], namedFolders: [String] = []) {
    self.paths = paths
    self.namedFiles = namedFiles
    self.namedFolders = namedFolders
  }

  /// Without paths, files count as lying where they are shown.
  package func path(of file: SourceFile) -> String {
    if !paths.isEmpty { return paths[Paths.spelled(file.path)] ?? "" }
    return file.path == "<stdin>" ? "" : Paths.join("/", file.path)
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
      case .clusterPolicy: policies += 1
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

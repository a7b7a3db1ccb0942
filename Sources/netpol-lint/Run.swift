internal import Assembly
internal import Config
internal import Diagnostics
internal import Facts
internal import Input
internal import Model
internal import Reporting
internal import Rules
internal import SystemPackage
internal import Traffic
internal import Writing

/// What a command works on: the config, the files that were read, and their worlds.
struct Run {
  let paths: [InputPath]
  let found: FoundInput
  private(set) var input: ReadInput
  private(set) var project: Project
  private let place: InputPlace
  private let treePlace: DiskTree.Place
  private let options: InputOptions

  var configuration: Configuration { project.configuration }
  /// Whether nothing but the answer is to be said.
  var isQuiet: Bool { options.quiet }
  /// How many tasks may run at once.
  var jobs: Int { options.jobs }

  /// Input that was not read, in whole or in part; documents of files that are only read for facts are left out.
  var skipped: [SkippedInput] {
    let silent = Set(input.files.lazy.filter { input.context.contains($0.id) }.map(\.path))
    return input.skipped + project.skipped.filter { !silent.contains($0.file) }
  }

  /// Finds and reads everything that the command line names.
  ///
  /// - Parameters:
  ///   - configuration: that of the options where it is `nil`.
  ///   - texts: what an editor has open: it counts in place of files, by the paths that reports show.
  ///   - cache: what files held that were read before.
  ///   - change: lays further flags over the config, before anything is looked for.
  static func load(
    _ paths: [InputPath], _ options: InputOptions, configuration: Configuration? = nil, texts: [String: [UInt8]] = [:],
    cache: ContentsCache? = nil, changing change: @Sendable (inout Configuration) -> Void = { _ in }
  ) async throws(CommandFailure) -> Run {
    var configuration = if let configuration { configuration } else { try options.configuration(texts) }
    change(&configuration)
    let found = try options.find(paths, configuration, unsaved: texts.keys.sorted().map { FilePath($0) })
    configuration.isCovered = configuration.isCovered && options.readsAll(found, configuration)
    var input = await InputReader.read(found, jobs: options.jobs, firstID: configuration.files.count, texts: texts)
    configuration.flows += try flows(input)
    let tree = DiskTree(input, firstID: configuration.files.count, changed: texts)
    let place = found.place(of: input, tree)
    let project = await Project.read(
      input.files, configuration: configuration, tree: tree, place: place, jobs: options.jobs, cache: cache)
    let users = UsersOfFiles(project.assembly)
    let built = Set(tree.added.lazy.filter { !users.units(of: $0.file.id).isEmpty }.map(\.path))
    input.addSkipped(
      InputReader.look(
        through: found.ignored, except: built, holdsPolicy: project.holdsPolicy,
        filesOfKustomization: ListedFiles.ofKustomization))
    let run = Run(
      paths: paths, found: found, input: input, project: project, place: place, treePlace: tree.place, options: options)
    if options.verbose { run.tellInput() }
    return run
  }

  /// The same run with other bytes for some files, by their shown paths: read again in memory, nothing is looked for anew.
  ///
  /// - Parameter cache: what was read before of the same run.
  func rereading(_ changed: [String: [UInt8]], cache: ContentsCache? = nil) async -> Run {
    var run = self
    run.input = input.replacing(changed)
    run.project = await Project.read(
      run.input.files, configuration: configuration, tree: DiskTree(treePlace, run.input, changed: changed),
      place: place,
      jobs: options.jobs, cache: cache)
    return run
  }

  /// The same run with another view of what was read.
  func with(_ project: Project) -> Run {
    var run = self
    run.project = project
    return run
  }

  /// Says on standard error which config counts, what was read, and what became of it.
  private func tellInput() {
    let configs = configuration.files.map { SafeText(escaping: $0.path) }
    Output.say("config: \(configs.isEmpty ? "none" : configs.joined(separator: ", "))")
    for file in input.files {
      Output.say("read: \(file.path)\(input.context.contains(file.id) ? " (for facts)" : "")")
    }
    let counts = project.counts
    let read: SafeText = "\(counts.documents) documents, \(counts.policies) policies, \(counts.workloads) workloads"
    Output.say("\(read), \(project.assembly.worlds.count) worlds")
  }

  /// What the `*.flows.yaml` files say that are linted.
  private static func flows(_ input: ReadInput) throws(CommandFailure) -> [Flow] {
    var flows: [Flow] = []
    for file in input.files where ConfigReader.isFlowFile(file.path) && !input.context.contains(file.id) {
      do throws(ConfigProblems) {
        flows += try ConfigReader.flows(file)
      } catch {
        throw CommandFailure(.invalid(error, in: [file]))
      }
    }
    return flows
  }

  /// How a command ends that found nothing to complain of, or `status` where it did: what could not be read goes
  /// before that, and a folder without any policy comes after.
  func end(_ status: ExitStatus = .clean) -> ExitStatus {
    if input.hasUnreadable { return .failure }
    if status != .clean { return status }
    guard project.counts.policies == 0, found.wasAskedForPolicies, !options.allowEmpty else { return .clean }
    let names = paths.map { SafeText(escaping: $0.description) }.joined(separator: ", ")
    tellOtherPolicies()
    Output.say("netpol-lint: no NetworkPolicy was found in \(names) (--allow-empty accepts that)")
    return .nothingFound
  }

  /// Says on standard error which policies of other APIs were seen, where there are no others.
  private func tellOtherPolicies() {
    if options.quiet { return }
    var places = Places(project.sources)
    var seen: Set<SourceSpan> = []
    let found = project.worlds.flatMap { view in
      view.world.others.filter {
        view.facts.labels.otherPolicyScope($0) != .none && seen.insert($0.meta.name.span).inserted
      }
    }
    guard !found.isEmpty else { return }
    // Calico's policies are called like Kubernetes' own.
    func kind(_ other: OtherResource) -> String { "\(other.meta.kind) of \(other.meta.group)" }
    for (kind, others) in Dictionary(grouping: found, by: kind).sorted(by: { $0.key < $1.key }) {
      let shown = others.prefix(3).map { other -> SafeText in
        "\(other.meta.name.value) (\(places.text(of: other.meta.name.span)))"
      }.joined(separator: ", ")
      let more: SafeText = others.count > 3 ? " and \(others.count - 3) more" : ""
      Output.say("netpol-lint: seen, and not evaluated: \(kind) \(shown)\(more)")
    }
  }

  /// Where a file of the input is; `nil` for standard input and for the config.
  func path(of id: FileID) -> FilePath? {
    let number = Int(id.index) - configuration.files.count
    return input.paths.indices.contains(number) ? input.paths[number] : nil
  }

  /// The files that the command line names themselves.
  var namedFiles: Set<FileID> {
    Set(input.files.lazy.filter { place.namedFiles.contains(place.path(of: $0)) }.map(\.id))
  }

  /// Whether a file is one of those that the command line leads to, and not read for a build alone.
  func isNamed(_ id: FileID) -> Bool { input.files.indices.contains(Int(id.index) - configuration.files.count) }

  func isStandardInput(_ id: FileID) -> Bool { isNamed(id) && path(of: id) == nil }

  /// A file that the command line leads to, by the name that reports give it: standard input has no path.
  func file(shownAs name: String) -> (id: FileID, path: FilePath?)? {
    // By bytes: a name on disk is no text that may be normalized.
    let number = input.files.firstIndex { $0.path.utf8.elementsEqual(name.utf8) }
    return number.map { (input.files[$0].id, input.paths[$0]) }
  }

  /// Says on standard error which input was not read.
  func tellSkippedInput() {
    for skipped in input.skipped where skipped.ignoredBy == nil {
      Output.say("netpol-lint: \(skipped.file): \(skipped.reason)")
    }
  }

  /// Says on standard error which policies are ignored: for commands whose report does not say it.
  func tellIgnoredPolicies() {
    if options.quiet { return }
    for line in Summary.lines(onIgnored: input.skipped) { Output.say("netpol-lint: \(line)") }
  }
}

extension FoundInput {
  /// What the command line names, for those who work out what is applied.
  fileprivate func place(of input: ReadInput, _ tree: DiskTree) -> InputPlace {
    var place = InputPlace(
      namedFiles: Set(named.files.map(DiskTree.absolute)), namedFolders: named.folders.map(DiskTree.absolute))
    for (file, path) in zip(input.files, tree.givenPaths) {
      if let path { place.paths[Paths.spelled(file.path)] = path }
    }
    if place.paths.isEmpty { place.paths = ["": ""] }
    return place
  }
}

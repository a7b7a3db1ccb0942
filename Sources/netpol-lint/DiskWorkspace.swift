internal import Config
internal import Diagnostics
internal import Fixing
internal import Input
internal import Rules
internal import Server
internal import SystemPackage
internal import Traffic
internal import Writing

/// The manifests of a folder, or of one file, less what the client has open.
actor DiskWorkspace: Workspace {
  nonisolated let folder: String
  private let path: InputPath
  private let input: InputOptions
  private let rules: RuleFlags
  private var run: Run?
  private var job: LintJob?
  private let cache = ContentsCache()

  /// `nil` where the folder cannot be entered.
  init?(_ place: RootPlace, _ input: InputOptions, _ rules: RuleFlags) {
    guard FileSystem.enter(FilePath(place.folder)) else { return nil }
    folder = FileSystem.workingDirectory.string
    // The name of a file is no flag, and `-` no standard input.
    path = InputPath(place.file.map { "./" + $0 } ?? ".")
    self.input = input
    self.rules = rules
  }

  func read(_ texts: [String: [UInt8]], afresh: Bool) async -> Reading {
    var fault: [String] = []
    do throws(CommandFailure) {
      guard FileSystem.enter(FilePath(folder)) else {
        throw CommandFailure("the folder \(SafeText(escaping: folder)) is gone")
      }
      if afresh || run == nil {
        try await load(texts)
        if let run, let job { return Reading(await lint(run.project, job)) }
      }
    } catch {
      fault = error.lines.map(\.text)
    }
    guard let run, let job else { return Reading(nil, fault: fault) }
    return Reading(await lint(await run.rereading(texts, cache: cache).project, job), fault: fault)
  }

  private func load(_ texts: [String: [UInt8]]) async throws(CommandFailure) {
    let profile = rules.profile
    let loaded = try await Run.load([path], input, texts: texts, cache: cache) {
      if let profile { $0.profile = profile }
    }
    let selection = try rules.selection(loaded.configuration)
    job = LintJob(
      rules: Registry.all.filter { selection.enabled.contains($0.info.id) }, selection: selection,
      context: loaded.input.context, named: loaded.namedFiles, jobs: input.jobs, suppresses: true,
      memory: LintMemory())
    run = loaded
  }

  private func lint(_ project: Project, _ job: LintJob) async -> Snapshot {
    var result = await job.lint(project)
    result.mergeEqualCopies(project.sources)
    return Snapshot(project, result)
  }

  func mended(_ path: String, in snapshot: Snapshot, _ texts: [String: [UInt8]]) async -> [UInt8]? {
    guard let run, let job, FileSystem.enter(FilePath(folder)) else { return nil }
    let cache = cache
    // What is tried is not what the next keystroke starts from.
    let trial = job.forgetting
    let fixer = Fixer(
      makesUnsafe: false, bar: { $0.path == path ? nil : "another file" },
      reread: { changed in
        let again = await run.rereading(texts.merging(changed) { $1 }, cache: cache)
        return FixState(again.project, await trial.lint(again.project))
      })
    let outcome = await fixer.run(FixState(snapshot.project, snapshot.result))
    return outcome.changes.first { $0.file.path == path }?.new
  }
}

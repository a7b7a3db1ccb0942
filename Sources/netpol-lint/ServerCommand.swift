internal import ArgumentParser
internal import Config
internal import Diagnostics
internal import Fixing
internal import Input
internal import Rules
internal import Server
internal import Synchronization
internal import SystemPackage
internal import Traffic
internal import Writing

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// `netpol-lint server`: a language server over standard input and output.
struct ServerCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "server", abstract: "Speak the Language Server Protocol over standard input and output.",
    discussion: "Editors start it: diagnostics, fixes, hover, completion. docs/editors.md says how.")

  @OptionGroup var input: InputOptions
  @OptionGroup var rules: RuleFlags

  func status() async throws(CommandFailure) -> ServerStatus {
    let inbox = Inbox()
    inbox.start()
    var stream = MessageStream()
    var server = LanguageServer(DiskWorkspace(input, rules), version: toolVersion)
    for await _ in inbox.signals {
      let (chunks, hasEnded) = inbox.takeAll()
      for chunk in chunks { stream.append(chunk) }
      var messages: [[UInt8]] = []
      while let part = stream.next() {
        guard case .message(let message) = part else {
          throw CommandFailure("the input is no message of the Language Server Protocol: it needs Content-Length")
        }
        messages.append(message)
      }
      for message in await server.handle(messages) {
        let bytes = MessageStream.framed(message)
        guard (try? FileDescriptor.standardOutput.writeAll(bytes)) != nil else { return .abandoned }
      }
      if let code = server.exitCode { return code == 0 ? .ended : .abandoned }
      // Without an `exit` the client is gone.
      if hasEnded { return .abandoned }
    }
    return .abandoned
  }
}

/// How the server ends, as the protocol has it.
enum ServerStatus: Int32 {
  /// After `shutdown` and `exit`.
  case ended = 0
  case abandoned = 1
}

/// Reads standard input in a thread of its own, which alone may wait for it.
private final class Inbox: Sendable {
  private let waiting = Mutex<(chunks: [[UInt8]], hasEnded: Bool)>(([], false))
  let signals: AsyncStream<Void>
  private let signal: AsyncStream<Void>.Continuation

  init() {
    (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// All that has arrived since the last call.
  func takeAll() -> (chunks: [[UInt8]], hasEnded: Bool) {
    waiting.withLock { waiting in
      let taken = waiting
      waiting.chunks = []
      return taken
    }
  }

  func start() {
    var thread = pthread_t()
    let pointer = Unmanaged.passRetained(self).toOpaque()
    pthread_create(
      &thread, nil,
      { pointer in
        if let pointer { Unmanaged<Inbox>.fromOpaque(pointer).takeRetainedValue().read() }
        return nil
      }, pointer)
    pthread_detach(thread)
  }

  private func read() {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { (try? FileDescriptor.standardInput.read(into: $0)) ?? 0 }
      waiting.withLock { waiting in
        if count > 0 { waiting.chunks.append(Array(buffer[..<count])) } else { waiting.hasEnded = true }
      }
      signal.yield()
      if count <= 0 { return signal.finish() }
    }
  }
}

/// The manifests below the working directory, less what the client has open.
private actor DiskWorkspace: Workspace {
  private let input: InputOptions
  private let rules: RuleFlags
  private var run: Run?
  private var job: LintJob?
  private var cache = ContentsCache()

  init(_ input: InputOptions, _ rules: RuleFlags) {
    self.input = input
    self.rules = rules
  }

  func enter(_ folder: String) -> Bool { chdir(folder) == 0 }

  func read(_ texts: [String: [UInt8]], afresh: Bool) async throws(WorkspaceFault) -> Snapshot {
    do throws(CommandFailure) {
      if afresh || run == nil || job == nil { try await load() }
    } catch {
      throw WorkspaceFault(error.lines.map(\.text))
    }
    guard let run, let job else { throw WorkspaceFault(["nothing was read"]) }
    let again = texts.isEmpty ? run : await run.rereading(texts, cache: cache)
    return await lint(again.project, job)
  }

  private func load() async throws(CommandFailure) {
    let profile = rules.profile
    let loaded = try await Run.load([InputPath(".")], input) { if let profile { $0.profile = profile } }
    let selection = try rules.selection(loaded.configuration)
    job = LintJob(
      rules: Registry.all.filter { selection.enabled.contains($0.info.id) }, selection: selection,
      context: loaded.input.context, named: loaded.namedFiles, jobs: input.jobs, suppresses: true)
    run = loaded
    cache = ContentsCache()
  }

  private func lint(_ project: Project, _ job: LintJob) async -> Snapshot {
    var result = await job.lint(project)
    result.mergeEqualCopies(project.sources)
    return Snapshot(project, result)
  }

  func mended(_ path: String, in snapshot: Snapshot, _ texts: [String: [UInt8]]) async -> [UInt8]? {
    guard let run, let job else { return nil }
    let fixer = Fixer(
      makesUnsafe: false, bar: { $0.path == path ? nil : "another file" },
      reread: { changed in
        let again = await run.rereading(texts.merging(changed) { $1 })
        return FixState(again.project, await job.lint(again.project))
      })
    let outcome = await fixer.run(FixState(snapshot.project, snapshot.result))
    return outcome.changes.first { $0.file.path == path }?.new
  }
}

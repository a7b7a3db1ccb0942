internal import Config
internal import Diagnostics
internal import Input
internal import Reporting
internal import SystemPackage
internal import Traffic
internal import Writing

/// `lint --watch`: lints again whenever a file changes that was read, or one comes or goes.
///
/// The files are looked at again and again, since no system tells of all of them in one way; the time between is many times
/// as long as a look takes.
struct LintWatch {
  private let command: LintCommand
  private var configuration: Configuration
  /// What the last run read that could: bases and configs may lie elsewhere than the paths.
  private var read: [FilePath] = []

  init(_ command: LintCommand) throws(CommandFailure) {
    self.command = command
    configuration = try command.input.configuration()
  }

  /// Ends by a signal alone, or where the first run cannot do its work.
  mutating func run() async throws(CommandFailure) -> Never {
    var stamps = FileStamps(files())
    try await lint()
    while true {
      stamps.turn(to: files())
      Output.say("netpol-lint: \(Summary.count(stamps.count, "file")) watched")
      await wait(while: stamps)
      stamps = FileStamps(files())
      if Output.isTerminal { _ = Output.standard.write { $0.append("\u{1B}[2J\u{1B}[H" as SafeText) } }
      do throws(CommandFailure) {
        try await lint()
      } catch {
        for line in error.lines { Output.say(line) }
      }
    }
  }

  private mutating func lint() async throws(CommandFailure) {
    var run: Run?
    _ = try await command.lint { run = $0 }
    guard let run else { return }
    configuration = run.configuration
    read = run.project.sources.files.map { FilePath($0.path) }
  }

  /// What is read now, and what was read before.
  private func files() -> Set<FilePath> {
    let found = try? command.input.find(command.paths, configuration).files.compactMap(\.path)
    return Set((found ?? []) + read + ConfigReader.fileNames.map { FilePath($0) })
  }

  private func wait(while stamps: FileStamps) async {
    let clock = ContinuousClock()
    var isSame = true
    while isSame {
      let look = clock.measure { isSame = FileStamps(files()) == stamps }
      if isSame { try? await Task.sleep(for: max(.milliseconds(200), look * 10)) }
    }
  }
}

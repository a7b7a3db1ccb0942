internal import ArgumentParser
internal import Input
internal import Writing

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The version of the tool.
let toolVersion = "0.1.0"

/// The command line.
struct NetpolLint: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "netpol-lint",
    abstract: "Finds mistakes in Kubernetes NetworkPolicy manifests.",
    discussion: """
      `netpol-lint k8s/` is the whole tool for most people: it needs no cluster, no network and no config.
      Exit codes: 0 nothing found, 1 findings, 2 the job could not be done, 3 a directory without any NetworkPolicy.
      """,
    version: toolVersion,
    subcommands: [
      LintCommand.self, VerifyCommand.self, ConnectivityCommand.self, CanReachCommand.self, DiffCommand.self,
      ReportCommand.self, WorldsCommand.self,
      InitCommand.self, ServerCommand.self,
      RulesCommand.self, ExplainCommand.self, ConfigCommand.self,
      CompletionsCommand.self, DocsCommand.self,
    ],
    defaultSubcommand: LintCommand.self)

  /// What the first argument may be where it is no path.
  static var commandNames: Set<String> {
    Set(configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"])
  }
}

@main
enum Main {
  /// The first thread only waits for the end. An `async` one would be given to Dispatch, which leaves it by way of the
  /// unwinder, and in the static binary that one sorts all it knows first: more work than linting a small folder.
  static func main() {
    StandardStreams.fill()
    Signals.watch()
    let arguments = ArgumentText.ofProcess
    do {
      let command = try command(arguments)
      if let command = command as? any StatusCommand {
        Task.detached { end(await status(of: command)) }
        while true { pause() }
      }
      var other = command
      try other.run()
      end(ExitStatus.clean.rawValue)
    } catch {
      guard NetpolLint.exitCode(for: error) == .success else {
        Output.say(refusal(of: arguments, error))
        end(ExitStatus.failure.rawValue)
      }
      let help = NetpolLint.fullMessage(for: error) + "\n"
      end((Output.standard.write { $0.append(help) } ? ExitStatus.clean : .failure).rawValue)
    }
  }

  /// The command that is asked for. Nearly every run lints and names no other command: then the library need not look at
  /// all of them first, which takes as long as linting a small folder. Where that fails, the root has the word.
  private static func command(_ arguments: [String]) throws -> any ParsableCommand {
    let namesLint = arguments.first == LintCommand.configuration.commandName
    let own = namesLint ? Array(arguments.dropFirst()) : arguments
    if NetpolLint.commandNames.isDisjoint(with: own), let lint = try? LintCommand.parse(own) { return lint }
    return try NetpolLint.parseAsRoot(arguments)
  }

  /// Runs a command; the code that it ends with.
  private static func status(of command: some StatusCommand) async -> Int32 {
    do throws(CommandFailure) {
      guard FileSystem.workingDirectoryIfAny != nil else {
        throw CommandFailure("the working directory is gone")
      }
      return try await command.status().rawValue
    } catch {
      for line in error.lines { Output.say(line) }
      return ExitStatus.failure.rawValue
    }
  }

  /// What is wrong with the arguments: as the library says it of arguments in which everything is escaped, for it
  /// repeats them.
  private static func refusal(of arguments: [String], _ error: any Error) -> SafeText {
    do {
      _ = try NetpolLint.parseAsRoot(arguments.map { DisplayText.escaped(ArgumentText.shown($0)) })
    } catch let sameError where NetpolLint.exitCode(for: sameError) != .success {
      return ownText(NetpolLint.fullMessage(for: sameError))
    } catch {}
    return "\(NetpolLint.message(for: error))"
  }

  /// Text in which the line ends are ours.
  private static func ownText(_ text: String) -> SafeText {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { SafeText(escaping: String($0)) }
      .joined(separator: "\n")
  }
}

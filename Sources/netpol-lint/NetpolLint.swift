internal import ArgumentParser

/// The version of the tool.
let toolVersion = "0.1.0"

/// The codes that the process ends with, the same for every format (2 goes before 1, 1 before 3).
enum ExitStatus: Int32 {
  case clean = 0
  case findings = 1
  /// The job could not be done: a bad flag or config, a missing path, unreadable input.
  case failure = 2
  /// A directory held no NetworkPolicy at all.
  case nothingFound = 3
}

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
      RulesCommand.self, ExplainCommand.self, ConfigCommand.self, DocsCommand.self,
    ],
    defaultSubcommand: LintCommand.self)
}

/// A command that does its work itself and says how it ended.
protocol StatusCommand: ParsableCommand {
  func status() async throws(CommandFailure) -> ExitStatus
}

/// Why a command could not do its work, in lines for standard error; the process ends with 2.
struct CommandFailure: Error {
  let lines: [String]

  init(lines: [String]) { self.lines = lines }

  init(_ message: String) { lines = ["netpol-lint: " + message] }
}

@main
enum Main {
  static func main() async {
    ignoreClosedPipes()
    do {
      let command = try NetpolLint.parseAsRoot()
      if let command = command as? any StatusCommand {
        end(await status(of: command))
      }
      var other = command
      try other.run()
      end(.clean)
    } catch {
      let code = NetpolLint.exitCode(for: error)
      let message = NetpolLint.fullMessage(for: error)
      if code == .success {
        end(Output.standard.write(message + "\n") ? .clean : .failure)
      }
      Output.say(message)
      end(.failure)
    }
  }

  private static func status(of command: any StatusCommand) async -> ExitStatus {
    do throws(CommandFailure) {
      return try await command.status()
    } catch {
      for line in error.lines { Output.say(line) }
      return .failure
    }
  }
}

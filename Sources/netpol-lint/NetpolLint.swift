internal import ArgumentParser

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
      WorldsCommand.self, RulesCommand.self, ExplainCommand.self, ConfigCommand.self, DocsCommand.self,
    ],
    defaultSubcommand: LintCommand.self)
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
      end(ExitStatus.clean.rawValue)
    } catch {
      let code = NetpolLint.exitCode(for: error)
      let message = NetpolLint.fullMessage(for: error)
      if code == .success {
        end((Output.standard.write(message + "\n") ? ExitStatus.clean : .failure).rawValue)
      }
      Output.say(message)
      end(ExitStatus.failure.rawValue)
    }
  }

  /// Runs a command; the code that it ends with.
  private static func status(of command: some StatusCommand) async -> Int32 {
    do throws(CommandFailure) {
      return try await command.status().rawValue
    } catch {
      for line in error.lines { Output.say(line) }
      return ExitStatus.failure.rawValue
    }
  }
}

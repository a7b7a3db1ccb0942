internal import ArgumentParser
internal import Config
internal import Input
internal import Rules
internal import Writing

/// `netpol-lint config …`: what the config says, whether it is right, and what it may say.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Show or check the config, or print its JSON Schema.",
    subcommands: [Show.self, Check.self, Schema.self])

  struct Show: StatusCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the effective values, each with the place that it comes from.")

    @OptionGroup var options: ConfigOptions

    @Option(help: "recommended, strict, hipaa or api.")
    var profile: Profile?

    func status() async throws(CommandFailure) -> ExitStatus {
      let flags = profile.map { [(key: "profile", value: $0.rawValue, flag: "--profile")] } ?? []
      let text = ConfigDisplay.text(try options.load().layers, flags: flags)
      return Output.standard.write({ $0.append(text) }) ? .clean : .failure
    }
  }

  struct Check: StatusCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say whether the config is right, and which rules run with it.")

    @OptionGroup var options: ConfigOptions

    func status() async throws(CommandFailure) -> ExitStatus {
      let configuration = try options.load().configuration
      let selection = try RuleFlags.selection(configuration)
      let unknown = RuleSelection.unknownRules(in: configuration, Registry.infos).map(\.problem)
      // A newer version may have them.
      for message in ConfigFault.invalid(ConfigProblems(unknown), in: configuration.files).messages {
        Output.say("\(message); it is left out")
      }
      let names = ConfigNames.problems(in: configuration)
      for message in ConfigFault.invalid(ConfigProblems(names), in: configuration.files).messages {
        Output.say("\(message)")
      }
      let check = ConfigCheck(configuration, selection)
      return Output.standard.write({ $0.append(check.text) }) ? .clean : .failure
    }
  }

  struct Schema: StatusCommand {
    static let configuration = CommandConfiguration(abstract: "Print the JSON Schema of the config file.")

    func status() async -> ExitStatus {
      Output.standard.write({ ConfigSchema.write(Registry.infos, to: &$0) }) ? .clean : .failure
    }
  }
}

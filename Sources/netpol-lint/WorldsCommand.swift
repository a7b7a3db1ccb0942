internal import ArgumentParser
internal import Input
internal import Queries
internal import Traffic
internal import Writing

extension WorldsReport.Format: ExpressibleByArgument {}

/// `netpol-lint worlds [PATH…]`: what is applied together, and why.
struct WorldsCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "worlds", abstract: "Say what is applied together, and why.",
    discussion: """
      A world is what is live together: kustomize builds, what Flux and Argo CD apply, and plain folders. What cannot be \
      live together, such as overlays of one base, is in different worlds, with the object that keeps it apart.
      """)

  @Argument(help: "Files and folders; - is standard input.")
  var paths: [InputPath] = [InputPath(".")]

  @OptionGroup var input: InputOptions

  @Option(help: "text or json.")
  var format: WorldsReport.Format = .text

  func status() async throws(CommandFailure) -> ExitStatus {
    let run = try await Run.load(paths, input)
    run.tellSkippedInput()
    run.tellIgnoredPolicies()
    let report = WorldsReport(run.project)
    guard Output.standard.write({ report.write(format, to: &$0) }) else { return .failure }
    if report.isEmpty { return run.end() }
    return run.input.hasUnreadable ? .failure : .clean
  }
}

/// Which world is asked about.
struct WorldOptions: ParsableArguments {
  @Option(help: "Only this world, by its name in `netpol-lint worlds`.", completion: .worlds)
  var world: String?
}

extension Run {
  /// Says on standard error what is applied together.
  func tellWorlds() { Output.say(WorldsReport(project).text) }

  /// The run with no other world than the one that is asked about.
  func choosing(_ options: WorldOptions) throws(CommandFailure) -> Run {
    do throws(UnknownWorld) {
      return with(try project.choosing(world: options.world.map(ArgumentText.shown)))
    } catch {
      throw CommandFailure("\(error.message)")
    }
  }
}

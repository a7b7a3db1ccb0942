internal import ArgumentParser
internal import Input
internal import Queries
internal import Writing

extension Verify.Format: ExpressibleByArgument {}

/// `netpol-lint verify [PATH…]`: checks the declared flows, as unit tests of the policies.
struct VerifyCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check the flows of the config and of *.flows.yaml files.")

  @Argument(help: "Files and folders; - is standard input.")
  var paths: [InputPath] = [InputPath(".")]

  @OptionGroup var input: InputOptions
  @OptionGroup var worlds: WorldOptions

  @Option(help: "text, json or junit.")
  var format: Verify.Format = .text

  func status() async throws(CommandFailure) -> ExitStatus {
    let run = try await Run.load(paths, input).choosing(worlds)
    run.tellUnreadLines()
    let report = Verify(run.project)
    guard !report.isEmpty else {
      throw CommandFailure(
        "there are no flows: declare them under `flows:` in .netpol-lint.yaml or in *.flows.yaml files")
    }
    guard Output.standard.write({ report.write(format, to: &$0) }) else { return .failure }
    if format != .text, !input.quiet { Output.say("\(report.summary)") }
    return run.end(report.failed > 0 ? .findings : .clean)
  }
}

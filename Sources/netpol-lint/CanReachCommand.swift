internal import ArgumentParser
internal import Input
internal import Queries
internal import Traffic
internal import Writing

extension CanReach.Format: ExpressibleByArgument {}

/// `netpol-lint can-reach FROM TO [PATH…]`: one question, and why.
struct CanReachCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "can-reach", abstract: "Say whether one end can connect to another, and why.",
    discussion: """
      An end is a component of the config, `internet`, the name of a workload or a Service that only one namespace has, \
      NAMESPACE/NAME, NAMESPACE/KIND/NAME, an IP, a CIDR, or NAMESPACE:KEY=VALUE,… for a pod with exactly these \
      labels. A Service stands for its pods, and its ports for theirs. FROM may be `node`: the node that the pod runs \
      on, as for the kubelet's probes. TO may be domain:NAME (domain:*.example.com), which rules name and nobody resolves, or \
      `nodes`: any node of the cluster. Exit codes: 0 allowed, 1 not allowed or only in part, 2 cannot tell or \
      no such end.
      """)

  @Argument(help: "Where the connection starts.", completion: .components)
  var from: String

  @Argument(help: "Where it leads, with :PORT[/PROTOCOL] at its end.", completion: .components)
  var to: String

  @Argument(help: "Files and folders; - is standard input.")
  var paths: [InputPath] = [InputPath(".")]

  @OptionGroup var input: InputOptions
  @OptionGroup var worlds: WorldOptions

  @Option(help: "text or json.")
  var format: CanReach.Format = .text

  func status() async throws(CommandFailure) -> CanReachStatus {
    let (from, to) = (ArgumentText.shown(from), ArgumentText.shown(to))
    let source: End
    let target: Target
    do throws(EndProblem) { source = try End(from) } catch { throw CommandFailure("FROM \(error.description)") }
    do throws(EndProblem) { target = try Target(to) } catch { throw CommandFailure("TO \(error.description)") }
    let run = try await Run.load(paths, input).choosing(worlds)
    run.tellUnreadLines()
    let answer: CanReach
    do throws(EndProblem) {
      answer = try CanReach(from: source, to: target, run.project)
    } catch {
      throw CommandFailure("\(error.text == from ? "FROM" : "TO") \(error.description)")
    }
    guard Output.standard.write({ answer.write(format, to: &$0) }), !run.input.hasUnreadable else { return .cannotTell }
    return CanReachStatus(answer.allowed)
  }
}

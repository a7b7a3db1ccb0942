import ArgumentParser

@main
struct NetpolLint: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "netpol-lint")

  func run() throws {}
}

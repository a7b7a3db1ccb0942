internal import ArgumentParser
internal import Writing

/// `netpol-lint completions bash`: the script that a shell completes the command line with.
struct CompletionsCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print a completion script for bash, zsh or fish.")

  @Argument(help: "bash, zsh or fish.")
  var shell: Shell

  enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash, zsh, fish

    fileprivate var ofParser: CompletionShell {
      switch self {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    }
  }

  func status() async -> ExitStatus {
    let script = NetpolLint.completionScript(for: shell.ofParser) + "\n"
    let text = ShellScript(text: script).completingWithoutCommand(shell)
    return Output.standard.write({ $0.append(text) }) ? .clean : .failure
  }
}

extension CompletionKind {
  /// The worlds of the working directory.
  static var worlds: CompletionKind {
    .shellCommand("netpol-lint worlds -q 2>/dev/null | sed -n 's/^world \\(.*\\):$/\\1/p'")
  }

  /// The components of the config.
  static var components: CompletionKind {
    .shellCommand("netpol-lint config show 2>/dev/null | sed -n '/^components:/,/^[^ ]/s/^  \\([^ :]*\\):.*/\\1/p'")
  }
}

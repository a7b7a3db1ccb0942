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
    let text = shell == .bash ? Self.completingWithoutCommand(script) : script
    return Output.standard.write({ $0.append(text) }) ? .clean : .failure
  }

  /// Has bash complete for `lint` too where no command is written: the parser's own script offers commands alone.
  private static func completingWithoutCommand(_ script: String) -> String {
    let start = "\n_netpol-lint() {"
    let end = "\n        ;;\n    esac\n}"
    guard let main = script.firstRange(of: start),
      let last = script[main.upperBound...].firstRange(of: end)
    else { return script }
    let lines = """

              # Without a command it is `lint`
              [[ "${COMP_CWORD}" -eq 1 ]] || COMPREPLY=()
              unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")
              _netpol-lint_lint
      """
    return script[..<last.lowerBound] + lines + script[last.lowerBound...]
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

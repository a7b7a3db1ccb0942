/// A completion script as the parser's library writes it: without a command it offers commands alone, where `lint` is meant
/// too. The parts that it is known by are replaced; a test notices when the library writes them otherwise.
struct ShellScript {
  private(set) var text: String

  /// The script, with what completes for `lint` where no command is written.
  func completingWithoutCommand(_ shell: CompletionsCommand.Shell) -> String {
    var script = self
    switch shell {
    case .bash: script.extendBash()
    case .zsh: script.extendZsh()
    case .fish: script.extendFish()
    }
    return script.text
  }

  private static let commands = NetpolLint.commandNames.sorted()

  private mutating func extendBash() {
    extendMain(
      """

              # Without a command it is `lint`
              [[ "${COMP_CWORD}" -eq 1 ]] || COMPREPLY=()
              unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")
              _netpol-lint_lint
      """, before: "\n        ;;\n    esac\n}")
  }

  private mutating func extendZsh() {
    extendMain(
      """

          # Without a command it is `lint`
          if [[ "${CURRENT}" -gt 2 && "${words[2]}" != (\(Self.commands.joined(separator: "|"))) ]]; then
              _netpol-lint_lint
              return
          elif [[ "${CURRENT}" -eq 2 ]]; then
              _netpol-lint_lint && ret=0
          fi
      """, before: "\n    _arguments -w -s -S : \"${arg_specs[@]}\" && ret=0")
  }

  /// Puts lines into the function that completes the whole command, of bash and zsh.
  private mutating func extendMain(_ lines: String, before mark: String) {
    guard let main = text.firstRange(of: "\n_netpol-lint() {"),
      let place = text[main.upperBound...].firstRange(of: mark)
    else { return }
    text.insert(contentsOf: lines, at: place.lowerBound)
  }

  private mutating func extendFish() {
    replace(
      "    test \"$commands\" = \"$expected_commands\"; and return",
      "    # Without a command it is `lint`\n"
        + "    contains -- \"$expected_commands\" \"$commands\" \"$commands lint\"; and return")
    replace(
      "    test \"$commands\" = \"$expected_commands\" -a \\( \"$positional_index\" \"$positional_index_comparison\" "
        + "\"$expected_positional_index\" \\)\n",
      "    contains -- \"$expected_commands\" \"$commands\" \"$commands lint\"\n"
        + "    and test \"$positional_index\" \"$positional_index_comparison\" \"$expected_positional_index\"\n")
    let tokens = "    set -l unparsed_tokens (__netpol-lint_tokens -pc)\n    switch"
    replace(
      tokens,
      """
          set -l unparsed_tokens (__netpol-lint_tokens -pc)
          if set -q unparsed_tokens[2]; and not contains -- "$unparsed_tokens[2]" \(Self.commands.joined(separator: " "))
              set unparsed_tokens $unparsed_tokens[1] lint $unparsed_tokens[2..]
          end
          switch
      """)
  }

  private mutating func replace(_ old: String, _ new: String) {
    if let range = text.firstRange(of: old) { text.replaceSubrange(range, with: new) }
  }
}

import Foundation
import TestSupport
import Testing

/// What shells complete, with a command and without one: then it is `lint`.
@Suite struct CompletionTests {
  private func withTool(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k8s/a.yaml", "a: b\n")
    try body(tool)
  }

  private static func isThere(_ shell: String) -> Bool {
    ["/usr/bin/", "/bin/", "/usr/local/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + shell) }
  }

  /// The library's script has all the parts that are replaced.
  @Test(arguments: ["bash": 1, "zsh": 2, "fish": 3])
  func theScriptIsTheOneThatIsKnown(_ shell: String, _ parts: Int) throws {
    try withTool { tool in
      let script = try tool.run("completions", shell).output
      let marks = [
        "Without a command it is `lint`", "_netpol-lint_lint && ret=0", "\"$commands lint\"; and return",
        "\"$commands lint\"\n    and test", "$unparsed_tokens[1] lint $unparsed_tokens[2..]",
      ]
      #expect(marks.count { script.contains($0) } == (shell == "fish" ? parts + 1 : parts))
    }
  }

  /// As bash asks, with and without a command.
  @Test func bashCompletesWhatStandsWithoutACommand() throws {
    try withTool { (tool: Tool) throws in
      let script = """
        source <("$0" completions bash)
        COMP_WORDS=(netpol-lint "$@") COMP_CWORD=$# COMP_LINE="netpol-lint $*"
        COMP_POINT=${#COMP_LINE}
        _netpol-lint netpol-lint "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """
      func words(_ line: String...) throws -> [Substring] {
        try tool.shell(script, [Tool.binary] + line).output.split(separator: "\n")
      }
      #expect(try words("--form") == ["--format"])
      #expect(try words("--format", "sar") == ["sarif"] && words("lint", "--format", "sar") == ["sarif"])
      #expect(try words("k8") == ["k8s"] && words("-q", "k8") == ["k8s"] && words("lint", "k8") == ["k8s"])
      #expect(try words("conn") == ["connectivity"] && words("--config", "k8") == ["k8s"])
      #expect(try words("k8s", "conn").isEmpty)
    }
  }

  @Test(.enabled(if: isThere("fish")))
  func fishCompletesWhatStandsWithoutACommand() throws {
    try withTool { tool in
      let script = """
        mkdir bin && ln -s "$0" bin/netpol-lint
        PATH=$PWD/bin:$PATH HOME=$PWD exec fish --no-config -c 'netpol-lint completions fish | source
        for line in $argv; echo (complete -C $line | cut -f 1); end' "$@"
        """
      let lines = [
        "--form": "--format", "--format sar": "sarif", "lint --format sar": "sarif", "k8": "k8s/", "-q k8": "k8s/",
        "conn": "connectivity", "k8s conn": "", "--vers": "--version", "rules --fixa": "--fixable",
      ].sorted { $0.key < $1.key }
      let run = try tool.shell(script, [Tool.binary] + lines.map { "netpol-lint " + $0.key })
      #expect(run.output == lines.map { $0.value + "\n" }.joined(), "\(run.errors)")
    }
  }

  @Test(.enabled(if: isThere("zsh")))
  func zshTakesTheScript() throws {
    try withTool { tool in
      let run = try tool.shell("\"$0\" completions zsh >_netpol && zsh -n _netpol", [Tool.binary])
      #expect(run.status == 0, "\(run.errors)")
    }
  }
}

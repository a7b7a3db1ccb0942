import Foundation
import TestSupport
import Testing

/// What the tool does with files, folders and arguments that somebody else may have made.
@Suite struct FilesTests {
  private func withTool(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try body(tool)
  }

  /// Runs the tool until it waits for standard input, sends it a signal, and says how it ended and what is left.
  private func interrupted(_ tool: Tool, by signal: String) throws -> String {
    try tool.shell(
      """
      mkfifo pipe; exec 3<>pipe
      env --default-signal="$1" "$0" lint - --output json:out.json <pipe & child=$!
      until compgen -G '.netpol-lint-*' >/dev/null || [ $SECONDS -gt 60 ]; do :; done
      kill -"$1" $child; wait $child; echo $?; rm pipe; ls -A
      """, [Tool.binary, signal]
    ).output
  }

  @Test(arguments: [("INT", 130), ("TERM", 143), ("HUP", 129)])
  func aSignalEndsTheProcessAndItsTemporaryFiles(_ signal: String, _ status: Int) throws {
    try withTool { tool in
      let left = try interrupted(tool, by: signal)
      #expect(left == "\(status)\n")
    }
  }

  @Test func whatCannotBeWrittenIsSaidBeforeTheWork() throws {
    try withTool { tool in
      try tool.write("a.yaml", "")
      for arguments in [["lint", "--output", "json:gone/x"], ["connectivity", "--output", "gone/x"]] {
        let run = try tool.shell("\"$0\" \"$@\" a.yaml", [Tool.binary] + arguments)
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.errors == "netpol-lint: cannot write gone/x: No such file or directory\n")
      }
      #expect(try tool.shell("ls -A", []).output == "a.yaml\n")
    }
  }

  @Test func reportsReplaceLinks() throws {
    try withTool { tool in
      try tool.write("a.yaml", "kind: NetworkPolicy\n")
      try tool.write("precious", "keep\n")
      for command in ["lint --output json:out", "connectivity --output out", "diff a.yaml --output out"] {
        let run = try tool.shell(
          "ln -sf precious out; \"$0\" \(command) a.yaml >/dev/null 2>&1; test -L out; echo $?; cat precious",
          [Tool.binary])
        #expect(run.output == "1\nkeep\n", "\(command)")
      }
      let listed = try tool.run("a.yaml", "--output", "concise:/dev/stdout", "--select", "NP005")
      #expect(listed.output.contains("a.yaml:1:1:") && FileManager.default.fileExists(atPath: "/dev/stdout"))
    }
  }

  @Test func intoFoldersOfOthersNothingIsWritten() throws {
    try withTool { tool in
      try tool.write("a.yaml", "")
      let run = try tool.shell(
        """
        [ "$(id -u)" = 0 ] || { echo skipped; exit; }
        mkdir open theirs; chmod 755 .; chmod 1777 open; chown 65534 theirs; cp "$0" ./tool; chmod 755 ./tool
        "$0" a.yaml --output json:theirs/x; echo $?
        setpriv --reuid 65534 ./tool a.yaml --output json:open/x; echo $?
        setpriv --reuid 65534 ./tool a.yaml --output json:theirs/x; echo $?
        ls -A open theirs
        """, [Tool.binary])
      guard run.output != "skipped\n" else { return }
      #expect(run.output == "2\n2\n0\nopen:\n\ntheirs:\nx\n")
      #expect(run.errors.contains("cannot write theirs/x: the folder belongs to another user"))
    }
  }

  @Test func aConfigThatIsALinkOutOfTheRepositoryIsRefusedUnread() throws {
    try withTool { tool in
      try tool.write("secret", "password: hunter2\n")
      try tool.write("repo/a.yaml", "")
      let setUp = try tool.shell("mkdir repo/.git; ln -s ../secret repo/.netpol-lint.yaml", [])
      #expect(setUp.status == 0)
      for command in ["a.yaml", "config show", "config check", "a.yaml --config .netpol-lint.yaml", "verify -v"] {
        let run = try tool.shell("cd repo && \"$0\" \(command)", [Tool.binary])
        #expect(run.status == 2 && !(run.output + run.errors).contains("hunter2"), "\(command)")
        #expect(run.errors == "netpol-lint: the config .netpol-lint.yaml is a link out of the repository\n")
      }
      #expect(try tool.shell("cd repo && \"$0\" a.yaml --no-config", [Tool.binary]).status == 0)
    }
  }

  @Test func aWorkingDirectoryThatIsGoneIsAFailure() throws {
    try withTool { tool in
      for command in ["", "verify", "can-reach a/b a/c:80", "config show", "--list-files"] {
        let run = try tool.shell("mkdir gone && cd gone && rmdir ../gone && \"$0\" \(command)", [Tool.binary])
        #expect(run.status == 2 && run.errors == "netpol-lint: the working directory is gone\n", "\(command)")
      }
    }
  }

  @Test func namesThatAreNoUTF8AreFoundAndShownInPercent() throws {
    try withTool { tool in
      try tool.write("policy.yaml", "kind: NetworkPolicy\n")
      let run = try tool.shell(
        #"""
        mkdir $'d\xff' && mv policy.yaml $'d\xff/\xc3.yaml'
        "$0" $'d\xff/\xc3.yaml' --list-files
        "$0" $'d\xff' --list-files
        "$0" . --exclude $'*\xc3.yaml' --list-files
        "$0" - --stdin-filename $'\xfe.yaml' --format concise --select NP005 <$'d\xff/\xc3.yaml'
        "$0" $'d\xff' --output $'json:\xfd' --quiet --select NP005
        cat $'\xfd' | grep -c d%FF/%C3.yaml
        "$0" $'no\xff'; "$0" $'--flag\xff'; "$0" lint --config $'\xff' ; "$0" explain $'\xff'
        "$0" can-reach $'a/\xff' b/c:80 ; "$0" --output $'\xff:x'
        """#, [Tool.binary])
      #expect(run.output.contains("d%FF/%C3.yaml\nd%FF/%C3.yaml\n%FE.yaml:1:1:"))
      #expect(run.output.hasSuffix("\n1\n"))
      for text in [
        "no file or folder `no%FF`", "Unknown option '--flag%FF'", "there is no config %FF", "no rule `%FF`",
        "no format `%FF`",
      ] {
        #expect(run.errors.contains(text), "\(text)")
      }
      #expect(!run.errors.contains("\u{10FE}") && !run.errors.unicodeScalars.contains { $0.value >= 0xFFFD })
    }
  }

  @Test func namesThatLookLikeFlagsAreFilesBehindTwoHyphens() throws {
    try withTool { tool in
      try tool.write("--fail-on=never", "kind: NetworkPolicy\n")
      try tool.write("lint", "kind: NetworkPolicy\n")
      let hooks = try String(
        contentsOf: Fixture.repository.appendingPathComponent(".pre-commit-hooks.yaml"), encoding: .utf8)
      let entries = hooks.split(separator: "\n").filter { $0.contains("entry:") }
      #expect(entries.count == 4 && entries.allSatisfy { $0.hasSuffix(" --") })
      let run = try tool.run("--context", ".", "--force-exclude", "--", "--fail-on=never", "lint")
      #expect(
        run.status == 1 && run.output.contains("--> --fail-on=never:1:1") && run.output.contains("::: lint:1:1"))
    }
  }
}

import Foundation
import TestSupport
import Testing

/// Reads every output of every command about `HostileWorld`.
@Suite struct HostileInputTests {
  private func withWorld(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try HostileWorld.write(to: tool.directory)
    try body(tool)
  }

  /// What an output must not hold; the first thing, with what stands before it.
  private func leak(_ output: String, isGitHub: Bool = false) -> String? {
    var last: [Unicode.Scalar] = []
    for scalar in output.unicodeScalars {
      last = last.suffix(40) + [scalar]
      let isAllowed =
        switch scalar.value {
        case 0x0A: true
        case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: false
        default: !(0x10FE00...0x10FEFF).contains(scalar.value)
        }
      if !isAllowed {
        return "U+\(String(scalar.value, radix: 16)) after \(String(String.UnicodeScalarView(last)).debugDescription)"
      }
    }
    let shown = String(String.UnicodeScalarView(output.unicodeScalars.filter { $0 != "\u{AD}" }))
    for command in ["##[", "##vso["] {
      if let range = shown.range(of: command) { return String(shown[range.lowerBound...].prefix(80)) }
    }
    for line in shown.split(separator: "\n") {
      let line = line.drop { $0.isWhitespace }
      let isOurs = isGitHub && ["::error file=", "::warning file=", "::notice file="].contains { line.hasPrefix($0) }
      if line.hasPrefix("FORGED") || (line.firstMatch(of: #/^::\w/#) != nil && !isOurs) {
        return String(line.prefix(80))
      }
    }
    return nil
  }

  /// Runs a command and looks at all that it says.
  @discardableResult private func check(_ tool: Tool, _ arguments: [String]) throws -> Tool.Run {
    let run = try tool.shell("\"$0\" \"$@\"", [Tool.binary] + arguments)
    #expect(!(run.output + run.errors).isEmpty, "\(arguments) says something")
    if let leak = leak(run.output, isGitHub: arguments.contains("github")) {
      Issue.record("\(arguments), standard output: \(leak)")
    }
    if let leak = leak(run.errors) { Issue.record("\(arguments), standard error: \(leak)") }
    return run
  }

  /// A document that a parser reads is no text that got out of it.
  private func checkJSON(_ run: Tool.Run) {
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(run.output.utf8)) }
  }

  @Test(arguments: [
    "text", "concise", "json", "sarif", "junit", "github", "gitlab", "checkstyle", "rdjson", "markdown", "prometheus",
  ])
  func lintShowsAndObeysNothing(_ format: String) throws {
    try withWorld { tool in
      for flags in [["--show-suppressed", "-v"], ["--no-config", "--profile", "hipaa"]] {
        let run = try check(tool, ["--format", format, "."] + flags)
        #expect(run.status == 1 && run.output.contains("FORGED") != (format == "prometheus"))
        if ["json", "sarif", "gitlab", "rdjson"].contains(format) { checkJSON(run) }
      }
    }
  }

  @Test func otherOutputsOfLintShowAndObeyNothing() throws {
    try withWorld { tool in
      try check(tool, ["--list-files"])
      try check(tool, ["--statistics"])
      try check(tool, ["--add-ignores", "--reason", "because", "."])
      try check(tool, ["--output", "json:\n::error::FORGED\u{1B}[2J", "."])
      try check(tool, ["--output", "json:gone/\n::error::FORGED\u{1B}[2J", "."])
    }
  }

  @Test func answersShowAndObeyNothing() throws {
    try withWorld { tool in
      for format in ["text", "json", "junit"] { try check(tool, ["verify", "--format", format]) }
      for format in ["text", "json", "dot"] { try check(tool, ["connectivity", "--inferred", "--format", format]) }
      for format in ["text", "json", "csv", "markdown", "dot", "mermaid"] {
        let run = try check(tool, ["connectivity", "workloads.yaml", "--format", format])
        #expect(run.output.contains("FORGED"))
        if format == "json" { checkJSON(run) }
      }
      for format in ["text", "json", "markdown"] {
        for sides in [["policies.yaml", "workloads.yaml"], ["workloads.yaml", "."]] {
          let run = try check(tool, ["diff"] + sides + ["--format", format])
          if format == "json" { checkJSON(run) }
        }
      }
      for format in ["text", "json"] {
        for ends in [
          ["b", HostileWorld.text + ":80"], [HostileWorld.text, "b:80"], ["c:\(HostileWorld.text)=x", "b:80"],
        ] {
          try check(tool, ["can-reach"] + ends + ["--format", format])
        }
      }
    }
  }

  @Test func configsShowAndObeyNothing() throws {
    try withWorld { tool in
      try check(tool, ["config", "show"])
      for config in HostileWorld.brokenConfigs {
        try tool.write(".netpol-lint.yaml", config)
        for command in [["config", "check"], ["policies.yaml"]] {
          let status = try check(tool, command).status
          #expect(status == 2, "\(config)")
        }
        try check(tool, ["verify"])
      }
      try tool.write("bad.flows.yaml", "flows: [{\(HostileWorld.scalar): 1}]\n")
      try check(tool, ["--no-config", "."])
    }
  }

  @Test func argumentsShowAndObeyNothing() throws {
    let text = HostileWorld.text
    try withWorld { tool in
      for arguments in [
        [text], ["--" + text], ["--format", text], ["--output", text], ["--output", "json:/dev/null/" + text],
        ["--select", text], ["--ignore", text], ["--profile", text], ["--config", text], ["--today", text],
        ["--jobs", text], ["--context", text], ["--min-severity", text], ["--stdin-filename", text],
        ["explain", text], ["diff", text, text], ["diff", ".", ".", "--fail-on", text], ["can-reach", text, text],
        ["connectivity", "--focus", text], ["connectivity", "--output", "/dev/null/" + text], ["docs", text],
        ["verify", text], ["config", text], ["-" + text], ["lint", text, "--" + text],
      ] {
        let status = try check(tool, arguments).status
        #expect(status == 2, "\(arguments)")
      }
      for arguments in [["--exclude", text], ["-n", text], ["--stdin-filename", text, "-"]] {
        try check(tool, arguments + ["policies.yaml"])
      }
    }
  }
}

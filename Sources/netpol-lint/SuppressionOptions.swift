internal import ArgumentParser
internal import Config
internal import Diagnostics
internal import Reporting
internal import Rules
internal import Traffic
internal import Writing

/// What happens to findings that somebody accepted.
struct SuppressionOptions: ParsableArguments {
  @Flag(help: "Report suppressed findings too, marked as such; they do not count.")
  var showSuppressed = false

  @Flag(help: "Report as if nothing were suppressed.")
  var noIgnores = false

  @Flag(help: "Write comments into the files that suppress all findings; needs --reason.")
  var addIgnores = false

  @Option(help: "With --add-ignores: why the findings are accepted.")
  var reason: String?

  func validate() throws {
    guard addIgnores || reason == nil else { throw ValidationError("--reason goes with --add-ignores") }
    guard addIgnores else { return }
    if noIgnores { throw ValidationError("--add-ignores and --no-ignores exclude each other") }
    let text = reason ?? ""
    guard text.contains(where: { $0 != " " }), !text.unicodeScalars.contains(where: { $0.value < 0x20 }),
      !text.contains(" #"), !text.hasPrefix("#")
    else { throw ValidationError("--add-ignores needs --reason TEXT: one line, without ` #`") }
  }

  /// Writes comments for all findings, and says which; `nil` when a file cannot be written.
  ///
  /// - Returns: the findings that are still there.
  func write(_ findings: [Finding], _ run: Run) -> [Finding]? {
    let reason = (reason ?? "").split(separator: " ").joined(separator: " ")
    var left: [Finding] = []
    var done = 0
    var files = 0
    for (id, findings) in Dictionary(grouping: findings, by: \.span.file).sorted(by: { $0.key < $1.key }) {
      let file = run.project.sources[id]
      guard let path = run.path(of: id) else {
        left += findings
        continue
      }
      let writer = IgnoreWriter(findings, in: file, reason: reason, run.configuration)
      left += writer.left
      if writer.suppressed.isEmpty { continue }
      guard
        Output.edit(path, from: file.bytes, { out in writer.bytes.withUnsafeBufferPointer { out.append($0) } })
      else { return nil }
      let rules = Set(writer.suppressed.map(\.rule)).sorted().map(\.description).joined(separator: ", ")
      Output.say("\(file.path): ignores \(Summary.count(writer.suppressed.count, "finding")) of \(rules)")
      done += writer.suppressed.count
      files += 1
    }
    Output.say("netpol-lint: \(Summary.count(done, "finding")) ignored in \(Summary.count(files, "file"))")
    tell(left, run.project.sources)
    return left
  }

  private func tell(_ left: [Finding], _ sources: SourceTable) {
    for finding in left {
      let file = sources[finding.span.file]
      let line = LineIndex(file.bytes).position(of: finding.span.start).line
      Output.say("\(file.path):\(line): no comment can suppress this finding of \(finding.rule)")
    }
  }
}

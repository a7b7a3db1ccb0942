internal import ArgumentParser
internal import Config
internal import Diagnostics
internal import Reporting
internal import Rules
internal import SystemPackage
internal import Traffic
internal import Writing

/// What happens to findings that somebody accepted.
struct SuppressionOptions: ParsableArguments {
  @Flag(help: "Report suppressed findings too, marked as such; they do not count.")
  var showSuppressed = false

  @Flag(help: "Report as if nothing were suppressed.")
  var noIgnores = false

  @Flag(
    help: "Write comments into the files that suppress all findings; needs --reason. With --diff they are printed only."
  )
  var addIgnores = false

  @Option(help: "With --add-ignores: why the findings are accepted.")
  var reason: String?

  @Option(help: "With --add-ignores: the last day on which the comments count, such as 2027-01-31.")
  var until: String?

  func validate() throws {
    guard addIgnores || reason == nil else { throw ValidationError("--reason goes with --add-ignores") }
    guard addIgnores || until == nil else { throw ValidationError("--until goes with --add-ignores") }
    if let until, !DateText.isValid(until) { throw ValidationError("--until must be a date such as 2027-01-31") }
    guard addIgnores else { return }
    if noIgnores { throw ValidationError("--add-ignores and --no-ignores exclude each other") }
    let text = reason ?? ""
    guard text.contains(where: { $0 != " " }), !text.unicodeScalars.contains(where: { $0.value < 0x20 }),
      !text.contains(" #"), !text.hasPrefix("#")
    else { throw ValidationError("--add-ignores needs --reason TEXT: one line, without ` #`") }
  }

  /// Writes comments for all findings, and says which; the text of standard input, with its comments, goes to standard
  /// output. `nil` when something cannot be written.
  ///
  /// - Returns: the findings that are still there.
  func write(_ findings: [Finding], _ run: Run) -> [Finding]? {
    let (changes, left) = changes(findings, run)
    for (file, path, writer) in changes {
      guard let path else { continue }
      guard
        Output.edit(path, from: file.bytes, { out in writer.bytes.withUnsafeBufferPointer { out.append($0) } })
      else { return nil }
      let rules = Set(writer.suppressed.map(\.rule)).sorted().map(\.description).joined(separator: ", ")
      Output.say("\(file.path): ignores \(Summary.count(writer.suppressed.count, "finding")) of \(rules)")
    }
    for file in run.project.files where run.isStandardInput(file.id) {
      let bytes = changes.first { $0.file.id == file.id }?.writer.bytes ?? file.bytes
      guard Output.standard.write({ out in bytes.withUnsafeBufferPointer { out.append($0) } }) else { return nil }
    }
    tell(changes.map(\.writer), left, "ignored", run.project.sources)
    return left
  }

  /// Prints as a unified diff which comments would be written, and changes nothing.
  func show(_ findings: [Finding], _ run: Run) -> ExitStatus {
    let (changes, left) = changes(findings, run)
    let isWritten = Output.standard.write { out in
      for (file, _, writer) in changes { UnifiedDiff(file, writer.bytes).write(run.project.sources, to: &out) }
    }
    tell(changes.map(\.writer), left, "would be ignored", run.project.sources)
    return isWritten ? run.end(changes.isEmpty ? .clean : .findings) : .failure
  }

  /// `path` is `nil` for standard input.
  private typealias Change = (file: SourceFile, path: FilePath?, writer: IgnoreWriter)

  /// The files that comments are written into, in order, and the findings for which none can be.
  private func changes(_ findings: [Finding], _ run: Run) -> (changes: [Change], left: [Finding]) {
    let reason = (reason ?? "").split(separator: " ").joined(separator: " ")
    var changes: [Change] = []
    var left: [Finding] = []
    for (id, findings) in Dictionary(grouping: findings, by: \.span.file).sorted(by: { $0.key < $1.key }) {
      let path = run.path(of: id)
      guard path != nil || run.isStandardInput(id) else {
        left += findings
        continue
      }
      let file = run.project.sources[id]
      let writer = IgnoreWriter(findings, in: file, reason: reason, until: until, run.configuration)
      left += writer.left
      if !writer.suppressed.isEmpty { changes.append((file, path, writer)) }
    }
    return (changes, left)
  }

  private func tell(
    _ writers: [IgnoreWriter], _ left: [Finding], _ what: StaticString, _ sources: SourceTable
  ) {
    let count = writers.reduce(0) { $0 + $1.suppressed.count }
    Output.say("netpol-lint: \(Summary.count(count, "finding")) \(what) in \(Summary.count(writers.count, "file"))")
    for finding in left {
      let file = sources[finding.span.file]
      let line = LineIndex(file.bytes).position(of: finding.span.start).line
      Output.say("\(file.path):\(line): no comment can suppress this finding of \(finding.rule)")
    }
  }
}

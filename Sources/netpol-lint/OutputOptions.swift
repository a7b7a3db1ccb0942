internal import ArgumentParser
internal import Diagnostics
internal import Input
internal import Reporting
internal import SystemPackage
internal import Writing

extension ReportFormat: ExpressibleByArgument {}
extension ColorChoice: ExpressibleByArgument {}

/// Where a report goes, and in which format.
struct OutputOptions: ParsableArguments {
  @Option(help: "How findings are written: \(ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: ReportFormat = .text

  @Option(help: "FORMAT[:PATH]; repeatable. Without a path: standard output, in place of --format.")
  var output: [String] = []

  @Option(
    help: "Show no more than so many findings as text or lines; all of them count, and the other formats list them.")
  var maxFindings: Int?

  @Option(help: "Colours: auto, always or never.")
  var color: ColorChoice = .auto

  func validate() throws {
    if let maxFindings, maxFindings < 0 { throw ValidationError("--max-findings must not be negative") }
  }

  /// `FORMAT[:PATH]` of each `--output`; `--format` when there is none.
  func requests() throws(CommandFailure) -> [ReportRequest] {
    if output.isEmpty { return [ReportRequest(format: format, path: nil)] }
    var result: [ReportRequest] = []
    for text in output {
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let format = ReportFormat(rawValue: parts[0]) else {
        let hint = Suggestion.hint(for: parts[0], among: ReportFormat.allCases.map(\.rawValue))
        throw CommandFailure("--output: there is no format `\(ArgumentText.shown(parts[0]))`\(hint)")
      }
      result.append(ReportRequest(format: format, path: parts.count > 1 ? parts[1] : nil))
    }
    guard result.count(where: { $0.path == nil }) <= 1 else {
      throw CommandFailure("only one --output can go to standard output")
    }
    return result
  }

  /// Opens what the reports go to, before any work is done for them.
  ///
  /// - Parameter standard: what stands for no path.
  func open(_ requests: [ReportRequest], standard: Output = .standard) throws(CommandFailure) -> [ReportOutput] {
    var outputs: [ReportOutput] = []
    for request in requests {
      let output = try request.path.map { path throws(CommandFailure) in try Output.open(path) } ?? standard
      outputs.append(ReportOutput(format: request.format, output: output))
    }
    return outputs
  }

  /// Writes all reports; the summary goes to standard error where no text report holds it. False when that failed.
  func write(_ report: Report, to outputs: [ReportOutput], quiet: Bool) -> Bool {
    for (format, output) in outputs.map({ ($0.format, $0.output) }) {
      let options = ReportOptions(
        color: output.isStandard && Output.usesColor(color), paths: repositoryPaths,
        mostFindings: maxFindings ?? .max, width: output.isStandard ? Output.terminalWidth : nil)
      guard output.write({ format.write(report, options: options, to: &$0) }) else { return false }
    }
    if !quiet, !outputs.contains(where: { $0.format == .text && $0.output.isStandard }) {
      Output.say(Summary(report).text)
    }
    return true
  }
}

/// How files are named from the root of the repository that holds the working directory.
private var repositoryPaths: RepositoryPaths {
  let here = FileSystem.workingDirectory
  return RepositoryPaths(root: Repository.root(above: here)?.string, workingDirectory: here.string)
}

/// A report that somebody wants, as an option names it.
struct ReportRequest {
  let format: ReportFormat
  /// `nil` for standard output.
  let path: String?
}

/// One report that is written.
struct ReportOutput {
  let format: ReportFormat
  let output: Output
}

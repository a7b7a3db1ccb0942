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

  @Option(help: "Colours: auto, always or never.")
  var color: ColorChoice = .auto

  /// `FORMAT[:PATH]` of each `--output`; `--format` when there is none.
  func reports() throws(CommandFailure) -> [ReportOutput] {
    if output.isEmpty { return [ReportOutput(format: format, path: nil)] }
    var result: [ReportOutput] = []
    for text in output {
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard let format = ReportFormat(rawValue: String(parts[0])) else {
        let hint = Suggestion.hint(for: String(parts[0]), among: ReportFormat.allCases.map(\.rawValue))
        throw CommandFailure("--output: there is no format `\(parts[0])`\(hint)")
      }
      result.append(ReportOutput(format: format, path: parts.count > 1 ? String(parts[1]) : nil))
    }
    guard result.count(where: { $0.path == nil }) <= 1 else {
      throw CommandFailure("only one --output can go to standard output")
    }
    return result
  }

  /// Writes all reports; the summary goes to standard error where no text report holds it. False when that failed.
  func write(_ report: Report, to outputs: [ReportOutput], quiet: Bool) -> Bool {
    for output in outputs {
      let options = ReportOptions(
        color: output.path == nil && Output.usesColor(color), paths: repositoryPaths)
      let isWritten =
        if let path = output.path {
          Output.replace(FilePath(path)) { output.format.write(report, options: options, to: &$0) }
        } else {
          Output.standard.write { output.format.write(report, options: options, to: &$0) }
        }
      guard isWritten else { return false }
    }
    if !quiet, !outputs.contains(where: { $0.format == .text && $0.path == nil }) {
      var text = ByteWriter()
      Summary(report).write(to: &text)
      Output.say(String(decoding: text.bytes.dropLast(), as: UTF8.self))
    }
    return true
  }
}

/// How files are named from the root of the repository that holds the working directory.
private var repositoryPaths: RepositoryPaths {
  let here = FileSystem.workingDirectory
  return RepositoryPaths(root: Repository.root(above: here)?.string, workingDirectory: here.string)
}

/// One report that is written.
struct ReportOutput {
  let format: ReportFormat
  /// `nil` for standard output.
  let path: String?
}

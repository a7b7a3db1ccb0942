internal import Diagnostics
internal import Evidence
internal import Facts
internal import Input
internal import Reporting
internal import SystemPackage
internal import Writing

/// Reads reports that were written earlier.
struct EarlierReports {
  private let catalogue: EvidenceCatalogue

  init(_ catalogue: EvidenceCatalogue) { self.catalogue = catalogue }

  func read(_ name: String, flag: SafeText) throws(CommandFailure) -> (report: EarlierReport, digest: String) {
    let shown = ArgumentText.shown(name)
    return try read(FilePath(argument: name), called: shown, flag: flag)
  }

  /// All reports of a folder whose names end in `.json`, in no particular order; files that are no reports of this
  /// framework are passed over.
  func all(in folder: String) throws(CommandFailure) -> [KeptReport] {
    let path = FilePath(argument: folder)
    let names: [FilePath.Component]
    do throws(Errno) { names = try FileSystem.names(in: path) } catch {
      throw CommandFailure("--history: cannot read \(SafeText(escaping: ArgumentText.shown(folder))): \(error)")
    }
    var kept: [KeptReport] = []
    for name in names where name.extension == "json" {
      let shown = ShownPath.text(FilePath(name.string))
      let bytes = try bytes(path.appending(name), SafeText(escaping: shown))
      guard let report = try? report(bytes, shown) else { continue }
      kept.append(KeptReport(name: shown, digest: SHA256.hexDigits(64, of: bytes), report: report))
    }
    return kept
  }

  private func read(
    _ path: FilePath, called shown: String, flag: SafeText
  ) throws(CommandFailure) -> (report: EarlierReport, digest: String) {
    let name = SafeText(escaping: shown)
    let bytes = try bytes(path, name)
    do throws(EarlierReport.Fault) {
      return (try report(bytes, shown), SHA256.hexDigits(64, of: bytes))
    } catch {
      throw CommandFailure("\(flag) \(name): \(error.message)")
    }
  }

  private func bytes(_ path: FilePath, _ name: SafeText) throws(CommandFailure) -> [UInt8] {
    do {
      return try FileSystem.read(path, size: 1 << 16, limit: 256 << 20)
    } catch {
      throw CommandFailure("cannot read \(name): \(error as? Errno ?? .ioError)")
    }
  }

  private func report(_ bytes: [UInt8], _ name: String) throws(EarlierReport.Fault) -> EarlierReport {
    let report = try EarlierReport(SourceFile(id: FileID(0), path: name, bytes: bytes))
    guard report.framework == catalogue.id else {
      throw EarlierReport.Fault(message: "it is a report of another framework, \(report.framework)")
    }
    return report
  }
}

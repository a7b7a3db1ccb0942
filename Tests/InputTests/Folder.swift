import Foundation
import SystemPackage

/// An empty folder of a test's own, which goes with it.
final class Folder: Sendable {
  let path: FilePath

  init() throws {
    let url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("netpol-lint-input-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = FilePath(url.path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path.string) }

  func callAsFunction(_ name: String) -> FilePath { path.appending(name) }

  /// Writes a file, and the folders above it; returns its path.
  @discardableResult func write(_ name: String, _ text: String = "a: 1\n") throws -> FilePath {
    let file = path.appending(name)
    try FileManager.default.createDirectory(
      atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file.string))
    return file
  }

  /// Makes an empty file in a folder that may not be there yet.
  func make(_ name: String) throws {
    let file = path.appending(name)
    if !FileManager.default.createFile(atPath: file.string, contents: nil) { try write(name, "") }
  }

  /// Makes a link; returns its path.
  @discardableResult func link(_ name: String, to target: String) throws -> FilePath {
    try FileManager.default.createSymbolicLink(atPath: path.appending(name).string, withDestinationPath: target)
    return path.appending(name)
  }
}

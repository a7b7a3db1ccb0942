package import Config
package import Diagnostics
package import Foundation

/// The files below `Fixtures/`.
package enum Fixture {
  /// The root of the repository.
  package static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The manifests of a folder, in order of their paths, which are relative to it.
  ///
  /// - Parameter firstID: the number of config files before them.
  package static func files(_ folder: String, suffix: String = ".yaml", firstID: Int = 0) throws -> [SourceFile] {
    let root = repository.appendingPathComponent("Fixtures/" + folder)
    let names = try FileManager.default.subpathsOfDirectory(atPath: root.path)
      .filter { $0.hasSuffix(suffix) && !$0.hasPrefix(".") }.sorted()
    return try names.enumerated().map { index, name in
      let data = try Data(contentsOf: root.appendingPathComponent(name))
      return SourceFile(id: FileID(firstID + index), path: name, bytes: Array(data))
    }
  }

  /// The config beside the manifests of a folder.
  package static func configuration(_ folder: String) throws -> Configuration {
    let url = repository.appendingPathComponent("Fixtures/\(folder)/.netpol-lint.yaml")
    let file = SourceFile(id: FileID(0), path: url.lastPathComponent, bytes: Array(try Data(contentsOf: url)))
    var configuration = try ConfigReader.read(file).get()
    configuration.files = [file]
    return configuration
  }
}

import Config
import Diagnostics
import Rules
import Synchronization
import TestSupport
import Traffic

@testable import Server

/// Folders in memory, as the executable has them on the disk.
final class MemoryDisk: Sendable {
  /// By their absolute paths.
  private let files: Mutex<[String: String]>
  /// How often something was read and linted.
  private let readings = Mutex(0)

  init(_ files: [String: String]) { self.files = Mutex(files) }

  subscript(_ path: String) -> String? {
    get { files.withLock { $0[path] } }
    set { files.withLock { $0[path] = newValue } }
  }

  var readingCount: Int { readings.withLock(\.self) }

  func count() { readings.withLock { $0 += 1 } }

  func texts(in place: RootPlace) -> [String: [UInt8]] {
    let all = files.withLock(\.self)
    let inner = all.compactMap { path, text in
      FolderPath.relative(path, to: place.folder).map { ($0, Array(text.utf8)) }
    }
    return Dictionary(uniqueKeysWithValues: inner.filter { place.file == nil || $0.0 == place.file })
  }
}

/// A folder of a disk in memory.
final class MemoryWorkspace: Workspace {
  var folder: String { place.folder }
  private let place: RootPlace
  private let disk: MemoryDisk
  private let cache = ContentsCache()
  private let known = Mutex<[String: [UInt8]]>([:])
  private let configuration = Mutex<Configuration?>(nil)

  init(_ place: RootPlace, _ disk: MemoryDisk) {
    self.place = place
    self.disk = disk
  }

  func read(_ texts: [String: [UInt8]], afresh: Bool) async -> Reading {
    disk.count()
    if afresh { known.withLock { $0 = disk.texts(in: place) } }
    var files = known.withLock(\.self)
    for (path, bytes) in texts where files[path] != nil || afresh && !path.hasPrefix("/") { files[path] = bytes }
    if afresh { known.withLock { $0 = files } }
    // The config is one of the things that are only looked for afresh.
    var fault: [String] = []
    if afresh {
      do {
        let new = try MemoryWorkspace.configuration(files)
        configuration.withLock { $0 = new }
      } catch {
        fault = ["the config is wrong"]
      }
    }
    guard let configuration = configuration.withLock(\.self) else { return Reading(nil, fault: fault) }
    return Reading(await MemoryWorkspace.lint(files, configuration, cache), fault: fault)
  }

  /// Rules that well-made manifests without any records keep.
  private static let rules = Registry.all.filter { rule in
    !["NP1", "NP601", "NP602", "NP603", "NP7"].contains { rule.info.id.description.hasPrefix($0) }
  }

  private static let configName = ".netpol-lint.yaml"

  static func configuration(_ files: [String: [UInt8]]) throws -> Configuration {
    guard let bytes = files[configName] else { return try Lint.configuration("") }
    let file = SourceFile(id: FileID(0), path: configName, bytes: bytes)
    var configuration = bytes.isEmpty ? Configuration() : try ConfigReader.read(file).get()
    configuration.files = [file]
    configuration.today = Lint.today
    return configuration
  }

  static func lint(
    _ files: [String: [UInt8]], _ configuration: Configuration, _ cache: ContentsCache? = nil
  ) async -> Snapshot {
    let names = files.keys.filter { $0 != configName }.sorted()
    let sources = names.enumerated().map { number, name in
      SourceFile(id: FileID(configuration.files.count + number), path: name, bytes: files[name] ?? [])
    }
    let project = await Project.read(sources, configuration: configuration, cache: cache)
    var result = await Linter(rules: rules).lint(project)
    result.mergeEqualCopies(project.sources)
    return Snapshot(project, result)
  }

  func mended(_ path: String, in snapshot: Snapshot, _ texts: [String: [UInt8]]) async -> [UInt8]? { nil }
}

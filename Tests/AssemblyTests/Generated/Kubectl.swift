import Assembly
import Diagnostics
import Foundation
import YAMLSource

/// The real kustomize, inside kubectl, which `make kubectl` brings.
enum Kubectl {
  static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized

  /// `nil` where it is not there.
  static let path: String? = {
    let path =
      ProcessInfo.processInfo.environment["NETPOL_KUBECTL"] ?? root.appending(path: ".build/kubectl/kubectl").path
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()
}

/// A build by the real kustomize, in a process of its own.
final class KubectlBuild {
  /// What a build gave: objects, or why it was refused.
  enum Outcome {
    case built([TreeNode])
    case refused(String)

    var refusal: String? { if case .refused(let message) = self { message } else { nil } }
  }

  private let folder: URL
  private let process = Process()

  /// Starts the build.
  init(of folder: URL) throws {
    self.folder = folder
    process.executableURL = URL(filePath: Kubectl.path ?? "")
    process.arguments = ["kustomize", folder.path]
    // Several run at a time: each is to take one core, and to collect no more garbage than it must.
    process.environment = ["GOMAXPROCS": "1", "GOGC": "400", "HOME": folder.path]
    process.standardOutput = try file(".out")
    process.standardError = try file(".err")
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  private func file(_ ending: String) throws -> FileHandle {
    try Data().write(to: URL(filePath: folder.path + ending))
    return try FileHandle(forWritingTo: URL(filePath: folder.path + ending))
  }

  /// Waits for it to end.
  func outcome() throws -> Outcome {
    process.waitUntilExit()
    func text(_ ending: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: folder.path + ending))) }
    guard process.terminationStatus == 0 else {
      return .refused(String(decoding: try text(".err"), as: UTF8.self))
    }
    let file = SourceFile(id: FileID(0), path: folder.path, bytes: try text(".out"))
    return .built(
      try DocumentSplitter.split(file.bytes).compactMap { try YAMLReader.read($0, of: file).root.map(TreeNode.init) })
  }
}

/// A folder for the files of generated cases.
struct ScratchFolder {
  let url: URL

  init(_ name: String) throws {
    url = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(ProcessInfo.processInfo.processIdentifier)")
    try? FileManager.default.removeItem(at: url)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  func write(_ text: String, to path: String) throws {
    let file = url.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func remove() throws { try FileManager.default.removeItem(at: url) }
}

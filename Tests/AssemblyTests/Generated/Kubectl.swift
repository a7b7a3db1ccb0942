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

  /// What a build gave: objects, or why it was refused.
  enum Outcome {
    case built([TreeNode])
    case refused(String)

    var refusal: String? { if case .refused(let message) = self { message } else { nil } }
  }

  /// Builds folders, several at a time.
  static func build(_ folders: [URL]) throws -> [Outcome] {
    guard let path, let first = folders.first else { return [] }
    let list = first.deletingLastPathComponent().appending(path: "folders.txt")
    try Data(folders.map { $0.path + "\n" }.joined().utf8).write(to: list)
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = [
      "-c",
      "xargs -P 4 -I{} sh -c '\"$0\" kustomize {} >{}.out 2>{}.err; echo $? >{}.rc' '\(path)' <'\(list.path)'",
    ]
    try shell.run()
    shell.waitUntilExit()
    return try folders.map(outcome)
  }

  private static func outcome(_ folder: URL) throws -> Outcome {
    func text(_ ending: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: folder.path + ending))) }
    guard String(decoding: try text(".rc"), as: UTF8.self) == "0\n" else {
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

import Foundation
import TestSupport

/// The built binary, run as a process.
struct Tool {
  struct Run {
    let status: Int32
    let output: String
    let errors: String
  }

  /// An empty folder of the test's own.
  let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("netpol-lint-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: directory) }

  func write(_ name: String, _ text: String) throws {
    let url = directory.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: true, encoding: .utf8)
  }

  /// The binary beside the tests, or the one that `NETPOL_BINARY` names: `make check` has an optimised one at hand.
  static let binary: String = {
    if let named = ProcessInfo.processInfo.environment["NETPOL_BINARY"] { return named }
    let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("netpol-lint").path
    let built = Fixture.repository.appendingPathComponent(".build/debug/netpol-lint").path
    return FileManager.default.isExecutableFile(atPath: beside) ? beside : built
  }()

  /// Whether the binary is optimised, and does about ten times as much in the same time.
  static let isOptimized = ProcessInfo.processInfo.environment["NETPOL_BINARY"] != nil

  func run(_ arguments: String..., input: String = "", environment: [String: String] = [:]) throws -> Run {
    try shell("\"$0\" \"$@\"", [Tool.binary] + arguments, input: input, environment: environment)
  }

  /// Runs a shell script with `$0` and `$@`.
  func shell(
    _ script: String, _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> Run {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", script] + arguments
    process.currentDirectoryURL = directory
    process.environment = ["PATH": "/usr/bin:/bin:/usr/sbin", "SWIFT_BACKTRACE": "enable=no"].merging(environment) {
      $1
    }
    let (inputFile, outputFile, errorFile) = (file("in"), file("out"), file("err"))
    defer { for url in [inputFile, outputFile, errorFile] { try? FileManager.default.removeItem(at: url) } }
    try input.write(to: inputFile, atomically: true, encoding: .utf8)
    for url in [outputFile, errorFile] { _ = FileManager.default.createFile(atPath: url.path, contents: nil) }
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
    try process.run()
    process.waitUntilExit()
    return Run(
      status: process.terminationStatus, output: try String(contentsOf: outputFile, encoding: .utf8),
      errors: try String(contentsOf: errorFile, encoding: .utf8))
  }

  private func file(_ kind: String) -> URL {
    FileManager.default.temporaryDirectory.appendingPathComponent("netpol-lint-\(kind)-\(UUID().uuidString)")
  }
}

internal import Synchronization
internal import SystemPackage

/// Reads files of a repository's history by their object ids, through one process for all of them.
final class GitObjects: Sendable {
  private struct Pipes: Sendable {
    let process: GitProgram.Process
    var buffer: [UInt8] = []
    var start = 0

    /// Fetches more of what git writes; false at its end.
    mutating func fill() throws -> Bool {
      if start > 1 << 16 {
        buffer.removeFirst(start)
        start = 0
      }
      let chunk = try [UInt8](unsafeUninitializedCapacity: 1 << 16) { bytes, count in
        count = try process.output.read(into: UnsafeMutableRawBufferPointer(bytes))
      }
      buffer += chunk
      return !chunk.isEmpty
    }

    /// The line that comes next, without its end.
    mutating func line() throws -> ArraySlice<UInt8> {
      while true {
        if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
          defer { start = end + 1 }
          return buffer[start..<end]
        }
        guard buffer.count - start < 1 << 12, try fill() else { throw Errno.ioError }
      }
    }

    mutating func bytes(_ count: Int) throws -> [UInt8] {
      while buffer.count - start < count { guard try fill() else { throw Errno.ioError } }
      defer { start += count }
      return Array(buffer[start..<(start + count)])
    }
  }

  private let pipes: Mutex<Pipes>

  init(in folder: FilePath) throws(GitFault) {
    let process = try GitProgram.start([Array("cat-file".utf8), Array("--batch".utf8)], in: folder, hasInput: true)
    pipes = Mutex(Pipes(process: process))
  }

  deinit {
    pipes.withLock { pipes in
      _ = try? pipes.process.input?.close()
      _ = try? pipes.process.output.close()
      _ = pipes.process.wait()
    }
  }

  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - id: hexadecimal digits.
  ///   - limit: `Errno.fileTooLarge` is thrown for more bytes than this.
  func file(_ id: [UInt8], limit: Int) throws -> [UInt8] {
    try pipes.withLock { pipes in
      try pipes.process.input?.writeAll(id + [UInt8(ascii: "\n")])
      let words = try pipes.line().split(separator: UInt8(ascii: " "))
      // An object that is missing is one of a partial clone.
      guard words.count == 3, words[1].elementsEqual("blob".utf8),
        let size = Int(String(decoding: words[2], as: UTF8.self))
      else { throw Errno.ioError }
      let bytes = try pipes.bytes(size + 1).dropLast()
      guard bytes.count <= limit else { throw Errno.fileTooLarge }
      return Array(bytes)
    }
  }
}

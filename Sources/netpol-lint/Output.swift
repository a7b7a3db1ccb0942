internal import Input
internal import SystemPackage
internal import Writing

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Where bytes go: standard output, standard error, or a file that is replaced as a whole.
struct Output {
  static let standard = Output(.standardOutput)

  private let descriptor: FileDescriptor

  private init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

  /// Writes a text; false when that failed for another reason than a closed pipe.
  func write(_ text: String) -> Bool {
    write { $0.append(text) }
  }

  /// Lets `body` write in chunks. A reader that has gone ends the work quietly; any other failure is told.
  func write(_ body: (inout ByteWriter) -> Void) -> Bool {
    do {
      try Output.write(body, to: descriptor)
      return true
    } catch {
      Output.say("netpol-lint: cannot write the output: \(error)")
      return false
    }
  }

  private static func write(_ body: (inout ByteWriter) -> Void, to descriptor: FileDescriptor) throws {
    var writer = ByteWriter { bytes in _ = try descriptor.writeAll(bytes) }
    body(&writer)
    do {
      try writer.flush()
    } catch Errno.brokenPipe {
      return
    }
  }

  /// Writes a file: to a neighbour first, which then takes its name, so that no reader sees half of it. Links stay links,
  /// and devices and pipes are written to as they are.
  static func replace(_ path: FilePath, _ body: (inout ByteWriter) -> Void) -> Bool {
    let target = FileSystem.withoutLinks(path) ?? path
    let status = FileSystem.status(target)
    do {
      if let status, status.kind != .file {
        let descriptor = try FileDescriptor.open(target, .writeOnly)
        try descriptor.closeAfter { try write(body, to: descriptor) }
        return true
      }
      var temporary = target
      temporary.removeLastComponent()
      temporary.append(".netpol-lint-\(getpid())")
      defer { FileSystem.remove(temporary) }
      let permissions = status?.permissions ?? [.ownerReadWrite, .groupRead, .otherRead]
      let descriptor = try FileDescriptor.open(
        temporary, .writeOnly, options: [.create, .truncate], permissions: permissions)
      try descriptor.closeAfter { try write(body, to: descriptor) }
      try FileSystem.rename(temporary, to: target)
      return true
    } catch {
      say("netpol-lint: cannot write \(path): \(error)")
      return false
    }
  }

  /// A line on standard error. Control characters of the input are shown, not obeyed.
  static func say(_ line: String) {
    let text = String(
      line.unicodeScalars.map { $0.value < 0x20 && $0 != "\n" && $0 != "\t" ? "\u{FFFD}" : Character($0) })
    _ = try? FileDescriptor.standardError.writeAll(Array((text + "\n").utf8))
  }

  /// Whether standard output shows colours: as the flag says, else as NO_COLOR and FORCE_COLOR say, else on a terminal.
  static func usesColor(_ choice: ColorChoice) -> Bool {
    switch choice {
    case .always: return true
    case .never: return false
    case .auto:
      if let value = getenv("NO_COLOR"), value.pointee != 0 { return false }
      if let value = getenv("FORCE_COLOR"), value.pointee != 0 { return true }
      return isatty(1) == 1
    }
  }
}

/// `--color`.
enum ColorChoice: String, CaseIterable {
  case auto, always, never
}

/// Lets writes to a closed pipe fail in place of killing the process.
func ignoreClosedPipes() { signal(SIGPIPE, SIG_IGN) }

func end(_ status: Int32) -> Never { exit(status) }

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
  static var standard: Output { Output(file: nil, name: "the output") }
  /// Standard error, where standard output holds something else.
  static var errors: Output { Output(file: nil, stream: .standardError, name: "the report") }

  /// `nil` for a standard stream.
  private let file: NewFile?
  private var stream = FileDescriptor.standardOutput
  private let name: SafeText

  /// Opens what an option names, before any work is done for it; standard output for `nil`.
  static func open(_ argument: String?) throws(CommandFailure) -> Output {
    guard let argument else { return .standard }
    let name = SafeText(escaping: ArgumentText.shown(argument))
    do throws(NewFileFault) {
      return Output(file: try NewFile.output(to: FilePath(argument: argument)), name: name)
    } catch {
      throw CommandFailure("cannot write \(name): \(error)")
    }
  }

  /// Writes a changed version of a file that was read; false when that failed.
  ///
  /// - Parameter old: what was read: a file that holds something else by now is left as it is.
  static func edit(_ path: FilePath, from old: [UInt8], _ body: (inout ByteWriter) -> Void) -> Bool {
    let name = SafeText(escaping: ShownPath.text(path))
    do throws(NewFileFault) {
      return Output(file: try NewFile.edit(of: path, from: old), name: name).write(body)
    } catch {
      say("netpol-lint: cannot write \(name): \(error)")
      return false
    }
  }

  /// Whether it is a standard stream.
  var isStandard: Bool { file == nil }

  /// Writes a text; false when that failed for another reason than a closed pipe.
  func write(_ text: SafeText) -> Bool {
    write { $0.append(text) }
  }

  /// Lets `body` write in chunks, and gives a file its name. A reader that has gone ends the work quietly; any other
  /// failure is told.
  func write(_ body: (inout ByteWriter) -> Void) -> Bool {
    do {
      let descriptor = file?.descriptor ?? stream
      var writer = ByteWriter { bytes in _ = try descriptor.writeAll(bytes) }
      body(&writer)
      do { try writer.flush() } catch Errno.brokenPipe {}
      try file?.commit()
      return true
    } catch {
      Output.say("netpol-lint: cannot write \(name): \(error as? Errno ?? .ioError)")
      return false
    }
  }

  /// A line, or several, on standard error.
  static func say(_ line: SafeText) {
    _ = try? FileDescriptor.standardError.writeAll(Array((line.text + "\n").utf8))
  }

  /// Whether standard output shows colours: as the flag says, else as NO_COLOR and FORCE_COLOR say, else on a terminal.
  static func usesColor(_ choice: ColorChoice) -> Bool {
    switch choice {
    case .always: return true
    case .never: return false
    case .auto:
      if let value = getenv("NO_COLOR"), value.pointee != 0 { return false }
      if let value = getenv("FORCE_COLOR"), value.pointee != 0 { return true }
      return isTerminal
    }
  }

  /// Whether standard output is a terminal.
  static var isTerminal: Bool { isatty(1) == 1 }
}

extension Output {
  /// The cells of a line where standard output is a terminal that says so.
  static var terminalWidth: Int? {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// The cells that a line of a matrix takes where nobody says how many there are.
  static let widthOfFiles = 100

  /// The cells of a line of a matrix on standard output: what COLUMNS says, else the terminal.
  static var width: Int {
    if let value = getenv("COLUMNS"), let number = Int(String(cString: value)), (1...10_000).contains(number) {
      return max(number, 20)
    }
    return max(terminalWidth ?? widthOfFiles, 20)
  }
}

/// `--color`.
enum ColorChoice: String, CaseIterable {
  case auto, always, never
}

/// Ends the process; files that were not written to their end are gone.
func end(_ status: Int32) -> Never {
  TemporaryFiles.removeAll()
  exit(status)
}

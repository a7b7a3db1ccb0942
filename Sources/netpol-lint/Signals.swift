internal import Input

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What the process does when somebody wants it to end.
enum Signals {
  fileprivate static let endingSignals = [SIGINT, SIGTERM, SIGHUP]

  /// Lets writes to a closed pipe fail in place of killing the process, and ends it with 128 and the signal's number when
  /// it is interrupted or terminated, after temporary files are gone.
  static func watch() {
    signal(SIGPIPE, SIG_IGN)
    Crash.watch()
    guard let (output, input) = openPipe() else { return }
    SignalPipe.output = output
    SignalPipe.input = input
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    guard pthread_create(&thread, nil, { _ in waitAndEnd() }, nil) == 0 else { Crash.withoutThreads() }
    Crash.wakesAnother = input
    for number in endingSignals { handle(number) }
  }

  private static func openPipe() -> (output: Int32, input: Int32)? {
    var ends: (Int32, Int32) = (-1, -1)
    let opened = withUnsafeMutableBytes(of: &ends) { pipe($0.assumingMemoryBound(to: Int32.self).baseAddress) }
    guard opened == 0 else { return nil }
    _ = fcntl(ends.0, F_SETFD, FD_CLOEXEC)
    _ = fcntl(ends.1, F_SETFD, FD_CLOEXEC)
    return (ends.0, ends.1)
  }

  /// What was ignored from the start stays so: `nohup` and shells ask for it.
  private static func handle(_ number: Int32) {
    let before = signal(number) { number in
      // Little is allowed in a handler; the thread at the other end of the pipe does the work.
      var byte = UInt8(truncatingIfNeeded: number)
      _ = write(SignalPipe.input, &byte, 1)
    }
    if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { signal(number, SIG_IGN) }
  }
}

/// The two ends of the pipe that handlers write to: set before there is a handler, and never again.
private enum SignalPipe {
  nonisolated(unsafe) static var output: Int32 = -1
  nonisolated(unsafe) static var input: Int32 = -1
}

/// Waits in a thread of its own for what a handler writes.
private func waitAndEnd() -> UnsafeMutableRawPointer? {
  // Masks are inherited: who starts the process may have blocked these signals for a reason of its own.
  var ends = sigset_t()
  sigemptyset(&ends)
  for number in Signals.endingSignals { sigaddset(&ends, number) }
  pthread_sigmask(SIG_UNBLOCK, &ends, nil)
  var byte: UInt8 = 0
  while read(SignalPipe.output, &byte, 1) != 1 {}
  TemporaryFiles.removeAll()
  _exit(byte == Crash.endedByCrash ? ExitStatus.failure.rawValue : 128 + Int32(byte))
}

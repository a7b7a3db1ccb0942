internal import Input
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// How the process ends when it cannot go on: with a line on standard error and 2, and neither a trace nor a core.
///
/// Swift's runtime stops with a signal where there is no memory left, as it does for a fault of our own; the two cannot be
/// told apart there.
enum Crash {
  /// Whether the end was told already: threads may fail together.
  fileprivate static let isTold = Atomic(false)
  /// Where the number of a signal is written to, for a thread that removes temporary files; -1 where there is none.
  nonisolated(unsafe) static var wakesAnother: Int32 = -1

  static func watch() {
    // Made now: a handler must not be the first to ask for it.
    _ = isTold.load(ordering: .relaxed)
    for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] { signal(number) { _ in endOnCrash() } }
  }

  /// Ends the process where no thread can be started.
  static func withoutThreads() -> Never {
    _ = tell("netpol-lint: no thread can be started: there is no memory left, or there are too many processes\n")
    TemporaryFiles.removeAll()
    _exit(ExitStatus.failure.rawValue)
  }

  /// - Returns: whether nothing was told before.
  fileprivate static func tell(_ line: StaticString) -> Bool {
    guard !isTold.exchange(true, ordering: .relaxed) else { return false }
    _ = write(STDERR_FILENO, line.utf8Start, line.utf8CodeUnitCount)
    return true
  }

  /// What the thread that ends the process gets in place of a signal's number.
  static let endedByCrash: UInt8 = 0
}

/// What a handler does: little is allowed there, system calls and no memory.
private func endOnCrash() {
  let isFirst = Crash.tell(
    "netpol-lint: there is no memory left, or this is a fault of netpol-lint's own: nothing is decided\n")
  if Crash.wakesAnother >= 0 {
    var byte = Crash.endedByCrash
    if isFirst { _ = write(Crash.wakesAnother, &byte, 1) }
    // The other thread ends the process within this second, unless it is the one that fails.
    poll(nil, 0, 1000)
  }
  _exit(ExitStatus.failure.rawValue)
}

#if canImport(Glibc)
  /// Takes the place of the C library's `sleep`, which nobody else calls: libdispatch does, for ever, where it can start no
  /// thread. A linter that waits for better times hangs a pipeline.
  @_cdecl("sleep")
  func sleepOfDispatch(_ seconds: UInt32) -> UInt32 { Crash.withoutThreads() }

  /// Takes the place of `_Unwind_Backtrace` in the static binary (the Makefile's `--wrap`): Swift's runtime prints a trace
  /// where there is no memory left, which says nothing to users. Answers that the stack has ended (`_URC_END_OF_STACK`).
  @_cdecl("__wrap__Unwind_Backtrace")
  func noTrace(_ each: OpaquePointer?, _ argument: UnsafeMutableRawPointer?) -> Int32 { 5 }
#endif

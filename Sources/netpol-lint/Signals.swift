internal import Input

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What the process does when somebody wants it to end.
enum Signals {
  /// Lets writes to a closed pipe fail in place of killing the process, and ends it with 128 and the signal's number when
  /// it is interrupted or terminated, after temporary files are gone. Called before other threads start, which inherit
  /// what is blocked here.
  static func watch() {
    signal(SIGPIPE, SIG_IGN)
    var watched = sigset_t()
    sigemptyset(&watched)
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) { sigaddset(&watched, number) }
    pthread_sigmask(SIG_BLOCK, &watched, nil)
    let set = UnsafeMutablePointer<sigset_t>.allocate(capacity: 1)
    set.initialize(to: watched)
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    pthread_create(&thread, nil, { set in waitAndEnd(set) }, set)
  }

  /// What was ignored from the start stays so: `nohup` and shells ask for it.
  private static func isIgnored(_ number: Int32) -> Bool {
    let before = signal(number, SIG_DFL)
    signal(number, before)
    return unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

/// Waits for a signal of the set in a thread of its own, in which, other than in a handler, everything may be done.
private func waitAndEnd(_ set: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  var number: Int32 = 0
  guard let set, sigwait(set.assumingMemoryBound(to: sigset_t.self), &number) == 0 else { return nil }
  TemporaryFiles.removeAll()
  _exit(128 + number)
}

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Standard input, output and error.
enum StandardStreams {
  /// Takes the numbers of those that the process was started without, so that no file gets one of them: what is said on
  /// standard error would stand in a report. What stands in for them cannot be read from or written to, as if they were
  /// not there.
  static func fill() {
    for (number, flags) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
    where fcntl(number, F_GETFD) < 0 {
      // The lowest number that is free is this one.
      _ = open("/dev/null", flags)
    }
  }
}

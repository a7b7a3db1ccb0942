internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Why a state of a repository cannot be read.
package struct GitFault: Error {
  /// No full stop; may hold text of the input.
  package let message: String
}

/// The program `git`: the only one that this one ever starts, and only where a flag asks for a state of the repository.
///
/// No shell has a part in it. It is asked for objects alone, by commands that run no hook, filter, pager or helper which the
/// repository's config names; it may use no transport, so that nothing reaches for the network, and it gets nothing of the
/// environment but where programs and the user's own settings are.
enum GitProgram {
  /// A process that was started.
  struct Process {
    let id: pid_t
    /// What it reads; `nil` where it gets nothing.
    let input: FileDescriptor?
    let output: FileDescriptor

    /// Waits for its end; whether it was well.
    func wait() -> Bool {
      var status: Int32 = 0
      while waitpid(id, &status, 0) < 0, errno == EINTR {}
      return status == 0
    }
  }

  private static let settings = [
    "GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1", "GIT_NO_REPLACE_OBJECTS=1", "GIT_OPTIONAL_LOCKS=0",
    "GIT_TERMINAL_PROMPT=0", "GIT_LITERAL_PATHSPECS=1", "LC_ALL=C",
  ]

  /// Starts it in a folder.
  ///
  /// - Parameters:
  ///   - arguments: of which none may be taken for a flag that was not meant as one.
  ///   - hasInput: whether something is written to it.
  ///   - joinsErrors: whether its messages come with its output; otherwise nobody sees them.
  static func start(
    _ arguments: [[UInt8]], in folder: FilePath, hasInput: Bool = false, joinsErrors: Bool = false
  ) throws(GitFault) -> Process {
    let output = try pipe()
    let input = hasInput ? try pipe() : nil
    defer {
      _ = try? output.write.close()
      _ = try? input?.read.close()
    }
    let fixed = ["git", "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-C"]
    let texts = fixed.map { Array($0.utf8) } + [folder.bytes] + arguments
    let places = ["PATH", "HOME", "XDG_CONFIG_HOME"].compactMap { (name: String) -> [UInt8]? in
      getenv(name).map { Array("\(name)=".utf8) + bytes($0) }
    }
    let id = spawn(
      texts, places + settings.map { Array($0.utf8) }, input: input?.read, output: output.write,
      joinsErrors: joinsErrors)
    guard let id else {
      _ = try? output.read.close()
      _ = try? input?.write.close()
      throw GitFault(message: "the program git cannot be started")
    }
    return Process(id: id, input: input?.write, output: output.read)
  }

  /// What it prints, messages too, and whether it ended well.
  static func run(_ arguments: [[UInt8]], in folder: FilePath) throws(GitFault) -> (output: [UInt8], isWell: Bool) {
    let process = try start(arguments, in: folder, joinsErrors: true)
    let output = (try? FileSystem.read(process.output, size: 1 << 10, limit: 1 << 20)) ?? []
    return (output, process.wait())
  }

  private static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
    UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) }
  }

  private static func pipe() throws(GitFault) -> (read: FileDescriptor, write: FileDescriptor) {
    do {
      let ends = try FileDescriptor.pipe()
      for end in [ends.readEnd, ends.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
      return (ends.readEnd, ends.writeEnd)
    } catch {
      throw GitFault(message: "no pipe to git can be made")
    }
  }

  private static func spawn(
    _ arguments: [[UInt8]], _ environment: [[UInt8]], input: FileDescriptor?, output: FileDescriptor, joinsErrors: Bool
  ) -> pid_t? {
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #else
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input.rawValue, STDIN_FILENO)
    } else {
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, output.rawValue, STDOUT_FILENO)
    if joinsErrors {
      posix_spawn_file_actions_adddup2(&actions, output.rawValue, STDERR_FILENO)
    } else {
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    }
    // A signal that this process ignores would be ignored there too.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    let (texts, values) = (strings(arguments), strings(environment))
    defer { for text in texts + values { free(text) } }
    var id = pid_t()
    return posix_spawnp(&id, "git", &actions, &attributes, texts, values) == 0 ? id : nil
  }

  /// As the system takes them, with a null at the end.
  private static func strings(_ texts: [[UInt8]]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { text in
      let terminated = text.map { CChar(bitPattern: $0) } + [0]
      return terminated.withUnsafeBufferPointer { strdup($0.baseAddress.unsafelyUnwrapped) }
    } + [nil]
  }
}

internal import ArgumentParser
internal import Input
internal import Server
internal import Synchronization
internal import SystemPackage
internal import Writing

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// `netpol-lint server`: a language server over standard input and output.
struct ServerCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "server", abstract: "Speak the Language Server Protocol over standard input and output.",
    discussion: "Editors start it: diagnostics, fixes, hover, completion. docs/editors.md says how.")

  @OptionGroup var input: InputOptions
  @OptionGroup var rules: RuleFlags

  func status() async throws(CommandFailure) -> ServerStatus {
    let inbox = Inbox()
    inbox.start()
    var stream = MessageStream()
    var isBroken = false
    let (input, rules) = (input, rules)
    var server = LanguageServer(version: toolVersion) { DiskWorkspace($0, input, rules) }
    for await _ in inbox.signals {
      while true {
        let (chunks, hasEnded) = inbox.takeAll()
        for chunk in chunks { stream.append(chunk) }
        while let part = stream.next() {
          if case .message(let message) = part { server.receive(message) } else { isBroken = true }
        }
        guard let answers = await server.step() else {
          if isBroken {
            throw CommandFailure(
              "the input is no message of the Language Server Protocol: it needs Content-Length, and UTF-8")
          }
          // Without an `exit` the client is gone.
          if hasEnded { return .abandoned }
          break
        }
        for message in answers {
          let bytes = MessageStream.framed(message)
          guard (try? FileDescriptor.standardOutput.writeAll(bytes)) != nil else { return .abandoned }
        }
        if let code = server.exitCode { return code == 0 ? .ended : .abandoned }
      }
    }
    return .abandoned
  }
}

/// How the server ends, as the protocol has it.
enum ServerStatus: Int32 {
  /// After `shutdown` and `exit`.
  case ended = 0
  case abandoned = 1
}

/// Reads standard input in a thread of its own, which alone may wait for it.
private final class Inbox: Sendable {
  private let waiting = Mutex<(chunks: [[UInt8]], hasEnded: Bool)>(([], false))
  let signals: AsyncStream<Void>
  private let signal: AsyncStream<Void>.Continuation

  init() {
    (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// All that has arrived since the last call.
  func takeAll() -> (chunks: [[UInt8]], hasEnded: Bool) {
    waiting.withLock { waiting in
      let taken = waiting
      waiting.chunks = []
      return taken
    }
  }

  func start() {
    var thread = pthread_t()
    let pointer = Unmanaged.passRetained(self).toOpaque()
    pthread_create(
      &thread, nil,
      { pointer in
        if let pointer { Unmanaged<Inbox>.fromOpaque(pointer).takeRetainedValue().read() }
        return nil
      }, pointer)
    pthread_detach(thread)
  }

  private func read() {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { (try? FileDescriptor.standardInput.read(into: $0)) ?? 0 }
      waiting.withLock { waiting in
        if count > 0 { waiting.chunks.append(Array(buffer[..<count])) } else { waiting.hasEnded = true }
      }
      signal.yield()
      if count <= 0 { return signal.finish() }
    }
  }
}

internal import Foundation

/// libFuzzer's loop (compiler-rt, `FuzzerDriver.cpp`): calls back with one input after the other.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ callback: @convention(c) (UnsafePointer<UInt8>, Int) -> Int32
) -> Int32

/// What is done with each input; set before the loop starts, and never again.
nonisolated(unsafe) private var look: ([UInt8]) -> String? = { _ in nil }

/// `netpol-fuzz TARGET [libFuzzer's options]`: lets libFuzzer make inputs for one of the targets. What a target complains of
/// ends the process as a crash does, and the input is kept.
@main
enum Fuzzer {
  /// By name: what is wrong with what is made of an input; `nil` when nothing is.
  private static let targets: [String: @Sendable ([UInt8]) -> String?] = [
    "filter": FilterFuzzer.complaint, "findings": FindingsFuzzer.complaint, "kustomize-bytes": BuildFuzzer.complaint,
    "config": ConfigFuzzer.complaint, "suppression": SuppressionFuzzer.complaint, "json": JSONFuzzer.complaint,
    "cidr": SetFuzzer.complaint, "connectivity": ReachFuzzer.complaint,
    "yaml": SimpleYAMLFuzzer.complaint,
  ]

  static func main() {
    var count = CommandLine.argc
    guard count > 1, let target = targets[CommandLine.arguments[1]] else {
      fatalError("netpol-fuzz \(targets.keys.sorted().joined(separator: "|")) [libFuzzer's options]")
    }
    look = target
    // libFuzzer sees the other arguments alone.
    var arguments = CommandLine.unsafeArgv + 1
    arguments[0] = CommandLine.unsafeArgv[0]
    count -= 1
    _ = runDriver(&count, &arguments) { bytes, size in
      if let complaint = look(Array(UnsafeBufferPointer(start: bytes, count: size))) { fatalError(complaint) }
      return 0
    }
  }

  /// Waits for work that is asynchronous: libFuzzer calls from a thread of its own.
  static func wait<Result: Sendable>(for work: @escaping @Sendable () async -> Result) -> Result {
    let done = DispatchSemaphore(value: 0)
    let slot = Slot<Result>()
    Task.detached {
      slot.value = await work()
      done.signal()
    }
    done.wait()
    return slot.value!
  }

  /// Handed from one thread to another, one after the other.
  private final class Slot<Value>: @unchecked Sendable {
    var value: Value?
  }
}

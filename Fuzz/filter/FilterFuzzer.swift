import TestSupport

/// libFuzzer's loop (compiler-rt, `FuzzerDriver.cpp`): calls back with one input after the other.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ callback: @convention(c) (UnsafePointer<UInt8>, Int) -> Int32
) -> Int32

/// Looks for documents that the kind filter passes by and that hold what somebody looks at.
@main
enum FilterFuzzer {
  static func main() {
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    _ = runDriver(&count, &arguments) { bytes, size in
      let outcome = FilterAgreement.outcome(Array(UnsafeBufferPointer(start: bytes, count: size)), parsesAll: false)
      if let complaint = outcome.complaint { fatalError(complaint) }
      return 0
    }
  }
}

internal import Input

/// Why a command could not do its work, in lines for standard error; the process ends with 2.
struct CommandFailure: Error {
  let lines: [String]

  init(_ message: String) { lines = ["netpol-lint: " + message] }

  init(_ fault: ConfigFault) {
    // A message with a place starts with it, so that editors find it.
    if case .invalid = fault { lines = fault.messages } else { lines = fault.messages.map { "netpol-lint: " + $0 } }
  }
}

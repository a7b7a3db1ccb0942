internal import Input
internal import Writing

/// Why a command could not do its work, in lines for standard error; the process ends with 2.
struct CommandFailure: Error {
  let lines: [SafeText]

  init(_ message: SafeText) { lines = ["netpol-lint: " + message] }

  init(_ fault: ConfigFault) {
    let messages = fault.messages.map(SafeText.init(escaping:))
    // A message with a place starts with it, so that editors find it.
    if case .invalid = fault { lines = messages } else { lines = messages.map { "netpol-lint: " + $0 } }
  }
}

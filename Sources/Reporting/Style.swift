import Diagnostics
import Writing

/// The colours of the text report, as ANSI sequences; nothing is written when they are off.
struct Style {
  enum Role {
    case severity(Severity)
    case strong, frame
  }

  let isOn: Bool

  func write(_ text: String, as role: Role, to out: inout ByteWriter) {
    guard isOn else { return out.append(text) }
    out.append(sequence(role))
    out.append(text)
    out.append("\u{1B}[0m")
  }

  private func sequence(_ role: Role) -> String {
    switch role {
    case .severity(.error): "\u{1B}[1;31m"
    case .severity(.warning): "\u{1B}[1;33m"
    case .severity(.note): "\u{1B}[1;36m"
    case .strong: "\u{1B}[1m"
    case .frame: "\u{1B}[1;34m"
    }
  }
}

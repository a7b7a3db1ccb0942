/// How much a finding matters; notes are shown only by profiles and flags that ask for them.
package enum Severity: String, Comparable, CaseIterable, Sendable {
  case note, warning, error

  private var rank: Int {
    switch self {
    case .note: 0
    case .warning: 1
    case .error: 2
    }
  }

  package static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
}

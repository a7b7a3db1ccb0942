/// The codes that the process ends with, the same for every format (2 goes before 1, 1 before 3).
enum ExitStatus: Int32 {
  case clean = 0
  case findings = 1
  /// The job could not be done: a bad flag or config, a missing path, unreadable input.
  case failure = 2
  /// A directory held no NetworkPolicy at all.
  case nothingFound = 3
}

/// The codes of `can-reach`, which answers with them.
enum CanReachStatus: Int32 {
  case allowed = 0
  case notAllowed = 1
  /// Not an answer: what was read does not settle it, or there is no such end, or the job could not be done.
  case cannotTell = 2

  /// - Parameter answer: `nil` where there is none.
  init(_ answer: Bool?) { self = answer.map { $0 ? .allowed : .notAllowed } ?? .cannotTell }
}

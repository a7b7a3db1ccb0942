package import Config
package import Diagnostics
package import SystemPackage

/// Why there is no config to work with.
package enum ConfigFault: Error {
  /// The file that was named is not there.
  case missing(FilePath)
  /// It is a folder, a device, or the like.
  case noFile(FilePath)
  case unreadable(FilePath, Errno)
  /// It is a link out of the repository that its name lies in.
  case leadsOutside(FilePath)
  /// The files can be read, and say what they must not.
  case invalid(ConfigProblems, in: [SourceFile])

  /// One message for each fault, with its place where it has one: `.netpol-lint.yaml:3:1: …`.
  package var messages: [String] {
    switch self {
    case .missing(let path): ["there is no config \(ShownPath.text(path))"]
    case .noFile(let path): ["the config \(ShownPath.text(path)) is no file"]
    case .unreadable(let path, let error): ["the config \(ShownPath.text(path)) cannot be read: \(error)"]
    case .leadsOutside(let path): ["the config \(ShownPath.text(path)) is a link out of the repository"]
    case .invalid(let problems, let files):
      problems.problems.compactMap { problem in
        files.first { $0.id == problem.span.file }.map { file in
          let place = LineIndex(file.bytes).position(of: problem.span.start)
          return "\(file.path):\(place.line):\(place.column): \(problem.message)"
        }
      }
    }
  }
}

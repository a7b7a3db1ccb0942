package import Rules
package import Traffic

/// What was read and found at one point of time.
package struct Snapshot: Sendable {
  package let project: Project
  /// Only what is shown, with equal copies as one.
  package let result: LintResult

  package init(_ project: Project, _ result: LintResult) {
    self.project = project
    self.result = result
  }
}

/// Where a server's manifests come from: the executable reads the disk, tests read texts.
package protocol Workspace: Sendable {
  /// Makes a folder the one that paths are relative to; false where that cannot be.
  func enter(_ folder: String) async -> Bool

  /// Reads and lints everything.
  ///
  /// - Parameters:
  ///   - texts: what counts in place of files, by their paths below the folder.
  ///   - afresh: whether files may be other ones than before: looks for them again, and for the config.
  /// - Throws: why nothing can be read, such as a wrong config.
  func read(_ texts: [String: [UInt8]], afresh: Bool) async throws(WorkspaceFault) -> Snapshot

  /// The whole new text of a file in which everything is mended that can be without changing what is allowed; `nil` where
  /// nothing is.
  func mended(_ path: String, in snapshot: Snapshot, _ texts: [String: [UInt8]]) async -> [UInt8]?
}

/// Why nothing can be read, in lines.
package struct WorkspaceFault: Error {
  package let lines: [String]

  package init(_ lines: [String]) { self.lines = lines }
}

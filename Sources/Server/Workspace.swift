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

/// What is read as one run: a folder that the editor has open, or a file outside of all of them.
package struct RootPlace: Hashable, Sendable {
  /// Absolute, without a slash at its end, but for `/` itself.
  package let folder: String
  /// The name of the only file in it that is read; the whole folder where there is none.
  package let file: String?

  package init(folder: String, file: String? = nil) {
    self.folder = folder
    self.file = file
  }
}

/// Where a server's manifests come from: the executable reads the disk, tests read texts.
package protocol Workspace: Sendable {
  /// The folder that paths are relative to, without links; absolute.
  var folder: String { get }

  /// Reads and lints everything.
  ///
  /// - Parameters:
  ///   - texts: what counts in place of files, by the paths that reports show.
  ///   - afresh: whether files may be other ones than before: looks for them again, and for the config.
  func read(_ texts: [String: [UInt8]], afresh: Bool) async -> Reading

  /// The whole new text of a file in which everything is mended that can be without changing what is allowed; `nil` where
  /// nothing is.
  func mended(_ path: String, in snapshot: Snapshot, _ texts: [String: [UInt8]]) async -> [UInt8]?
}

/// What came of a reading.
package struct Reading: Sendable {
  /// Of the texts as they are, with what was known before of everything else where there is a fault; `nil` where nothing
  /// was ever read.
  package let snapshot: Snapshot?
  /// Why files could not be looked for again, such as a wrong config, in lines.
  package let fault: [String]

  package init(_ snapshot: Snapshot?, fault: [String] = []) {
    self.snapshot = snapshot
    self.fault = fault
  }
}

internal import ArgumentParser

/// A command that does its work itself and says how it ended.
protocol StatusCommand: ParsableCommand {
  /// What it can end with; the raw value is the exit code.
  associatedtype Status: RawRepresentable<Int32> = ExitStatus

  func status() async throws(CommandFailure) -> Status
}

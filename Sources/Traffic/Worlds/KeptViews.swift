internal import Synchronization

/// The views of a project's worlds that were made, by the names of the worlds.
final class KeptViews: Sendable {
  private let known = Mutex<[String: WorldView]>([:])

  /// More worlds take too much memory together.
  private static let most = 8

  /// `nil` for too many worlds.
  init?(atMost count: Int) {
    if count > KeptViews.most { return nil }
  }

  func view(of world: String, _ make: () -> WorldView) -> WorldView {
    known.withLock { known in
      if let view = known[world] { return view }
      let view = make()
      known[world] = view
      return view
    }
  }
}

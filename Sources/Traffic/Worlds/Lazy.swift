internal import Synchronization

/// A value that is made when it is first asked for, by whichever task asks first.
///
/// Rules ask for some values again and again, in several tasks: what is made already is had without a lock.
package final class Lazy<Value: Sendable>: Sendable {
  private let isMade = Atomic<Bool>(false)
  /// Written once, with the lock held, before `isMade` is; read by those who have seen that.
  private nonisolated(unsafe) var stored: Value?
  private let making = Mutex<Void>(())
  private let make: @Sendable () -> Value

  package init(_ make: @escaping @Sendable () -> Value) { self.make = make }

  package var value: Value {
    if isMade.load(ordering: .acquiring), let stored { return stored }
    return making.withLock { _ in
      if let stored { return stored }
      let value = make()
      stored = value
      isMade.store(true, ordering: .releasing)
      return value
    }
  }

  /// The value if somebody has asked for it; waits for whoever is making it.
  package var made: Value? {
    if isMade.load(ordering: .acquiring) { return stored }
    return making.withLock { _ in stored }
  }
}

internal import Synchronization

/// A value that is made when it is first asked for, by whichever task asks first.
///
/// Rules ask for some values again and again, in several tasks: what is made already is had without a lock.
package final class Lazy<Value: Sendable>: Sendable {
  private final class Made: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
  }

  private let slot = AtomicLazyReference<Made>()
  private let making = Mutex<Void>(())
  private let make: @Sendable () -> Value

  package init(_ make: @escaping @Sendable () -> Value) { self.make = make }

  package var value: Value {
    if let made = slot.load() { return made.value }
    return making.withLock { _ in (slot.load() ?? slot.storeIfNil(Made(make()))).value }
  }

  /// The value if somebody has asked for it; waits for whoever is making it.
  package var made: Value? { slot.load()?.value ?? making.withLock { _ in slot.load()?.value } }
}

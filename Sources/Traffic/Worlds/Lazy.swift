internal import Synchronization

/// A value that is made when it is first asked for, by whichever task asks first.
package final class Lazy<Value: Sendable>: Sendable {
  private let slot = Mutex<Value?>(nil)
  private let make: @Sendable () -> Value

  package init(_ make: @escaping @Sendable () -> Value) { self.make = make }

  package var value: Value {
    slot.withLock { made in
      if let made { return made }
      let value = make()
      made = value
      return value
    }
  }

  /// The value if somebody has asked for it; waits for whoever is making it.
  package var made: Value? { slot.withLock { $0 } }
}

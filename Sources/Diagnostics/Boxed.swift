/// Keeps a value on the heap, so that copying what holds it copies one reference.
///
/// Rules walk over all policies again and again; without this each step would retain every string of the policy. The
/// value is replaced as a whole when it is changed, so that it has the semantics of a value all the same.
@propertyWrapper
package struct Boxed<Value: Sendable>: Sendable {
  private final class Box: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
  }

  private var box: Box

  package init(wrappedValue: Value) { box = Box(wrappedValue) }

  package var wrappedValue: Value {
    _read { yield box.value }
    _modify {
      var value = box.value
      yield &value
      box = Box(value)
    }
  }

  /// Whether both are one value in memory; equal values need not be.
  func isShared(with other: Boxed) -> Bool { box === other.box }
}

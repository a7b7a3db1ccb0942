/// Keeps a value on the heap, so that copying what holds it copies one reference.
///
/// Rules walk over all policies again and again; without this each step would retain every string of the policy. It has
/// the semantics of a value all the same: what somebody else holds too is copied before it is changed.
@propertyWrapper
package struct Boxed<Value: Sendable>: Sendable {
  /// Changed only by the one that alone refers to it.
  private final class Box: @unchecked Sendable {
    var value: Value

    init(_ value: Value) { self.value = value }
  }

  private var box: Box

  package init(wrappedValue: Value) { box = Box(wrappedValue) }

  package var wrappedValue: Value {
    _read { yield box.value }
    _modify {
      if !isKnownUniquelyReferenced(&box) { box = Box(box.value) }
      yield &box.value
    }
  }
}

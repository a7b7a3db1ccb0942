/// The answer to a question that the manifests may not settle.
package enum Truth: Sendable {
  case yes, no
  /// It hangs on something that is not in the input.
  case unknown

  /// Yes only if both are, no if one is.
  package static func && (a: Truth, b: @autoclosure () -> Truth) -> Truth {
    if a == .no { return .no }
    let b = b()
    return b == .no ? .no : a == .yes && b == .yes ? .yes : .unknown
  }
}

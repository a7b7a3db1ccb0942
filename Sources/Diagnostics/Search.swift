extension RandomAccessCollection {
  /// The first index whose element satisfies a predicate that all later elements satisfy too; `endIndex` where none does.
  /// O(log n). Public, because the compiler shows other modules the bodies of public functions only.
  @inlinable
  public func partitioningIndex(where holds: (Element) -> Bool) -> Index {
    var low = startIndex
    var length = count
    while length > 0 {
      let half = length / 2
      let middle = index(low, offsetBy: half)
      if holds(self[middle]) {
        length = half
      } else {
        low = index(after: middle)
        length -= half + 1
      }
    }
    return low
  }
}

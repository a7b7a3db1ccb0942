internal import Diagnostics

/// Where the places of a file are when it has been edited.
struct MovedPlaces {
  /// In order of place.
  private let edits: [Fix.Edit]
  /// By how much what stands behind each edit has moved.
  private let shifts: [Int]

  /// - Parameter edits: of one file, in order of place, without overlaps.
  init(_ edits: [Fix.Edit]) {
    self.edits = edits
    var shift = 0
    shifts = edits.map { edit in
      shift += edit.replacement.utf8.count - Int(edit.span.end - edit.span.start)
      return shift
    }
  }

  /// The new place of an offset; for one inside an edit, where its replacement begins.
  func offset(of old: UInt32) -> UInt32 {
    let next = edits.partitioningIndex { $0.span.start > old }
    guard next > 0 else { return old }
    let edit = edits[next - 1]
    let before = next > 1 ? shifts[next - 2] : 0
    // What an insertion stands before has moved behind it.
    let isInside = old < edit.span.end
    return UInt32(isInside ? Int(edit.span.start) + before : Int(old) + shifts[next - 1])
  }
}

package import Diagnostics

extension [UInt8] {
  /// The bytes with edits made; the edits are of one file and do not overlap. Of edits at one place the first comes first.
  package func applying(_ edits: [Fix.Edit]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count + edits.reduce(0) { $0 + $1.replacement.utf8.count })
    var offset = 0
    for edit in edits.enumerated().sorted(by: { ($0.element.span, $0.offset) < ($1.element.span, $1.offset) }).map(
      \.element)
    {
      result += self[offset..<Int(edit.span.start)]
      result += edit.replacement.utf8
      offset = Int(edit.span.end)
    }
    return result + self[offset...]
  }
}

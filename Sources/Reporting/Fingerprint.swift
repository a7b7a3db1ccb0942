package import Diagnostics

/// What a finding is recognised by from one run to the next: the rule, the object, the field path with list items
/// named by their content, and the rule's own key; never the line, the message or the order of the files.
package enum Fingerprint {
  /// 32 hexadecimal digits.
  ///
  /// - Parameter contentPath: `finding.path` as `contentPath(of:item:)` rewrites it.
  package static func of(_ finding: Finding, contentPath: String) -> String {
    let object = finding.object
    let fields = [
      "v1", finding.rule.description, object?.group ?? "", object?.kind ?? "", object?.asWritten.namespace ?? "",
      object?.asWritten.name ?? "", contentPath, finding.key,
    ]
    return SHA256.hexDigits(32, of: Array(fields.joined(separator: "\0").utf8))
  }

  /// Replaces each list index of a field path by 8 hexadecimal digits of the hash of the item.
  ///
  /// - Parameter item: gives the digest (`digest(of:)`) of the item at a path such as `spec.ingress[0]`, of the original
  ///   path; `nil` leaves the index as it is.
  package static func contentPath(of path: String, item: (Substring) -> String?) -> String {
    guard path.utf8.contains(UInt8(ascii: "[")) else { return path }
    var result = ""
    var rest = path[...]
    while let open = rest.utf8.firstIndex(of: UInt8(ascii: "[")),
      let close = rest[open...].utf8.firstIndex(of: UInt8(ascii: "]"))
    {
      result += rest[...open]
      let index = rest[rest.utf8.index(after: open)..<close]
      let isNumber = !index.isEmpty && index.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      if isNumber, let digest = item(path[...close]) {
        result += digest
      } else {
        result += index
      }
      rest = rest[close...]
    }
    return result + rest
  }

  /// What a list item is called by: 8 hexadecimal digits.
  ///
  /// - Parameter content: the item as canonical JSON (sorted keys, no spaces).
  package static func digest(of content: [UInt8]) -> String { SHA256.hexDigits(8, of: content) }

  /// Numbers findings that would have equal fingerprints `:2`, `:3`, … in the order of their files' paths and of
  /// their places; the order of the array stays.
  static func distinguish(_ findings: inout [ReportedFinding], in sources: SourceTable) {
    var places: [String: [Int]] = [:]
    for (index, reported) in findings.enumerated() { places[reported.fingerprint, default: []].append(index) }
    for (fingerprint, indices) in places where indices.count > 1 {
      let ordered = indices.sorted { a, b in
        let (a, b) = (findings[a].finding, findings[b].finding)
        let (aPath, bPath) = (sources.path(of: a.span), sources.path(of: b.span))
        return aPath == bPath ? Finding.inReportOrder(a, b) : aPath < bPath
      }
      for (rank, index) in ordered.enumerated().dropFirst() {
        findings[index].fingerprint = "\(fingerprint):\(rank + 1)"
      }
    }
  }
}

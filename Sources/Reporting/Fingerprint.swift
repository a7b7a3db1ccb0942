package import Diagnostics

/// What a finding is recognised by from one run to the next: the rule, the object, the field path with list items
/// named by their content, and the rule's own key; never the line, the message or the order of the files.
package enum Fingerprint {
  /// 32 hexadecimal digits.
  ///
  /// - Parameter contentPath: `finding.path` as `contentPath(of:item:)` rewrites it.
  package static func of(_ finding: Finding, contentPath: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256)
    func add(_ field: String) {
      bytes.append(0)
      bytes.append(contentsOf: field.utf8)
    }
    let object = finding.object
    bytes.append(contentsOf: "v1".utf8)
    add(finding.rule.description)
    add(object?.group ?? "")
    add(object?.kind ?? "")
    add(object?.asWritten.namespace ?? "")
    add(object?.asWritten.name ?? "")
    add(contentPath)
    add(finding.key)
    return SHA256.hexDigits(32, of: bytes)
  }

  /// Replaces each list index of a field path by 8 hexadecimal digits of the hash of the item.
  ///
  /// - Parameter item: gives the digest (`digest(of:)`) of the item at a path such as `spec.ingress[0]`, which the
  ///   original path begins with; called with longer and longer ones. `nil` leaves the index as it is.
  package static func contentPath(of path: String, item: (ArraySlice<UInt8>) -> String?) -> String {
    let (open, close) = (UInt8(ascii: "["), UInt8(ascii: "]"))
    guard path.utf8.contains(open) else { return path }
    let bytes = Array(path.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 32)
    var rest = bytes[...]
    while let start = rest.firstIndex(of: open), let end = rest[start...].firstIndex(of: close) {
      result += rest[...start]
      let index = rest[(start + 1)..<end]
      if !index.isEmpty, index.allSatisfy(isDigit), let digest = item(bytes[...end]) {
        result += digest.utf8
      } else {
        result += index
      }
      rest = rest[end...]
    }
    result += rest
    return String(decoding: result, as: UTF8.self)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  /// What a list item is called by: 8 hexadecimal digits.
  ///
  /// - Parameter content: the item as canonical JSON (sorted keys, no spaces).
  package static func digest(of content: [UInt8]) -> String { SHA256.hexDigits(8, of: content) }

  /// Numbers findings that would have equal fingerprints `:2`, `:3`, … in the order of their files' paths and of
  /// their places; the order of the array stays.
  static func distinguish(_ findings: inout [ReportedFinding], in sources: SourceTable) {
    var first: [String: Int] = [:]
    first.reserveCapacity(findings.count)
    // Only of fingerprints that are not unique.
    var places: [String: [Int]] = [:]
    for (index, reported) in findings.enumerated() {
      guard let earlier = first.updateValue(index, forKey: reported.fingerprint) else { continue }
      places[reported.fingerprint, default: [earlier]].append(index)
    }
    for (fingerprint, indices) in places {
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

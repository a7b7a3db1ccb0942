package import Queries
package import Reporting
package import Traffic
package import Writing

/// A run as one HTML file that needs nothing else: what may connect to what, why, and what is wrong.
///
/// It loads nothing, and its policy lets it run nothing but its own script. Without that script it shows tables.
package struct Page: Sendable {
  /// What stands in its head.
  package struct Head: Sendable {
    package var version: String
    /// The date that counts as today.
    package var date: String
    /// What was read.
    package var input: String

    package init(version: String, date: String, input: String) {
      self.version = version
      self.date = date
      self.input = input
    }
  }

  /// What a change does, where two states are compared.
  package struct Changes: Sendable {
    package var entries: [DiffEntry]
    package var added: Int
    package var removed: Int
    /// What the old state is called.
    package var against: String

    package init(entries: [DiffEntry], added: Int, removed: Int, against: String) {
      self.entries = entries
      self.added = added
      self.removed = removed
      self.against = against
    }
  }

  let head: Head
  let report: Report
  let worlds: [PageWorld]
  /// What is not certain, was not read or not built, in sentences.
  let notes: [SafeText]
  let changes: Changes?
  /// Whether something was not read that may allow more than the matrix shows.
  package var hasUnread = false
  /// What `verify` says, in lines; empty where no flows are declared.
  let flows: String

  /// - Parameters:
  ///   - views: that were asked about `Strangers.elsewhere`.
  ///   - flows: what `verify` says, where flows are declared.
  package init(
    _ head: Head, _ report: Report, _ views: [WorldView], notes: [SafeText], flows: Verify? = nil,
    changes: Changes? = nil
  ) {
    self.head = head
    self.report = report
    self.notes = notes
    self.flows = Page.text(flows)
    self.changes = changes
    worlds = views.map { PageWorld($0, report.sources, flows?.named(in: $0) ?? []) }
  }

  private static func text(_ flows: Verify?) -> String {
    guard let flows, !flows.isEmpty else { return "" }
    var out = ByteWriter()
    flows.write(.text, to: &out)
    return String(decoding: out.bytes, as: UTF8.self)
  }

  /// What a cell without ports means.
  var meaningOfEmpty: String { hasUnread ? "nothing that was read allows it" : "nothing is allowed" }

  package func write(to out: inout ByteWriter) {
    writeHead(to: &out)
    writeNotes(to: &out)
    writeChanges(to: &out)
    writeMatrix(to: &out)
    writeFindings(to: &out)
    if !flows.isEmpty {
      out.append(
        "<section id=\"flows\">\n<h2>Declared flows</h2>\n<pre tabindex=\"0\">\(HTML.escaped(lines: flows))</pre>\n</section>\n"
      )
    }
    out.append("</main>\n<script type=\"application/json\" id=\"data\">")
    out.append(bytes: PageData(self).bytes)
    out.append("</script>\n<script>")
    out.append(bytes: PageFiles.script)
    out.append("</script>\n</body>\n</html>\n")
  }
}

/// The page's own files.
enum PageFiles {
  static var script: [UInt8] { PackageResources.page_js }
  static var style: [UInt8] { PackageResources.page_css }
}

extension ByteWriter {
  mutating func append(bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { append($0) }
  }
}

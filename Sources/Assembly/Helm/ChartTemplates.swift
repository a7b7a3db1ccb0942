internal import YAMLSource

/// Tells which files are templates of Helm charts: those in or below a folder `templates` with a `Chart.yaml` above.
package struct ChartTemplates {
  private let tree: any FileTree
  /// For each folder that was asked for, whether a chart lies there or above.
  private var known: [String: Bool] = [:]

  package init(_ tree: any FileTree) { self.tree = tree }

  /// Whether a file is a template.
  ///
  /// - Parameter path: absolute; standard input, whose path is empty, is rendered.
  package mutating func contains(_ path: String) -> Bool {
    // Most paths do not hold the word.
    guard Array(path.utf8).contains("/templates/") else { return false }
    var rest = path[...]
    while let range = rest.firstRange(of: "/templates/") {
      if isInChart(String(path[..<range.lowerBound])) { return true }
      // Two such folders may share a slash.
      rest = rest[rest.index(before: range.upperBound)...]
    }
    return false
  }

  private mutating func isInChart(_ directory: String) -> Bool {
    if let known = known[directory] { return known }
    var result = tree.kind(of: directory + "/Chart.yaml") == .file
    if !result, let slash = directory.lastIndex(of: "/") { result = isInChart(String(directory[..<slash])) }
    known[directory] = result
    return result
  }
}

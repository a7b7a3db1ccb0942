package import Engine
internal import Model
internal import Reporting
package import Traffic
package import Writing

/// `connectivity --by`: what has a row of its own, or a box.
package enum MatrixGrouping: String, CaseIterable, Sendable {
  case workload, namespace
}

/// The matrices of a run's worlds: those that are alike once, under the names of all of them.
package struct MatrixReport: Sendable {
  package struct Options: Sendable {
    package var grouping: MatrixGrouping?
    /// The cells that a line of text may take.
    package var width = 80
    package init() {}
  }

  /// More workloads than these have no rows of their own, unless somebody asks for them.
  package static let mostWorkloads = 200

  private let groups: [(names: [String], matrix: ConnectionMatrix)]
  private let options: Options
  private let hasWorlds: Bool
  /// What is to be said of the report.
  package let note: SafeText?

  /// - Parameter views: that were asked about `Strangers.elsewhere`.
  package init(
    _ views: [WorldView], _ connections: ConnectionOptions, focus: [String], _ options: Options
  ) throws(UnknownFocus) {
    var connections = connections
    connections.includesUncertain = true
    connections.otherPods = Strangers.ends(in: [])
    var table = ConnectionTable(views.map { ($0.context.name, Connections($0, connections)) })
    try table.focus(on: focus)
    var groups: [(names: [String], matrix: ConnectionMatrix)] = []
    var mostEnds = 0
    for world in views.indices {
      var matrix = ConnectionMatrix(&table, world: world)
      let workloads = matrix.ends.count - ConnectionMatrix.specialEnds.count
      mostEnds = max(mostEnds, workloads)
      if options.grouping == .namespace || options.grouping == nil && workloads > MatrixReport.mostWorkloads {
        matrix = matrix.byNamespace()
      }
      if let known = groups.firstIndex(where: { $0.matrix == matrix }) {
        groups[known].names.append(table.names[world])
      } else {
        groups.append(([table.names[world]], matrix))
      }
    }
    self.groups = groups
    self.options = options
    hasWorlds = views.count > 1
    note =
      options.grouping == nil && mostEnds > MatrixReport.mostWorkloads
      ? """
      \(mostEnds) workloads are more than \(MatrixReport.mostWorkloads), so that each namespace has one row: --by workload \
      shows all, --focus a part.
      """ : nil
  }

  package func writeText(to out: inout ByteWriter) {
    for (names, matrix) in groups {
      if hasWorlds {
        out.append("world \(names.map(SafeText.init(escaping:)).joined(separator: ", ")):\n\n" as SafeText)
      }
      MatrixText(matrix, width: options.width).write(to: &out)
    }
  }

  package func writeMarkdown(to out: inout ByteWriter) {
    for (names, matrix) in groups {
      if hasWorlds { out.append("**\(names.map { Markdown.escaped($0) }.joined(separator: ", "))**\n\n") }
      MatrixMarkdown(matrix).write(to: &out)
      out.newline()
    }
  }
}

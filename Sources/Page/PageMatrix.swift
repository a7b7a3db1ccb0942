internal import Model
internal import Queries
internal import Writing

extension Page {
  /// The controls and the place of the matrix; in it, tables for readers without scripts.
  func writeMatrix(to out: inout ByteWriter) {
    out.append("<section id=\"matrix\">\n<h2>What may connect to what</h2>\n")
    out.append("<div class=\"needs-js\"><div class=\"bar\">\n<label>World <select id=\"world\"></select></label>\n")
    out.append("<label>Show workloads called <input type=\"search\" id=\"search\"></label>\n")
    out.append("<button type=\"button\" id=\"fold\">Fold all namespaces</button>\n")
    out.append("<span class=\"soft\" id=\"hidden\" role=\"status\"></span>\n</div></div>\n<ul class=\"key\">\n")
    var key = [
      ("ports", "some ports"), ("all", "all ports"), ("outside", "from outside the cluster"),
      ("some", "not for all pods or addresses"), ("unknown", "cannot tell"), ("", "empty: \(meaningOfEmpty)"),
    ]
    if changes != nil { key += [("added", "newly allowed"), ("removed", "newly blocked")] }
    for (style, text) in key { out.append("<li><i class=\"\(style)\"></i>\(text)</li>\n") }
    let controller = worlds.lazy.compactMap(\.matrix.meaningOfIngressController).first
    out.append("</ul>\n<p class=\"soft\">\(controller.map { "I\($0.dropFirst()). " } ?? "")")
    out.append(
      "Other pods: a pod without labels, in a namespace that was not read. Ports are TCP ")
    out.append("unless they say otherwise.</p>\n<div class=\"split\">\n<div class=\"scroll\" id=\"grid\">\n")
    for world in worlds { write(world, to: &out) }
    out.append(
      "</div>\n<section class=\"detail needs-js\" id=\"detail\" aria-live=\"polite\" aria-label=\"Why\" tabindex=\"-1\">"
    )
    out.append("</section>\n</div>\n</section>\n")
  }

  /// Larger tables are no help, and the page has to stay small.
  private static let mostNamespaces = 60
  private static let mostWorkloads = 80

  private func write(_ world: PageWorld, to out: inout ByteWriter) {
    if worlds.count > 1 { out.append("<h3>\(HTML.escaped(world.name))</h3>\n") }
    let groups = world.matrix.byNamespace()
    let hasFewWorkloads = world.matrix.ends.count <= Page.mostWorkloads
    if hasFewWorkloads {
      write(world.matrix, to: &out)
    } else if groups.ends.count <= Page.mostNamespaces {
      write(groups, to: &out)
    }
    if !hasFewWorkloads {
      out.append("<p class=\"without-js\">\(world.matrix.ends.count - 3) workloads are more than a table can show: ")
      out.append("<code>netpol-lint connectivity</code> lists all connections.</p>\n")
    }
  }

  private func write(_ matrix: ConnectionMatrix, to out: inout ByteWriter) {
    let names = zip(matrix.ends, matrix.names).map { end, name in
      if case .workload = end { HTML.escaped("\(end.namespace ?? "")/\(name)") } else { HTML.escaped(name) }
    }
    out.append("<table class=\"matrix\">\n<thead><tr><th scope=\"col\">from \\ to</th>")
    for name in names { out.append("<th scope=\"col\"><div class=\"up\">\(name)</div></th>") }
    out.append("</tr></thead>\n<tbody>\n")
    for row in matrix.ends.indices {
      out.append("<tr\(row == 0 ? " class=\"outside\"" : "")><th scope=\"row\">\(names[row])</th>")
      let cells = matrix.cells(ofRow: row)
      for column in matrix.ends.indices {
        let cell = matrix.cells[cells[column]]
        if matrix.isMeaningless(row, column, cells[column]) {
          out.append("<td class=\"none\"></td>")
        } else {
          out.append("<td class=\"\(Page.style(cell))\">\(HTML.escaped(cell.shortText))</td>")
        }
      }
      out.append("</tr>\n")
    }
    out.append("</tbody></table>\n")
  }

  private static func style(_ cell: MatrixCell) -> String {
    if cell.isBlocked { return "none" }
    if cell.certain.isEmpty { return "unknown" }
    return (cell.certain == .all ? "all" : "ports") + (cell.isPartial ? " some" : "")
      + (cell.possible != cell.certain ? " unknown" : "")
  }
}

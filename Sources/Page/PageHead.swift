internal import Diagnostics
internal import Queries
internal import Reporting
internal import Writing

extension Page {
  /// Everything up to the numbers.
  func writeHead(to out: inout ByteWriter) {
    let policy = [
      "default-src 'none'", "script-src \(ContentSource.hash(PageFiles.script))",
      "style-src \(ContentSource.hash(PageFiles.style))", "base-uri 'none'", "form-action 'none'",
    ].joined(separator: "; ")
    out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
    out.append("<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">\n")
    out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
    out.append("<meta name=\"referrer\" content=\"no-referrer\">\n<title>Network policies</title>\n<style>")
    out.append(bytes: PageFiles.style)
    out.append("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#matrix\">To the matrix</a>\n<header>\n")
    out.append("<h1>Network policies</h1>\n")
    let names = worlds.map(\.name)
    let shown = names.prefix(Page.mostNames).map { HTML.escaped($0) }.joined(separator: ", ")
    let more = names.count > Page.mostNames ? " and \(names.count - Page.mostNames) more" : ""
    let plural = names.count == 1 ? "world" : "worlds"
    out.append("<p class=\"soft\">netpol-lint \(HTML.escaped(head.version)), \(HTML.escaped(head.date)). ")
    out.append(
      "\(HTML.escaped(head.input)). \(names.count) \(plural)\(shown.isEmpty ? "" : ": \(shown)\(more)").</p>\n")
    writeNumbers(to: &out)
    out.append("</header>\n<main>\n")
  }

  private static let mostNames = 8

  private func writeNumbers(to out: inout ByteWriter) {
    let open = worlds.reduce(into: Set<String>()) { $0.formUnion($1.openNamespaces) }.count
    let unknown = worlds.reduce(into: Set<String>()) { $0.formUnion($1.unknownNamespaces) }.count
    let numbers: [(Int, String, String, String)] = [
      (report.count(.error), "errors", "bad", "findings"), (report.count(.warning), "warnings", "warn", "findings"),
      (report.undecided.count, "undecided by rules", "warn", "undecided"),
      (worlds.reduce(0) { $0 + $1.matrix.uncertainCells }, "cells not certain", "warn", "matrix"),
      (open, "namespaces without default deny" + (unknown > 0 ? ", \(unknown) not certain" : ""), "bad", "matrix"),
    ]
    out.append("<ul class=\"numbers\">\n")
    for (number, name, style, target) in numbers {
      out.append(
        "<li\(number > 0 ? " class=\"\(style)\"" : "")><b>\(number)</b> <a href=\"#\(target)\">\(name)</a></li>\n")
    }
    out.append("</ul>\n")
  }

  /// What nobody may overlook: what is not certain.
  func writeNotes(to out: inout ByteWriter) {
    let summary = Summary(report)
    let all = notes + summary.undecided + summary.skipped
    var seen: Set<String> = []
    let lines = all.map(\.text).filter { seen.insert($0).inserted }
    out.append("<section id=\"undecided\">\n<h2>Not certain</h2>\n")
    if lines.isEmpty { out.append("<p>Everything that was read could be decided.</p>\n") }
    func list(_ lines: some Sequence<String>) -> String {
      "<ul>\n" + lines.map { "<li>\(HTML.escaped($0))</li>\n" }.joined() + "</ul>\n"
    }
    if !lines.isEmpty { out.append(list(lines.prefix(Page.mostNotes))) }
    if lines.count > Page.mostNotes {
      out.append("<details><summary>\(lines.count - Page.mostNotes) more</summary>\n")
      out.append(list(lines.dropFirst(Page.mostNotes)) + "</details>\n")
    }
    out.append("<p class=\"soft\">\(HTML.escaped(ConnectivitySummary.limits.text))</p>\n</section>\n")
  }

  private static let mostNotes = 6

  func writeFindings(to out: inout ByteWriter) {
    let findings = HTMLFindings(report)
    out.append("<section id=\"findings\">\n<h2>Findings</h2>\n<p>\(HTML.escaped(Summary(report).verdict.text))")
    if findings.faults < report.findings.count {
      out.append(" They are \(Summary.count(findings.faults, "fault")), each with what follows from it.")
    }
    out.append("</p>\n")
    if !report.findings.isEmpty {
      out.append(
        "<div class=\"needs-js\"><div class=\"bar\" id=\"filters\" role=\"group\" aria-label=\"Which findings\">\n")
      for severity in ["error", "warning", "note"] {
        out.append("<label><input type=\"checkbox\" value=\"\(severity)\" checked> \(severity)s</label>\n")
      }
      for (id, name) in [("rule", "Rule"), ("namespace", "Namespace"), ("in-world", "World")] {
        out.append("<label>\(name) <select id=\"\(id)\"><option value=\"\">all</option></select></label>\n")
      }
      out.append("<label>Search <input type=\"search\" id=\"words\"></label>\n")
      out.append("<button type=\"button\" id=\"unfold\">Unfold or fold all</button>\n")
      out.append("<span id=\"count\" role=\"status\"></span>\n</div></div>\n")
    }
    let left = findings.write(to: &out)
    if left > 0 {
      out.append("<p>\(Summary.count(left, "more fault")): <code>netpol-lint lint</code> lists all.</p>\n")
    }
    out.append("</section>\n")
  }

  func writeChanges(to out: inout ByteWriter) {
    guard let changes else { return }
    out.append("<section id=\"changes\">\n<h2>What changes</h2>\n<p>Compared with \(HTML.escaped(changes.against)): ")
    out.append("\(Summary.count(changes.added, "connection")) newly allowed, \(changes.removed) newly blocked.</p>\n")
    if !changes.entries.isEmpty {
      let hasWorlds = changes.entries.contains { $0.world != nil }
      out.append(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"What changes\"><table class=\"plain\">\n<thead><tr><th scope=\"col\">Change</th>"
      )
      for title in ["From", "To", "Ports", "Because"] + (hasWorlds ? ["World"] : []) {
        out.append("<th scope=\"col\">\(title)</th>")
      }
      out.append("</tr></thead>\n<tbody>\n")
      for entry in changes.entries {
        let word = entry.isAdded ? "added" : "removed"
        out.append("<tr><td class=\"\(word)-text\">\(entry.isAdded ? "newly allowed" : "newly blocked")</td>")
        for text in [entry.sourceText, entry.destinationText, entry.ports] {
          out.append("<td>\(HTML.escaped(text))</td>")
        }
        out.append("<td>\(entry.reasons.map { HTML.escaped($0) }.joined(separator: "<br>"))</td>")
        if hasWorlds { out.append("<td>\(HTML.escaped(entry.world ?? "all"))</td>") }
        out.append("</tr>\n")
      }
      out.append("</tbody></table></div>\n")
      let left = changes.added + changes.removed - changes.entries.count
      if left > 0 {
        out.append("<p>\(Summary.count(left, "more connection")): <code>netpol-lint diff</code> lists all.</p>\n")
      }
    }
    out.append("</section>\n")
  }
}

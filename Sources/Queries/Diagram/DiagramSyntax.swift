internal import Writing

/// What a box stands for; it has a colour of its own.
enum DiagramNode: String, CaseIterable {
  /// Addresses, and the ingress controller.
  case outside
  /// Addresses outside the cluster reach it.
  case exposed
  /// Only pods reach it, or the ingress controller.
  case inside
  /// Nothing reaches it.
  case unreached
  /// Pods that a selector asks for and that were not read.
  case inferred
}

/// Where an arrow leads; each has a colour of its own.
enum DiagramPath {
  case fromOutside, toOutside, inside
}

/// What an arrow touches.
struct DiagramPoint {
  /// A box; where a group is meant, one in it.
  let id: String
  /// The group of boxes.
  var group: String?
}

/// How a diagram's parts are written.
protocol DiagramSyntax {
  /// More arrows than this are not drawn by what reads the text, or not in a time that anybody waits.
  var mostArrows: Int { get }
  /// A longer text is not drawn either.
  var mostBytes: Int { get }
  var start: String { get }
  func end(_ paths: [DiagramPath]) -> String
  func comment(_ text: String) -> String
  func groupStart(_ id: String, _ label: String) -> String
  var groupEnd: String { get }
  func node(_ id: String, _ label: String, _ kind: DiagramNode) -> String
  func arrow(_ source: DiagramPoint, _ destination: DiagramPoint, _ label: String, _ path: DiagramPath) -> String
}

/// Colours that show on light and on dark pages: each box has a dark text of its own.
private enum DiagramColor {
  static func fill(_ kind: DiagramNode) -> String {
    switch kind {
    case .outside: "#dbeafe"
    case .exposed: "#fde68a"
    case .inside: "#dcfce7"
    case .unreached, .inferred: "#f3f4f6"
    }
  }

  static func line(_ kind: DiagramNode) -> String {
    switch kind {
    case .outside: "#1d4ed8"
    case .exposed: "#b45309"
    case .inside: "#15803d"
    case .unreached, .inferred: "#6b7280"
    }
  }

  static func line(_ path: DiagramPath) -> String? {
    switch path {
    case .fromOutside: line(.exposed)
    case .toOutside: line(.outside)
    case .inside: nil
    }
  }

  static let text = "#111827"
}

struct DotSyntax: DiagramSyntax {
  /// Graphviz took 3 seconds for 150 arrows between any of 50 boxes, 27 for 250 between 60, and more than 100 for 500.
  let mostArrows = 250
  let mostBytes = Int.max
  let start = """
    digraph connectivity {
      rankdir=TB;
      compound=true;
      node [shape=box, style="rounded,filled", fontname="sans-serif", fontcolor="\(DiagramColor.text)"];
      edge [fontname="sans-serif", fontsize=10, color="#6b7280"];

    """
  let groupEnd = "}"

  func end(_ paths: [DiagramPath]) -> String { "}\n" }
  func comment(_ text: String) -> String { "// \(DisplayText.escaped(text))" }

  func groupStart(_ id: String, _ label: String) -> String { "subgraph cluster_\(id) { label=\(quoted(label));" }

  func node(_ id: String, _ label: String, _ kind: DiagramNode) -> String {
    let shape =
      switch kind {
      case .outside: ", shape=ellipse, style=filled"
      case .inferred: ", style=\"rounded,filled,dashed\""
      case .exposed, .inside, .unreached: ""
      }
    let colors = "fillcolor=\"\(DiagramColor.fill(kind))\", color=\"\(DiagramColor.line(kind))\""
    return "\(id) [label=\(quoted(label))\(shape), \(colors)];"
  }

  func arrow(_ source: DiagramPoint, _ destination: DiagramPoint, _ label: String, _ path: DiagramPath) -> String {
    let tail = source.group.map { ", ltail=cluster_\($0)" } ?? ""
    let head = destination.group.map { ", lhead=cluster_\($0)" } ?? ""
    let color = DiagramColor.line(path).map { ", color=\"\($0)\"" } ?? ""
    return "\(source.id) -> \(destination.id) [label=\(quoted(label))\(tail)\(head)\(color)];"
  }

  private func quoted(_ label: String) -> String {
    let lines = label.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      // A backslash in a label starts an escape of Graphviz's own.
      DisplayText.escaped(String(line)).replacingScalars { scalar, _ in
        scalar == "\\" || scalar == "\"" ? "\\\(scalar)" : nil
      }
    }
    return "\"" + lines.joined(separator: "\\n") + "\""
  }
}

struct MermaidSyntax: DiagramSyntax {
  /// `maxEdges` and `maxTextSize` of Mermaid's settings as they are unless a site changes them, which a diagram cannot do
  /// itself; GitHub's are these.
  let mostArrows = 500
  let mostBytes = 50_000
  let start = "flowchart TB\n"
  let groupEnd = "end"

  func end(_ paths: [DiagramPath]) -> String {
    var text = ""
    for kind in DiagramNode.allCases {
      let dashes = kind == .inferred ? ",stroke-dasharray:4 4" : ""
      text +=
        "  classDef \(kind.rawValue) fill:\(DiagramColor.fill(kind)),stroke:\(DiagramColor.line(kind)),"
        + "color:\(DiagramColor.text)\(dashes)\n"
    }
    for path in [DiagramPath.fromOutside, .toOutside] {
      let numbers = paths.indices.filter { paths[$0] == path }
      guard !numbers.isEmpty, let color = DiagramColor.line(path) else { continue }
      text += "  linkStyle \(numbers.map(String.init).joined(separator: ",")) stroke:\(color)\n"
    }
    return text
  }

  func comment(_ text: String) -> String { "%% \(DisplayText.escaped(text).replacing("%", with: "#37;"))" }

  func groupStart(_ id: String, _ label: String) -> String { "subgraph \(id)[\(quoted(label))]" }

  func node(_ id: String, _ label: String, _ kind: DiagramNode) -> String {
    let box = kind == .outside ? "([\(quoted(label))])" : "[\(quoted(label))]"
    return "\(id)\(box):::\(kind.rawValue)"
  }

  func arrow(_ source: DiagramPoint, _ destination: DiagramPoint, _ label: String, _ path: DiagramPath) -> String {
    "\(source.group ?? source.id) -->|\(quoted(label))| \(destination.group ?? destination.id)"
  }

  /// Mermaid reads entities with `#` in place of `&`; a line of a label ends with `<br/>`.
  private func quoted(_ label: String) -> String {
    let lines = label.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      DisplayText.escaped(String(line)).replacingScalars { scalar, _ in
        switch scalar {
        case "\"": "#quot;"
        // Two of them and a brace begin a directive, wherever they stand.
        case "%": "#37;"
        case "<": "#lt;"
        case ">": "#gt;"
        case "&": "#amp;"
        case "#", "`", "*", "_", "\\": "#\(scalar.value);"
        default: nil
        }
      }
    }
    return "\"" + lines.joined(separator: "<br/>") + "\""
  }
}

internal import Writing

/// A matrix as text that fits a number of cells: rows and columns have the same numbers, and columns that do not fit
/// follow below.
struct MatrixText {
  private let matrix: ConnectionMatrix
  private let legend: MatrixLegend
  private let labels: [String]
  private let width: Int
  /// The cells of the widest number.
  private let digits: Int
  /// The cells before the first column.
  private let margin: Int

  init(_ matrix: ConnectionMatrix, width: Int) {
    self.matrix = matrix
    self.width = width
    legend = MatrixLegend(matrix)
    digits = String(matrix.ends.count).utf8.count
    let names = MatrixLegend.names(matrix)
    let most = max(12, width * 2 / 5 - digits)
    let isGrouped = matrix.ends.contains { if case .workload = $0 { true } else { false } }
    labels = zip(matrix.ends, names).map { end, name in
      let indent = isGrouped && end.namespace != nil ? "  " : ""
      return indent + DisplayText.shortened(name, to: most - indent.utf8.count)
    }
    let namespaces = isGrouped ? matrix.ends.compactMap(\.namespace) : []
    let widest = labels.map { DisplayText.cells(of: $0) }.max() ?? 0
    let heading = namespaces.map { min(DisplayText.cells(of: DisplayText.escaped($0)), most) }.max() ?? 0
    margin = digits + 1 + max(widest, heading, MatrixText.corner.utf8.count)
    self.isGrouped = isGrouped
  }

  private let isGrouped: Bool
  private static let corner = "from \\ to"

  func write(to out: inout ByteWriter) {
    for block in blocks {
      if out.failed { return }
      writeHeader(block, to: &out)
      var namespace: String?
      for row in matrix.ends.indices {
        if isGrouped, let own = matrix.ends[row].namespace, own != namespace {
          namespace = own
          out.append(
            String(repeating: " ", count: digits + 1) + DisplayText.shortened(own, to: margin - digits - 1) + "\n")
        }
        write(row, block, to: &out)
      }
      out.newline()
    }
    writeLegend(to: &out)
  }

  // MARK: Columns

  private struct Block {
    let columns: Range<Int>
    /// Whether a blank stands before each column.
    let isSpaced: Bool
  }

  /// All columns in one block where they fit, close together if they have to be.
  private var blocks: [Block] {
    let room = max(width - margin, 4)
    let all = matrix.ends.indices
    for isSpaced in [true, false] where cells(of: all, isSpaced) <= room {
      return [Block(columns: all, isSpaced: isSpaced)]
    }
    var blocks: [Block] = []
    var start = 0
    while start < all.count {
      var end = start + 1
      while end < all.count, cells(of: start..<end + 1, true) <= room { end += 1 }
      blocks.append(Block(columns: start..<end, isSpaced: true))
      start = end
    }
    return blocks
  }

  private func cells(of columns: Range<Int>, _ isSpaced: Bool) -> Int {
    columns.count * (isSpaced ? 2 : 1) + columns.count { startsNamespace($0) } + (isSpaced ? 0 : 1)
  }

  /// Whether a gap stands before a column.
  private func startsNamespace(_ column: Int) -> Bool {
    isGrouped && column > 0 && matrix.ends[column].namespace != matrix.ends[column - 1].namespace
  }

  // MARK: Lines

  private func writeHeader(_ block: Block, to out: inout ByteWriter) {
    let numbers = block.columns.map { String($0 + 1) }
    for line in 0..<digits {
      let isLast = line == digits - 1
      let corner = isLast ? MatrixText.corner : ""
      var text = String(repeating: " ", count: digits + 1) + corner
      text += String(repeating: " ", count: margin - text.utf8.count)
      let column = numbers.map { number in
        let place = line - (digits - number.utf8.count)
        return place < 0 ? " " : String(number.dropFirst(place).prefix(1))
      }
      out.append(joined(text, column, block))
    }
  }

  private func write(_ row: Int, _ block: Block, to out: inout ByteWriter) {
    let number = String(row + 1)
    var text = String(repeating: " ", count: digits - number.utf8.count) + number + " " + labels[row]
    text += String(repeating: " ", count: max(0, margin - digits - 1 - DisplayText.cells(of: labels[row])))
    let cells = matrix.cells(ofRow: row)
    let signs = block.columns.map { column in
      if cells[column] == 0, row == column, isGrouped, row >= ConnectionMatrix.specialEnds.count { return "-" }
      return matrix.isMeaningless(row, column, cells[column]) ? MatrixLegend.meaningless : legend.signs[cells[column]]
    }
    out.append(joined(text, signs, block))
  }

  /// A line with its end, without blanks before it.
  private func joined(_ start: String, _ signs: [String], _ block: Block) -> String {
    var line = start + (block.isSpaced ? "" : " ")
    for (column, sign) in zip(block.columns, signs) {
      line +=
        (startsNamespace(column) && column > block.columns.lowerBound ? " " : "") + (block.isSpaced ? " " : "") + sign
    }
    while line.utf8.last == UInt8(ascii: " ") { line.removeLast() }
    return line + "\n"
  }

  private func writeLegend(to out: inout ByteWriter) {
    for (sign, text) in legend.ports { out.append(wrapped("\(sign) \(text)", indent: 2)) }
    var rest = [
      "\(MatrixLegend.everything) all ports", "\(MatrixLegend.blocked) nothing", "\(MatrixLegend.unknown) cannot tell",
    ]
    if isGrouped { rest.append("- itself") }
    if legend.hasOthers { rest.append("\(MatrixLegend.others) other ports: --format text lists them") }
    out.append(wrapped(rest.joined(separator: ", "), indent: 0))
    for line in [
      MatrixLegend.meaningOfSome(matrix), MatrixLegend.ingressController(matrix), MatrixLegend.otherPods,
    ].compactMap(\.self) {
      out.append(wrapped(line, indent: 0))
    }
    out.newline()
  }

  /// The text in lines that fit.
  private func wrapped(_ text: String, indent: Int) -> String {
    Wrapping.text(DisplayText.escaped(text), width: width, start: 0, indent: indent) + "\n"
  }
}

import Diagnostics
import Writing

/// Draws source lines with the places of one finding underlined, in the way of cargo and rustc.
struct Frame {
  private struct Mark {
    var span: SourceSpan
    var label: String?
    var isPrimary: Bool
  }

  /// The places of one file.
  private struct Block {
    var file: FileID
    var marks: [Mark]
  }

  /// A line that is longer is cut around what is underlined, so that one line of minified JSON stays readable.
  private static let longestLine = 160
  /// What a cut line shows before the underlined text, in bytes.
  private static let contextBefore = 40
  /// More related places than this are counted, not drawn.
  private static let mostRelated = 8

  private let severity: Severity
  private let style: Style
  private let blocks: [Block]
  /// The cells of the widest line number.
  let gutter: Int

  init(_ finding: Finding, style: Style, places: inout Places) {
    severity = finding.severity
    self.style = style
    var blocks = [
      Block(file: finding.span.file, marks: [Mark(span: finding.span, label: finding.label, isPrimary: true)])
    ]
    for related in finding.related.prefix(Self.mostRelated) {
      let mark = Mark(span: related.span, label: related.message, isPrimary: false)
      if let index = blocks.firstIndex(where: { $0.file == related.span.file }) {
        blocks[index].marks.append(mark)
      } else {
        blocks.append(Block(file: related.span.file, marks: [mark]))
      }
    }
    var lastLine = 0
    for index in blocks.indices {
      blocks[index].marks.sort { ($0.span, $0.isPrimary ? 0 : 1) < ($1.span, $1.isPrimary ? 0 : 1) }
      let lines = blocks[index].marks.map { places.range(of: $0.span).start.line }
      lastLine = max(lastLine, lines.max() ?? 0)
    }
    self.blocks = blocks
    gutter = max(2, String(lastLine).utf8.count)
  }

  /// The number of related places that are not drawn.
  static func undrawn(_ finding: Finding) -> Int { max(0, finding.related.count - mostRelated) }

  /// Writes the blocks, each with the line that names its place, and the empty gutter under the last one.
  func write(places: inout Places, secrets: inout Secrets, to out: inout ByteWriter) {
    for (index, block) in blocks.enumerated() {
      let first = block.marks.first { $0.isPrimary } ?? block.marks[0]
      let start = places.range(of: first.span).start
      out.append(repeating: UInt8(ascii: " "), count: gutter)
      style.write(index == 0 ? "-->" : ":::", as: .frame, to: &out)
      let path = DisplayText.escaped(places.path(of: first.span))
      out.append(" \(path):\(start.line):\(start.column)\n")
      writeGutter("", to: &out)
      out.newline()
      write(block, lines: places.lineIndex(of: block.file), secrets: &secrets, to: &out)
    }
    writeGutter("", to: &out)
    out.newline()
  }

  private func write(_ block: Block, lines: LineIndex, secrets: inout Secrets, to out: inout ByteWriter) {
    var last: Int?
    for mark in block.marks {
      let number = lines.position(of: mark.span.start).line
      let line = lines.line(number)
      let window = Self.window(of: line, around: mark.span)
      let hidden = secrets.hidden(in: line, of: block.file)
      if number != last || window.count < line.count {
        if let last, number == last + 2 {
          let line = lines.line(last + 1)
          let hidden = secrets.hidden(in: line, of: block.file)
          write(line.prefix(Self.longestLine), of: line, hiding: hidden, number: last + 1, to: &out)
        } else if let last, number > last + 2 {
          writeGap(to: &out)
        }
        write(window, of: line, hiding: hidden, number: number, to: &out)
      }
      underline(mark, in: window, hiding: hidden, cut: window.startIndex > line.startIndex, to: &out)
      last = number
    }
  }

  /// Says that lines were left out between two shown ones; a single line is shown instead.
  private func writeGap(to out: inout ByteWriter) {
    style.write("..." + String(repeating: " ", count: gutter - 2) + "|", as: .frame, to: &out)
    out.newline()
  }

  /// The part of a line that is shown; the whole line unless it is long.
  private static func window(of line: ArraySlice<UInt8>, around span: SourceSpan) -> ArraySlice<UInt8> {
    guard line.count > longestLine else { return line }
    let start = min(max(Int(span.start), line.startIndex), line.endIndex)
    var low = max(line.startIndex, min(start - contextBefore, line.endIndex - longestLine))
    var high = min(line.endIndex, low + longestLine)
    while low > line.startIndex, isContinuationByte(line[low]) { low -= 1 }
    while high < line.endIndex, isContinuationByte(line[high]) { high += 1 }
    return line[low..<high]
  }

  private func write(
    _ window: ArraySlice<UInt8>, of line: ArraySlice<UInt8>, hiding hidden: [Range<Int>], number: Int,
    to out: inout ByteWriter
  ) {
    writeGutter(String(number), to: &out)
    if !line.isEmpty {
      out.append(" ")
      if window.startIndex > line.startIndex { out.append("…") }
      out.append(DisplayText(line: window, hiding: hidden).text)
      if window.endIndex < line.endIndex { out.append("…") }
    }
    out.newline()
  }

  /// Underlines a place, up to the end of its first line; a place between two characters gets one caret.
  private func underline(
    _ mark: Mark, in window: ArraySlice<UInt8>, hiding hidden: [Range<Int>], cut: Bool, to out: inout ByteWriter
  ) {
    let start = min(max(Int(mark.span.start), window.startIndex), window.endIndex)
    let end = max(start, min(Int(mark.span.end), window.endIndex))
    let before = DisplayText(line: window[..<start], hiding: hidden).cells
    let through = DisplayText(line: window[..<end], hiding: hidden).cells
    writeGutter("", to: &out)
    out.append(repeating: UInt8(ascii: " "), count: 1 + before + (cut ? 1 : 0))
    var text = String(repeating: mark.isPrimary ? "^" : "-", count: max(1, through - before))
    if let label = mark.label, !label.isEmpty { text += " " + DisplayText.escaped(label) }
    style.write(text, as: mark.isPrimary ? .severity(severity) : .frame, to: &out)
    out.newline()
  }

  private func writeGutter(_ number: String, to out: inout ByteWriter) {
    let padding = String(repeating: " ", count: gutter - number.utf8.count)
    style.write(padding + number + " |", as: .frame, to: &out)
  }
}

/// A part of a text as Flux' substitution reads it (fluxcd/pkg, `envsubst`).
enum VariablePart: Equatable {
  case text(String)
  case expression(VariableExpression)

  /// Why a text cannot be read.
  enum Failure: Error, Equatable {
    /// Flux gives up on it, and applies nothing.
    case refused(String)
    /// It goes on behind the text: what stands there would have to be looked at.
    case open
  }

  /// The parts of a text. `$$` is one dollar, and a dollar before anything but `{` is one as well.
  static func parts(of text: String) throws(Failure) -> [VariablePart] {
    var reader = VariableReader(text)
    return try reader.parts()
  }
}

/// What stands between `${` and `}`.
struct VariableExpression: Equatable {
  let name: String
  /// `:-`, `^^`, `//` and so on; empty for the value itself.
  var operation = ""
  var arguments: [VariablePart] = []

  /// Whether it stands in where the variable has no value.
  var isDefault: Bool { operation.hasSuffix("=") || [":-", ":?", ":+"].contains(operation) }
}

private struct VariableReader {
  private let text: [Unicode.Scalar]
  private var position = 0
  /// How many expressions the place lies in.
  private var depth = 0
  /// Nobody nests defaults deeper.
  private static let deepest = 50

  init(_ text: String) { self.text = Array(text.unicodeScalars) }

  private var next: Unicode.Scalar? { position < text.count ? text[position] : nil }
  private var isAtExpression: Bool { next == "$" && position + 1 < text.count && text[position + 1] == "{" }

  // MARK: Texts

  mutating func parts() throws(VariablePart.Failure) -> [VariablePart] {
    var parts: [VariablePart] = []
    var plain = ""
    while let scalar = next {
      if isAtExpression {
        if !plain.isEmpty { parts.append(.text(plain)) }
        plain = ""
        parts.append(.expression(try expression()))
        continue
      }
      position += 1
      if scalar == "$", next == "$" { position += 1 }
      plain.unicodeScalars.append(scalar)
    }
    return plain.isEmpty ? parts : parts + [.text(plain)]
  }

  // MARK: Expressions

  private mutating func expression() throws(VariablePart.Failure) -> VariableExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= VariableReader.deepest else { throw .open }
    position += 2
    if next == "#" {
      position += 1
      let length = VariableExpression(name: try name(), operation: "#")
      try close()
      return length
    }
    var expression = VariableExpression(name: try name())
    switch next {
    case ":": try readColon(&expression)
    case "=": try readDefault(&expression, length: 1)
    case ",", "^": expression.operation = operation { $0 == "," || $0 == "^" }
    case "/": try readReplacement(&expression)
    case "#", "%":
      let mark = next
      expression.operation = operation { $0 == mark }
      expression.arguments = [try argument { $0 != "}" }]
    default: break
    }
    try close()
    return expression
  }

  private mutating func name() throws(VariablePart.Failure) -> String {
    let name = take { scalar in
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
      default: scalar == "_"
      }
    }
    guard !name.isEmpty else { throw .refused("there is no variable's name behind `${`") }
    return name
  }

  private mutating func close() throws(VariablePart.Failure) {
    guard next == "}" else { throw .refused("an expression is not closed where `}` must stand") }
    position += 1
  }

  private mutating func readColon(_ expression: inout VariableExpression) throws(VariablePart.Failure) {
    if position + 1 < text.count, "=-?+".unicodeScalars.contains(text[position + 1]) {
      return try readDefault(&expression, length: 2)
    }
    expression.operation = ":"
    position += 1
    expression.arguments = [try argument { $0 != ":" && $0 != "}" }]
    if next == ":" {
      while next == ":" { position += 1 }
      expression.arguments.append(try argument { $0 != "}" })
    }
  }

  /// Any number of texts and expressions up to the brace.
  private mutating func readDefault(
    _ expression: inout VariableExpression, length: Int
  ) throws(VariablePart.Failure) {
    for scalar in text[position..<(position + length)] { expression.operation.unicodeScalars.append(scalar) }
    position += length
    while next != "}" { expression.arguments.append(try argument { $0 != "}" }) }
  }

  private mutating func readReplacement(_ expression: inout VariableExpression) throws(VariablePart.Failure) {
    expression.operation = "/"
    position += 1
    if let mark = next, "/#%".unicodeScalars.contains(mark) {
      expression.operation.unicodeScalars.append(mark)
      position += 1
    }
    // An empty pattern is refused by some versions only.
    expression.arguments = [next == "/" ? .text("") : try argument(isEscaped: true) { $0 != "/" }]
    guard next == "/" else { throw next == nil ? .open : .refused("a replacement has no second `/`") }
    while next == "/" { position += 1 }
    if next != "}" { expression.arguments.append(try argument(isEscaped: true) { $0 != "}" }) }
  }

  // MARK: Parts

  /// An operation of one or two marks.
  private mutating func operation(_ isMark: (Unicode.Scalar) -> Bool) -> String {
    var operation = ""
    while operation.count < 2, let mark = next, isMark(mark) {
      operation.unicodeScalars.append(mark)
      position += 1
    }
    return operation
  }

  /// One text, or one expression.
  ///
  /// - Parameter isEscaped: whether `\/`, `\\` and `$$` stand for what comes second.
  private mutating func argument(
    isEscaped: Bool = false, _ isTaken: (Unicode.Scalar) -> Bool
  ) throws(VariablePart.Failure) -> VariablePart {
    if isAtExpression { return .expression(try expression()) }
    var argument = ""
    while let scalar = next, !isAtExpression {
      let second = position + 1 < text.count ? text[position + 1] : nil
      if isEscaped, (scalar == "\\" && (second == "/" || second == "\\")) || (scalar == "$" && second == "$") {
        position += 1
      } else if !isTaken(scalar) {
        break
      }
      argument.unicodeScalars.append(text[position])
      position += 1
    }
    guard !argument.isEmpty else { throw next == nil ? .open : .refused("an expression lacks what it needs") }
    return .text(argument)
  }

  private mutating func take(_ isTaken: (Unicode.Scalar) -> Bool) -> String {
    var taken = ""
    while let scalar = next, isTaken(scalar) {
      taken.unicodeScalars.append(scalar)
      position += 1
    }
    return taken
  }
}

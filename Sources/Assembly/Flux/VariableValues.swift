/// The variables of a substitution, and what becomes of texts with them.
struct VariableValues {
  /// Known values.
  let values: [String: String]
  /// Whether other variables may have values that were not read.
  let mayHaveMore: Bool

  /// What a text becomes.
  enum Result: Equatable {
    case known(String)
    /// It hangs on a variable that nothing gives, or on what is not modelled; how messages name that.
    case unknown(String)
    /// Flux cannot read it, and applies nothing; for messages.
    case refused(String)
  }

  /// What becomes of a text; a text without a dollar stays as it is.
  func substitute(_ text: String) -> Result {
    guard text.contains("$") else { return .known(text) }
    let parts: [VariablePart]
    do throws(VariablePart.Failure) {
      parts = try VariablePart.parts(of: text)
    } catch {
      switch error {
      case .refused(let message): return .refused(message)
      case .open: return .unknown(text)
      }
    }
    return value(of: parts)
  }

  private func value(of parts: [VariablePart]) -> Result {
    var text = ""
    for part in parts {
      switch part {
      case .text(let plain): text += plain
      case .expression(let expression):
        let result = value(of: expression)
        guard case .known(let value) = result else { return result }
        text += value
      }
    }
    return .known(text)
  }

  private func value(of expression: VariableExpression) -> Result {
    let value = values[expression.name]
    if expression.isDefault {
      if let value, !value.isEmpty { return .known(value) }
      if value == nil, mayHaveMore { return .unknown(expression.name) }
      return self.value(of: expression.arguments)
    }
    guard let value else { return .unknown(expression.name) }
    if expression.operation.isEmpty { return .known(value) }
    var arguments: [String] = []
    for argument in expression.arguments {
      let result = self.value(of: [argument])
      guard case .known(let text) = result else { return result }
      arguments.append(text)
    }
    return VariableFunction(expression.operation, arguments).value(of: value).map { .known($0) }
      ?? .unknown("\(expression.name)\(expression.operation)")
  }
}

/// A function of a variable's value: `${X^^}`, `${X/a/b}` and so on.
private struct VariableFunction {
  private let operation: String
  private let arguments: [String]

  init(_ operation: String, _ arguments: [String]) {
    self.operation = operation
    self.arguments = arguments
  }

  /// `nil` for what is not modelled: patterns with wildcards, and what counts bytes or letters outside of ASCII.
  func value(of text: String) -> String? {
    guard ([text] + arguments).allSatisfy({ $0.utf8.allSatisfy { $0 < 0x80 } }) else { return nil }
    switch operation {
    case ",": return text.prefix(1).lowercased() + text.dropFirst()
    case ",,": return text.lowercased()
    case "^": return text.prefix(1).uppercased() + text.dropFirst()
    case "^^": return text.uppercased()
    case "#" where arguments.isEmpty: return String(text.utf8.count)
    case ":": return part(of: text)
    case "#", "##", "%", "%%": return trimmed(text)
    case "/", "//", "/#", "/%": return replaced(text)
    // Of what it does not know, Flux makes the value.
    default: return text
    }
  }

  private func part(of text: String) -> String? {
    guard let offset = Int(arguments[0]) else { return text }
    let start = min(offset < 0 ? max(0, text.utf8.count + offset) : offset, text.utf8.count)
    guard arguments.count == 2 else { return String(text.dropFirst(start)) }
    guard let length = Int(arguments[1]) else { return text }
    // Versions differ in what they make of a negative length.
    return length < 0 ? nil : String(text.dropFirst(start).prefix(length))
  }

  private func trimmed(_ text: String) -> String? {
    let pattern = arguments[0]
    guard !pattern.contains(where: { "*?[\\".contains($0) }) else { return nil }
    if operation.hasPrefix("#") { return text.hasPrefix(pattern) ? String(text.dropFirst(pattern.count)) : text }
    return text.hasSuffix(pattern) ? String(text.dropLast(pattern.count)) : text
  }

  private func replaced(_ text: String) -> String? {
    let pattern = arguments[0]
    guard !pattern.isEmpty else { return nil }
    let new = arguments.count == 2 ? arguments[1] : ""
    switch operation {
    case "/": return text.replacing(pattern, with: new, maxReplacements: 1)
    case "//": return text.replacing(pattern, with: new)
    // With nothing to put there, these leave the text as it is.
    case _ where arguments.count < 2: return text
    case "/#": return text.hasPrefix(pattern) ? new + text.dropFirst(pattern.count) : text
    default: return text.hasSuffix(pattern) ? text.dropLast(pattern.count) + new : text
    }
  }
}

internal import Config
internal import Diagnostics
internal import Rules
internal import Traffic
internal import Writing
internal import YAMLSource

/// Questions about a place, or a range, of a document.
extension LanguageServer {
  func documentPath(_ parameters: NodeRef?) throws(RequestFault) -> String {
    guard let uri = parameters?.at("textDocument", "uri")?.textIfString, let path = path(of: uri) else {
      throw .badParameters("a `file:` URI in textDocument.uri")
    }
    return path
  }

  /// What a request about a place is about.
  struct Question {
    let path: String
    let position: TextPosition
    /// The text of the document, or of the file.
    let positions: TextPositions
    let file: FileID?
    /// The place; an empty span.
    let span: SourceSpan?
    let line: String
    let before: String
  }

  mutating func question(_ parameters: NodeRef?) async throws(RequestFault) -> Question {
    let path = try documentPath(parameters)
    guard let position = parameters?.at("position").flatMap(TextPosition.init) else {
      throw .badParameters("a position")
    }
    await ensureFresh()
    let source = snapshot?.project.sources.files.first { $0.path == path }
    let bytes = documents[path]?.bytes ?? source?.bytes ?? []
    let positions = TextPositions(bytes, encoding)
    let offset = positions.offset(of: position)
    let start = positions.offset(of: TextPosition(line: position.line, character: 0))
    let span = source.map { SourceSpan(file: $0.id, start: UInt32(offset), end: UInt32(offset)) }
    return Question(
      path: path, position: position, positions: positions, file: source?.id, span: span,
      line: positions.line(position.line), before: String(decoding: bytes[start..<max(start, offset)], as: UTF8.self))
  }

  mutating func hover(_ parameters: NodeRef?) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let question = try await question(parameters)
    var text: String?
    if isConfig(question.path) {
      text = configHover(question)
    } else if let snapshot, let span = question.span {
      text = Hover(snapshot: snapshot).text(at: span, line: question.line, column: question.before.utf8.count)
    }
    return { json in
      guard let text else { return json.null() }
      json.object { $0.markdown("contents", text) }
    }
  }

  func configHover(_ question: Question) -> String? {
    let blanks = question.line.prefix { $0 == " " || $0 == "-" }
    let name = question.line.dropFirst(blanks.count).prefix { $0 != ":" }
    let path = KeyPath.enclosing(question.positions.line, question.position.line, before: String(blanks))
    guard let key = ConfigGuide.key(path + [String(name)]) else { return nil }
    var text = "**\(key.name)**: \(key.summary)"
    if !key.values.isEmpty { text += ". One of " + key.values.map { "`\($0)`" }.joined(separator: ", ") }
    if let standard = key.standard { text += ". Default: `\(standard)`" }
    return text
  }

  mutating func locations(
    _ parameters: NodeRef?, _ find: (Navigation, SourceSpan) -> [SourceSpan]
  ) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let question = try await question(parameters)
    guard let snapshot, let span = question.span else { return { json in json.array { _ in } } }
    var places = places(snapshot)
    let found = find(Navigation(project: snapshot.project), span).map {
      (places.uri(of: $0.file), places.range(of: $0))
    }
    return { json in
      json.array { json in
        for (uri, range) in found { json.location(uri, range) }
      }
    }
  }

  mutating func completion(_ parameters: NodeRef?) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let question = try await question(parameters)
    let (lines, number, before) = (question.positions.line, question.position.line, question.before)
    let items: [Completion.Item]
    if isConfig(question.path) {
      items = Completion.config(lines, number, before: before)
    } else {
      items = snapshot.map { Completion($0).items(lines, number, before: before) } ?? []
    }
    return { json in
      json.object { json in
        json.member("isIncomplete", false)
        json.array("items") { json in
          for item in items {
            json.object { json in
              json.member("label", item.label)
              json.member("detail", item.detail)
            }
          }
        }
      }
    }
  }

  mutating func codeActions(_ parameters: NodeRef?) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let path = try documentPath(parameters)
    guard let range = parameters?.at("range").flatMap(TextRange.init) else { throw .badParameters("a range") }
    await ensureFresh()
    guard let snapshot, let file = snapshot.project.sources.files.last(where: { $0.path == path }) else {
      return { json in json.array { _ in } }
    }
    let only = parameters?.at("context", "only").map { $0.items.map(\.text) } ?? []
    var actions = CodeActions(snapshot, places(snapshot), only: only)
    let mended =
      actions.wants(CodeActions.fixAll)
      ? await workspace.mended(path, in: snapshot, documents.mapValues(\.bytes)) : nil
    return { json in
      json.array { json in
        actions.write(file.id, range, to: &json)
        if let mended { actions.write(fixAllOf: file.id, to: mended, json: &json) }
      }
    }
  }

  mutating func lenses(_ parameters: NodeRef?) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let path = try documentPath(parameters)
    await ensureFresh()
    guard let snapshot, let file = snapshot.project.sources.files.first(where: { $0.path == path }) else {
      return { json in json.array { _ in } }
    }
    var places = places(snapshot)
    let lenses = PolicyLenses(project: snapshot.project).lenses(of: file.id).map {
      (places.range(of: $0.span), $0.title)
    }
    return { json in
      json.array { json in
        for (range, title) in lenses {
          json.object { json in
            json.member("range", range)
            json.object("command") { json in
              json.member("title", DisplayText.escaped(title))
              json.member("command", "")
            }
          }
        }
      }
    }
  }

  mutating func execute(_ parameters: NodeRef?) throws(RequestFault) -> (inout JSONWriter) -> Void {
    guard parameters?.at("command")?.textIfString == CodeActions.explainCommand else {
      throw .badParameters("a command that there is")
    }
    let arguments = parameters?.at("arguments").map { $0.items.map(\.text) } ?? []
    guard let info = arguments.first.flatMap(Registry.info) else { throw .badParameters("the id of a rule") }
    outgoing.append(
      Outgoing.notification("window/showMessage") { json in
        json.object { json in
          json.member("type", 3)
          json.member(
            "message", "\(info.id) \(info.name): \(info.summary)\n\(info.rationale)\nWhat to do: \(info.remedy).")
        }
      })
    return { $0.null() }
  }
}

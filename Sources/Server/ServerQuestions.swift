internal import Config
internal import Diagnostics
internal import Rules
internal import Traffic
internal import Writing
internal import YAMLSource

/// Questions about a place, or a range, of a document.
extension LanguageServer {
  /// The path of the document that a request is about; `nil` for one that is no file, of which nothing is known.
  func documentPath(_ parameters: NodeRef?) throws(RequestFault) -> String? {
    guard let uri = parameters?.at("textDocument", "uri")?.textIfString else {
      throw .badParameters("a document in textDocument.uri")
    }
    return DocumentURI.path(uri)
  }

  /// What a request about a place is about.
  struct Question {
    let path: String
    let position: TextPosition
    /// The text of the document, or of the file.
    let positions: TextPositions
    /// The place, an empty span, in what is known of the file.
    let place: (root: Root, snapshot: Snapshot, span: SourceSpan)?
    let line: String
    let before: String
  }

  /// `nil` where the document is no file.
  mutating func question(_ parameters: NodeRef?) async throws(RequestFault) -> Question? {
    let path = try documentPath(parameters)
    guard let position = parameters?.at("position").flatMap(TextPosition.init) else {
      throw .badParameters("a position")
    }
    guard let path else { return nil }
    await ensureFresh(roots.indices)
    let root = owner(of: path).map { roots[$0] }
    let source = root?.file(path)
    let bytes = documents[path]?.bytes ?? source?.bytes ?? []
    let positions = TextPositions(bytes, encoding, isOpen: documents[path] != nil)
    let offset = positions.offset(of: position)
    let start = positions.offset(of: TextPosition(line: position.line, character: 0))
    var place: (Root, Snapshot, SourceSpan)?
    if let root, let snapshot = root.snapshot, let source {
      place = (root, snapshot, SourceSpan(file: source.id, start: UInt32(offset), end: UInt32(offset)))
    }
    return Question(
      path: path, position: position, positions: positions, place: place, line: positions.line(position.line),
      before: String(decoding: bytes[start..<max(start, offset)], as: UTF8.self))
  }

  mutating func hover(_ parameters: NodeRef?) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let question = try await question(parameters)
    var text: String?
    if let question, isConfig(question.path) {
      text = configHover(question)
    } else if let question, let place = question.place {
      text = Hover(snapshot: place.snapshot).text(
        at: place.span, line: question.line, column: question.before.utf8.count)
    }
    return { [client] json in
      guard let text else { return json.null() }
      json.object { json in
        json.object("contents") { json in
          json.member("kind", client.takesMarkdown ? "markdown" : "plaintext")
          json.member("value", client.takesMarkdown ? text : Markdown.plain(text))
        }
      }
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
    guard let place = try await question(parameters)?.place else { return { json in json.array { _ in } } }
    var places = places(place.root, place.snapshot)
    let found = find(Navigation(project: place.snapshot.project), place.span).map {
      (places.uri(of: $0.file), places.range(of: $0))
    }
    return { json in
      json.array { json in
        for (uri, range) in found { json.location(uri, range) }
      }
    }
  }

  mutating func completion(_ parameters: NodeRef?) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    guard let question = try await question(parameters) else { return { json in json.array { _ in } } }
    let context = CompletionContext(question.positions.line, question.position.line, before: question.before)
    let items: [Completion.Item]
    if isConfig(question.path) {
      items = Completion.config(context)
    } else {
      items = question.place.map { Completion($0.snapshot, at: $0.span).items(context) } ?? []
    }
    let end = question.positions.offset(of: question.position)
    let range = TextRange(
      start: question.positions.position(of: end - context.word.utf8.count), end: question.positions.position(of: end))
    return { json in
      json.object { json in
        json.member("isIncomplete", items.count >= Completion.most)
        json.array("items") { json in
          for item in items {
            json.object { json in
              json.member("label", item.label)
              json.member("kind", item.kind.rawValue)
              json.member("detail", item.detail)
              json.object("textEdit") { json in
                json.member("range", range)
                json.member("newText", item.label)
              }
            }
          }
        }
      }
    }
  }

  mutating func codeActions(_ parameters: NodeRef?) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let path = try documentPath(parameters)
    guard let range = parameters?.at("range").flatMap(TextRange.init) else { throw .badParameters("a range") }
    await ensureFresh(roots.indices)
    guard let root = path.flatMap(owner).map({ roots[$0] }), let file = path.flatMap(root.file),
      let snapshot = root.snapshot
    else { return { json in json.array { _ in } } }
    let only = parameters?.at("context", "only").map { $0.items.map(\.text) } ?? []
    var actions = CodeActions(snapshot, places(root, snapshot), only: only, client)
    let mended =
      actions.wants(CodeActions.fixAll) ? await root.workspace.mended(file.path, in: snapshot, texts(for: root)) : nil
    return { json in
      json.array { json in
        actions.write(file.id, range, to: &json)
        if let mended { actions.write(fixAllOf: file.id, to: mended, json: &json) }
      }
    }
  }

  mutating func lenses(_ parameters: NodeRef?) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let path = try documentPath(parameters)
    await ensureFresh(roots.indices)
    guard let root = path.flatMap(owner).map({ roots[$0] }), let file = path.flatMap(root.file),
      let snapshot = root.snapshot
    else { return { json in json.array { _ in } } }
    var places = places(root, snapshot)
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
      Outgoing.note(
        "\(info.id) \(info.name): \(info.summary)\n\(info.rationale)\nWhat to do: \(info.remedy).", isFault: false))
    return { $0.null() }
  }
}

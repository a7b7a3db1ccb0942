internal import Config
internal import Diagnostics
internal import Rules
internal import Traffic
internal import Writing
internal import YAMLSource

/// What is wrong with the documents, sent or asked for.
extension LanguageServer {
  /// Sends the diagnostics of every file that has other ones than the client knows.
  mutating func publish() {
    guard let snapshot else { return }
    let byPath = findings(of: snapshot)
    let places = places(snapshot)
    var writer = DiagnosticsWriter(places)
    for path in Set(published.keys).union(byPath.keys).union(documents.keys).sorted() {
      let version = documents[path]?.version
      let problems = configProblems(path)
      let message = Outgoing.notification("textDocument/publishDiagnostics") { json in
        json.object { json in
          json.member("uri", places.uri(ofPath: path))
          if let version { json.member("version", version) }
          json.key("diagnostics")
          Self.write(byPath[path] ?? [], problems, &writer, &json)
        }
      }
      let hash = message.hashValue
      if published[path] != hash { outgoing.append(message) }
      published[path] = byPath[path] == nil && documents[path] == nil ? nil : hash
    }
  }

  func findings(of snapshot: Snapshot) -> [String: [Finding]] {
    Dictionary(grouping: snapshot.result.findings) { snapshot.project.sources.path(of: $0.span) }
  }

  static func write(
    _ findings: [Finding], _ problems: [(range: TextRange, message: String)], _ writer: inout DiagnosticsWriter,
    _ json: inout JSONWriter
  ) {
    guard problems.isEmpty else {
      return json.array { json in
        for problem in problems {
          json.object { json in
            json.member("range", problem.range)
            json.member("severity", 1)
            json.member("source", "netpol-lint")
            json.member("message", DisplayText.escaped(problem.message))
          }
        }
      }
    }
    writer.write(findings, to: &json)
  }

  /// What is wrong with a config that is open.
  func configProblems(_ path: String) -> [(range: TextRange, message: String)] {
    guard isConfig(path), let document = documents[path] else { return [] }
    let file = SourceFile(id: FileID(0), path: path, bytes: document.bytes)
    let positions = TextPositions(file.bytes, encoding)
    do throws(ConfigProblems) {
      if ConfigReader.isFlowFile(path) {
        _ = try ConfigReader.flows(file)
      } else {
        _ = try ConfigReader.configuration(of: [try ConfigReader.layer(file)])
      }
      return []
    } catch {
      return error.problems.map { problem in
        let range = TextRange(
          start: positions.position(of: Int(problem.span.start)), end: positions.position(of: Int(problem.span.end)))
        return (range, problem.message)
      }
    }
  }

  mutating func diagnostics(_ parameters: NodeRef?) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let path = try documentPath(parameters)
    await ensureFresh()
    guard let snapshot else { return { Self.fullReport([], [], nil, &$0) } }
    let findings = findings(of: snapshot)[path] ?? []
    let (writer, problems) = (DiagnosticsWriter(places(snapshot)), configProblems(path))
    return { Self.fullReport(findings, problems, writer, &$0) }
  }

  static func fullReport(
    _ findings: [Finding], _ problems: [(range: TextRange, message: String)], _ writer: DiagnosticsWriter?,
    _ json: inout JSONWriter
  ) {
    json.object { json in
      json.member("kind", "full")
      json.key("items")
      guard var writer else { return json.array { _ in } }
      write(findings, problems, &writer, &json)
    }
  }

  mutating func workspaceDiagnostics() async -> (inout JSONWriter) -> Void {
    await ensureFresh()
    guard let snapshot else { return { json in json.object { $0.array("items") { _ in } } } }
    let byPath = findings(of: snapshot)
    let (places, documents) = (places(snapshot), documents)
    var writer = DiagnosticsWriter(places)
    return { json in
      json.object { json in
        json.array("items") { json in
          for (path, findings) in byPath.sorted(by: { $0.key < $1.key }) {
            json.object { json in
              json.member("uri", places.uri(ofPath: path))
              json.member("version", documents[path]?.version)
              json.member("kind", "full")
              json.key("items")
              writer.write(findings, to: &json)
            }
          }
        }
      }
    }
  }
}

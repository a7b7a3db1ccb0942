internal import Config
internal import Diagnostics
internal import Writing
internal import YAMLSource

/// What is wrong with the documents, as clients ask for it.
extension LanguageServer {
  static func write(
    _ entry: DiagnosticsStore.Entry?, _ writer: inout DiagnosticsWriter?, to json: inout JSONWriter
  ) {
    json.array { json in
      for problem in entry?.problems ?? [] {
        json.object { json in
          json.member("range", problem.range)
          json.member("severity", 1)
          json.member("source", "netpol-lint")
          json.member("message", DisplayText.escaped(problem.message))
        }
      }
      for finding in entry?.findings ?? [] { writer?.write(finding, to: &json) }
    }
  }

  /// What is wrong with a config that is open.
  func configProblems(_ path: String) -> [DiagnosticsStore.ConfigProblem] {
    guard isConfig(path), let document = documents[path] else { return [] }
    let file = SourceFile(id: FileID(0), path: path, bytes: document.bytes)
    let positions = TextPositions(file.bytes, encoding, isOpen: true)
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
        return DiagnosticsStore.ConfigProblem(range: range, message: problem.message)
      }
    }
  }

  // MARK: The pull model

  mutating func diagnostics(_ parameters: NodeRef?) async throws(RequestFault) -> (inout JSONWriter) -> Void {
    let path = try documentPath(parameters)
    let previous = parameters?.at("previousResultId")?.textIfString
    await ensureFresh(roots.indices)
    guard let path else { return { json in json.object { Self.writeReport(of: nil, "", &$0) } } }
    let report = report(of: path, since: previous)
    let others = client.takesRelatedDocuments ? relatedReports(beside: path) : []
    toldResults[path] = store.resultID(of: path)
    return { json in
      json.object { json in
        report(&json)
        if others.isEmpty { return }
        json.object("relatedDocuments") { json in
          for (uri, write) in others { json.object(uri, write) }
        }
      }
    }
  }

  /// Reports of files whose diagnostics the client does not have as they are now.
  private mutating func relatedReports(beside path: String) -> [(String, (inout JSONWriter) -> Void)] {
    var others: [(String, (inout JSONWriter) -> Void)] = []
    for other in Set(store.entries.keys).union(toldResults.keys).sorted() where other != path {
      guard store.hasChanged(other, since: toldResults[other]) else { continue }
      others.append((uri(of: other), report(of: other, since: nil)))
      toldResults[other] = store.entries[other] == nil ? nil : store.resultID(of: other)
    }
    return others
  }

  /// The members of a report.
  private func report(of path: String, since previous: String?) -> (inout JSONWriter) -> Void {
    let id = store.resultID(of: path)
    guard store.hasChanged(path, since: previous) else {
      return { json in
        json.member("kind", "unchanged")
        json.member("resultId", id)
      }
    }
    let entry = store.entries[path]
    let writer = entry.flatMap { self.writer(for: $0) }
    return { Self.writeReport(of: entry.map { ($0, writer) }, id, &$0) }
  }

  private static func writeReport(
    of entry: (DiagnosticsStore.Entry, DiagnosticsWriter?)?, _ id: String, _ json: inout JSONWriter
  ) {
    json.member("kind", "full")
    if !id.isEmpty { json.member("resultId", id) }
    json.key("items")
    var writer = entry?.1
    write(entry?.0, &writer, to: &json)
  }

  mutating func workspaceDiagnostics(_ parameters: NodeRef?) async -> (inout JSONWriter) -> Void {
    await ensureFresh(roots.indices)
    var previous: [String: (uri: String, result: String)] = [:]
    for known in parameters?.at("previousResultIds")?.items ?? NodeRef.noItems {
      guard let uri = known.at("uri")?.textIfString, let path = DocumentURI.path(uri) else { continue }
      previous[path] = (uri, known.at("value")?.textIfString ?? "")
    }
    var reports: [(uri: String, version: Int?, write: (inout JSONWriter) -> Void)] = []
    // Files that had diagnostics, and have none now, are told too.
    for path in Set(store.entries.keys).union(previous.keys).sorted() {
      reports.append(
        (
          previous[path]?.uri ?? uri(of: path), documents[path]?.version,
          report(of: path, since: previous[path]?.result)
        ))
      toldResults[path] = store.resultID(of: path)
    }
    return { json in
      json.object { json in
        json.array("items") { json in
          for report in reports {
            json.object { json in
              json.member("uri", report.uri)
              json.member("version", report.version)
              report.write(&json)
            }
          }
        }
      }
    }
  }
}

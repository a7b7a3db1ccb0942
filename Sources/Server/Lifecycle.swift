internal import Writing
internal import YAMLSource

extension LanguageServer {
  /// What the client says it can do.
  struct Client {
    /// Whether it asks for diagnostics itself, and can be told of those of other documents that a change affects. To one
    /// that cannot they are sent.
    var pullsDiagnostics = false
    var refreshesDiagnostics = false
    /// Whether it takes diagnostics of other documents beside those of one.
    var takesRelatedDocuments = false
    var watchesFiles = false
    /// Whether edits may name the version of the document that they are for.
    var editsVersions = false
    /// Whether it takes actions with edits, and not commands alone.
    var takesActions = false
    /// Whether it shows Markdown.
    var takesMarkdown = true
    var diagnosticForm = DiagnosticForm()

    init() {}

    init(_ parameters: NodeRef?) {
      let capabilities = parameters?.at("capabilities")
      let diagnostic = capabilities?.at("textDocument", "diagnostic")
      // Those that are written in Rust mostly leave out the `s`.
      let refreshing = [
        capabilities?.at("workspace", "diagnostics", "refreshSupport"),
        capabilities?.at("workspace", "diagnostic", "refreshSupport"),
      ]
      refreshesDiagnostics = refreshing.contains { $0?.isTrue ?? false }
      takesRelatedDocuments = diagnostic?.at("relatedDocumentSupport")?.isTrue ?? false
      pullsDiagnostics = diagnostic?.kind == .mapping && (refreshesDiagnostics || takesRelatedDocuments)
      watchesFiles =
        capabilities?.at("workspace", "didChangeWatchedFiles", "dynamicRegistration")?.isTrue ?? false
      editsVersions = capabilities?.at("workspace", "workspaceEdit", "documentChanges")?.isTrue ?? false
      takesActions = capabilities?.at("textDocument", "codeAction", "codeActionLiteralSupport")?.kind == .mapping
      if let formats = capabilities?.at("textDocument", "hover", "contentFormat"), formats.kind == .sequence {
        takesMarkdown = formats.items.contains { $0.text == "markdown" }
      }
      diagnosticForm = DiagnosticForm(parameters)
    }
  }

  mutating func initialize(_ parameters: NodeRef?) {
    let capabilities = parameters?.at("capabilities")
    let encodings = capabilities?.at("general", "positionEncodings")?.items.map(\.text) ?? []
    if encodings.contains(PositionEncoding.utf8.rawValue) { encoding = .utf8 }
    client = Client(parameters)
    phase = .running
    for path in Self.folders(parameters) { addRoot(RootPlace(folder: path)) }
  }

  /// The folders that the client opens: of several ways to say it the newest counts.
  private static func folders(_ parameters: NodeRef?) -> [String] {
    if let folders = parameters?.at("workspaceFolders"), folders.kind == .sequence {
      let paths = folders.items.compactMap { $0.at("uri")?.textIfString.flatMap(DocumentURI.path) }
      if !paths.isEmpty { return paths }
    }
    let path =
      parameters?.at("rootUri")?.textIfString.flatMap(DocumentURI.path)
      ?? parameters?.at("rootPath")?.textIfString.flatMap { $0.hasPrefix("/") ? FolderPath.joined("/", $0) : nil }
    return path.map { [$0] } ?? []
  }

  func writeCapabilities(to json: inout JSONWriter) {
    json.object { json in
      json.object("capabilities") { json in
        json.member("positionEncoding", encoding.rawValue)
        json.object("textDocumentSync") { json in
          json.member("openClose", true)
          json.member("change", 2)
          json.member("save", true)
        }
        if client.pullsDiagnostics {
          json.object("diagnosticProvider") { json in
            json.member("identifier", "netpol-lint")
            json.member("interFileDependencies", true)
            json.member("workspaceDiagnostics", true)
          }
        }
        if client.takesActions {
          json.object("codeActionProvider") { $0.member("codeActionKinds", ["quickfix", CodeActions.fixAll]) }
        } else {
          json.member("codeActionProvider", true)
        }
        json.object("codeLensProvider") { $0.member("resolveProvider", false) }
        json.object("completionProvider") { $0.member("triggerCharacters", [":", " "]) }
        json.object("executeCommandProvider") { $0.member("commands", [CodeActions.explainCommand]) }
        for name in ["hoverProvider", "definitionProvider", "referencesProvider"] { json.member(name, true) }
        json.object("workspace") { json in
          json.object("workspaceFolders") { json in
            json.member("supported", true)
            json.member("changeNotifications", true)
          }
        }
      }
      json.object("serverInfo") { json in
        json.member("name", "netpol-lint")
        json.member("version", version)
      }
    }
  }

  /// The files whose changes on the disk count: what may be a manifest, and what says which files count.
  private static let watched = ["**/*.{yaml,yml,json,env}", "**/Kustomization", "**/.gitignore"]

  /// Asks the client to tell of files that others change, which it does only when it is asked.
  mutating func askForChanges() {
    guard client.watchesFiles else { return }
    outgoing.append(
      Outgoing.request(nextRequest, "client/registerCapability") { json in
        json.object { json in
          json.array("registrations") { json in
            json.object { json in
              json.member("id", "files")
              json.member("method", "workspace/didChangeWatchedFiles")
              json.object("registerOptions") { json in
                json.array("watchers") { json in
                  for pattern in Self.watched { json.object { $0.member("globPattern", pattern) } }
                }
              }
            }
          }
        }
      })
    nextRequest += 1
  }
}

internal import Writing
internal import YAMLSource

extension LanguageServer {
  /// What the client says it can do.
  struct Client {
    var pullsDiagnostics = false
    var refreshesDiagnostics = false
    /// Whether it takes diagnostics of other documents beside those of one.
    var takesRelatedDocuments = false
    var watchesFiles = false
    /// Whether edits may name the version of the document that they are for.
    var editsVersions = false
    /// Where the pages of the rules are; `nil` where the client does not say it, or shows no links.
    var rulePage: RuleAddress?

    init() {}

    init(_ parameters: NodeRef?) {
      let capabilities = parameters?.at("capabilities")
      pullsDiagnostics = capabilities?.at("textDocument", "diagnostic") != nil
      refreshesDiagnostics = capabilities?.at("workspace", "diagnostics", "refreshSupport")?.isTrue ?? false
      takesRelatedDocuments =
        capabilities?.at("textDocument", "diagnostic", "relatedDocumentSupport")?.isTrue ?? false
      watchesFiles =
        capabilities?.at("workspace", "didChangeWatchedFiles", "dynamicRegistration")?.isTrue ?? false
      editsVersions = capabilities?.at("workspace", "workspaceEdit", "documentChanges")?.isTrue ?? false
      if capabilities?.at("textDocument", "publishDiagnostics", "codeDescriptionSupport")?.isTrue ?? false {
        rulePage = parameters?.at("initializationOptions", "rulePage")?.textIfString.flatMap(RuleAddress.init)
      }
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
      return folders.items.compactMap { $0.at("uri")?.textIfString.flatMap(DocumentURI.path) }
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
        json.object("diagnosticProvider") { json in
          json.member("identifier", "netpol-lint")
          json.member("interFileDependencies", true)
          json.member("workspaceDiagnostics", true)
        }
        json.object("codeActionProvider") { $0.member("codeActionKinds", ["quickfix", CodeActions.fixAll]) }
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

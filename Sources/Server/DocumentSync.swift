internal import Config
internal import Diagnostics
internal import YAMLSource

/// What the client has open, and what changes on the disk.
extension LanguageServer {
  func isConfig(_ path: String) -> Bool {
    ConfigReader.fileNames.contains { path == $0 || path.hasSuffix("/" + $0) } || ConfigReader.isFlowFile(path)
  }

  private func path(of message: Message) -> String? { message.uri.flatMap(DocumentURI.path) }

  mutating func didOpen(_ message: Message) async {
    guard let uri = message.uri, let path = DocumentURI.path(uri), let text = message.parameters?.at("textDocument")
    else { return }
    var document = OpenDocument(uri: uri, version: text.at("version")?.int, text: text.at("text")?.text ?? "")
    let known = roots.lazy.compactMap { $0.file(path) }.first
    document.isSaved = documents[path] == nil && known.map { $0.bytes == document.bytes } ?? false
    documents[path] = document
    await addRoot(forDocument: path)
    mark(path, isNew: true)
  }

  mutating func didChange(_ message: Message) {
    guard let path = path(of: message), documents[path] != nil,
      let changes = message.parameters?.at("contentChanges")
    else { return }
    documents[path]?.change(changes, version: message.parameters?.at("textDocument", "version")?.int, encoding)
    mark(path, isNew: false)
  }

  mutating func didClose(_ message: Message) {
    guard let path = path(of: message), let document = documents.removeValue(forKey: path) else { return }
    toldVersions[path] = nil
    if let number = roots.firstIndex(where: { $0.place.file != nil && $0.contains(path) }) {
      roots.remove(at: number)
      tellDiagnostics()
    }
    // What is on the disk counts again; clients that do not tell of changes may have let it go.
    if document.isSaved, client.watchesFiles { return }
    for index in roots.indices where roots[index].file(path) != nil { roots[index].freshness = .unread }
  }

  mutating func didSave(_ message: Message) {
    guard let path = path(of: message) else { return }
    documents[path]?.isSaved = true
    // Clients that do not tell what changes on the disk tell this at least: a good moment to look.
    if client.watchesFiles, documents[path] != nil { return }
    for index in roots.indices where roots[index].contains(path) || roots[index].file(path) != nil {
      roots[index].freshness = .unread
    }
  }

  /// Files have come, gone or changed: those that are open count as they are in the editor.
  mutating func didChangeFiles(_ parameters: NodeRef?) {
    guard let changes = parameters?.at("changes") else { return }
    let changedAlone = 2
    for change in changes.items {
      guard let path = change.at("uri")?.textIfString.flatMap(DocumentURI.path) else { continue }
      if documents[path] != nil, change.at("type")?.int == changedAlone { continue }
      documents[path]?.isSaved = false
      for index in roots.indices where roots[index].contains(path) || roots[index].file(path) != nil {
        roots[index].freshness = .unread
      }
    }
  }

  /// What is known of the roots that a text belongs to is old.
  private mutating func mark(_ path: String, isNew: Bool) {
    for index in roots.indices where roots[index].freshness != .unread {
      if let file = roots[index].file(path) {
        let isAsRead = file.bytes == documents[path]?.bytes
        roots[index].freshness = isConfig(path) && !isAsRead ? .unread : .changed
      } else if isNew || isConfig(path), roots[index].contains(path), isManifest(path) {
        // It may be one that is not on the disk yet.
        roots[index].freshness = .unread
      }
    }
  }

  private func isManifest(_ path: String) -> Bool {
    [".yaml", ".yml", ".json", "/Kustomization"].contains { path.hasSuffix($0) }
  }

  // MARK: Folders

  mutating func addRoot(_ place: RootPlace) {
    if roots.contains(where: { $0.place == place }) { return }
    guard let workspace = open(place) else {
      outgoing.append(Outgoing.note("netpol-lint cannot open the folder \(place.folder)", isFault: true))
      return
    }
    roots.append(Root(place, workspace))
  }

  /// A document outside of all folders is read alone, unless one of them builds on it.
  private mutating func addRoot(forDocument path: String) async {
    guard isManifest(path), !roots.contains(where: { $0.contains(path) }) else { return }
    await ensureFresh(roots.indices)
    if roots.contains(where: { $0.file(path) != nil }) { return }
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    addRoot(RootPlace(folder: folder, file: String(path[path.index(after: slash)...])))
  }

  mutating func didChangeFolders(_ parameters: NodeRef?) async {
    func paths(_ name: StaticString) -> [String] {
      parameters?.at("event", name)?.items.compactMap { $0.at("uri")?.textIfString.flatMap(DocumentURI.path) } ?? []
    }
    let removed = Set(paths("removed"))
    roots.removeAll { $0.place.file != nil || removed.contains($0.place.folder) }
    for path in paths("added") { addRoot(RootPlace(folder: path)) }
    for path in documents.keys.sorted() { await addRoot(forDocument: path) }
    tellDiagnostics()
  }
}

internal import Config
internal import Diagnostics
internal import Rules
internal import Traffic
internal import Writing

/// What a client may do about the findings of a range.
struct CodeActions {
  private let snapshot: Snapshot
  private var places: SnapshotPlaces
  private var diagnostics: DiagnosticsWriter
  /// The kinds that are asked for; all when empty.
  private let only: [String]
  private let client: LanguageServer.Client

  /// What a suppression says until somebody writes the reason.
  private static let reason = "say why"
  static let fixAll = "source.fixAll.netpol-lint"
  static let explainCommand = "netpol-lint.explain"

  init(_ snapshot: Snapshot, _ places: SnapshotPlaces, only: [String], _ client: LanguageServer.Client) {
    self.snapshot = snapshot
    self.places = places
    // The empty kind is the root of all.
    self.only = only.contains("") ? [] : only
    self.client = client
    diagnostics = DiagnosticsWriter(places, client.diagnosticForm)
  }

  /// Whether an action of a kind is asked for: kinds are paths of words, of which a start stands for all below it.
  func wants(_ kind: String) -> Bool {
    if !client.takesActions { return kind == "quickfix" }
    return only.isEmpty ? !kind.hasPrefix("source") : only.contains { kind == $0 || kind.hasPrefix($0 + ".") }
  }

  mutating func write(_ file: FileID, _ range: TextRange, to json: inout JSONWriter) {
    guard wants("quickfix") else { return }
    for finding in snapshot.result.findings where finding.span.file == file {
      let place = places.range(of: finding.span)
      guard range.touches(place) || range.start.line == place.start.line else { continue }
      guard client.takesActions else {
        json.object { $0.explanation(of: finding) }
        continue
      }
      writeFix(finding, to: &json)
      writeSuppression(finding, to: &json)
      json.object { json in
        json.member("title", "netpol-lint: explain \(finding.rule)")
        json.member("kind", "quickfix")
        json.object("command") { $0.explanation(of: finding) }
      }
    }
  }

  private mutating func writeFix(_ finding: Finding, to json: inout JSONWriter) {
    guard let fix = finding.fix, !fix.edits.isEmpty else { return }
    var byFile: [FileID: [FileEdits.Edit]] = [:]
    for edit in fix.edits {
      byFile[edit.span.file, default: []].append(
        FileEdits.Edit(range: places.range(of: edit.span), text: edit.replacement))
    }
    let edits = byFile.sorted { $0.key < $1.key }.map { fileEdits($0.value, of: $0.key) }
    let note = fix.safety == .safe ? "" : " (changes what is allowed)"
    write("netpol-lint: \(DisplayText.escaped(fix.description))\(note)", finding, fix.safety == .safe, edits, to: &json)
  }

  private mutating func writeSuppression(_ finding: Finding, to json: inout JSONWriter) {
    let file = snapshot.project.sources[finding.span.file]
    let writer = IgnoreWriter([finding], in: file, reason: Self.reason, snapshot.project.configuration)
    guard !writer.suppressed.isEmpty, let edit = TextChange(from: file.bytes, to: writer.bytes) else { return }
    let edits = fileEdits([self.edit(edit, of: file.id)], of: file.id)
    write("netpol-lint: ignore \(finding.rule) here, with a reason", finding, false, [edits], to: &json)
  }

  private mutating func edit(_ change: TextChange, of file: FileID) -> FileEdits.Edit {
    let positions = places.positions(of: file)
    let range = TextRange(
      start: positions.position(of: change.range.lowerBound), end: positions.position(of: change.range.upperBound))
    return FileEdits.Edit(range: range, text: change.text)
  }

  private func fileEdits(_ edits: [FileEdits.Edit], of file: FileID) -> FileEdits {
    FileEdits(uri: places.uri(of: file), version: places.version(of: file), edits: edits)
  }

  private mutating func write(
    _ title: String, _ finding: Finding, _ isPreferred: Bool, _ edits: [FileEdits], to json: inout JSONWriter
  ) {
    var writer = diagnostics
    json.object { json in
      json.member("title", title)
      json.member("kind", "quickfix")
      json.array("diagnostics") { writer.write(finding, to: &$0) }
      if isPreferred { json.member("isPreferred", true) }
      json.key("edit")
      json.edits(edits, namesVersions: client.editsVersions)
    }
    diagnostics = writer
  }

  /// All that can be mended in a file, as one action.
  mutating func write(fixAllOf file: FileID, to new: [UInt8], json: inout JSONWriter) {
    guard let edit = TextChange(from: snapshot.project.sources[file].bytes, to: new) else { return }
    let edits = fileEdits([self.edit(edit, of: file)], of: file)
    json.object { json in
      json.member("title", "netpol-lint: make all safe fixes of the file")
      json.member("kind", Self.fixAll)
      json.key("edit")
      json.edits([edits], namesVersions: client.editsVersions)
    }
  }
}

extension JSONWriter {
  /// The members of the command that explains a finding's rule.
  fileprivate mutating func explanation(of finding: Finding) {
    member("title", "explain \(finding.rule)")
    member("command", CodeActions.explainCommand)
    member("arguments", [finding.rule.description])
  }
}

/// What makes one text of another: a single replacement, which begins and ends at characters.
struct TextChange {
  let range: Range<Int>
  let text: String

  /// `nil` for equal texts.
  init?(from old: [UInt8], to new: [UInt8]) {
    if old == new { return nil }
    var start = 0
    while start < old.count, start < new.count, old[start] == new[start] { start += 1 }
    while start > 0, start < old.count, isContinuationByte(old[start]) { start -= 1 }
    while start > 0, start < new.count, isContinuationByte(new[start]) { start -= 1 }
    var (oldEnd, newEnd) = (old.count, new.count)
    while oldEnd > start, newEnd > start, old[oldEnd - 1] == new[newEnd - 1] {
      oldEnd -= 1
      newEnd -= 1
    }
    while oldEnd < old.count, isContinuationByte(old[oldEnd]) {
      oldEnd += 1
      newEnd += 1
    }
    range = start..<oldEnd
    text = String(decoding: new[start..<newEnd], as: UTF8.self)
  }
}

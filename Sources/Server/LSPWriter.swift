internal import Diagnostics
internal import Writing

/// Changes of one file.
struct FileEdits {
  struct Edit {
    let range: TextRange
    let text: String
  }

  let uri: String
  /// Of an open document.
  let version: Int?
  let edits: [Edit]
}

/// Writes the structures that several answers share.
extension JSONWriter {
  mutating func value(_ position: TextPosition) {
    object { json in
      json.member("line", position.line)
      json.member("character", position.character)
    }
  }

  mutating func value(_ range: TextRange) {
    object { json in
      json.key("start")
      json.value(range.start)
      json.key("end")
      json.value(range.end)
    }
  }

  mutating func member(_ name: String, _ range: TextRange) {
    key(name)
    value(range)
  }

  /// A `Location`.
  mutating func location(_ uri: String, _ range: TextRange) {
    object { json in
      json.member("uri", uri)
      json.member("range", range)
    }
  }

  /// A `WorkspaceEdit`.
  ///
  /// - Parameter namesVersions: whether edits are for one version of a document, so that a newer one is not changed.
  mutating func edits(_ files: [FileEdits], namesVersions: Bool) {
    object { json in
      guard namesVersions else {
        return json.object("changes") { json in
          for file in files {
            json.key(file.uri)
            json.edits(of: file)
          }
        }
      }
      json.array("documentChanges") { json in
        for file in files {
          json.object { json in
            json.object("textDocument") { json in
              json.member("uri", file.uri)
              json.member("version", file.version)
            }
            json.key("edits")
            json.edits(of: file)
          }
        }
      }
    }
  }

  private mutating func edits(of file: FileEdits) {
    array { json in
      for edit in file.edits {
        json.object { json in
          json.member("range", edit.range)
          json.member("newText", edit.text)
        }
      }
    }
  }
}

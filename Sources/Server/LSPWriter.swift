internal import Diagnostics
internal import Writing

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
  mutating func edits(_ edits: [(uri: String, edits: [(range: TextRange, text: String)])]) {
    object { json in
      json.object("changes") { json in
        for (uri, changes) in edits {
          json.array(uri) { json in
            for change in changes {
              json.object { json in
                json.member("range", change.range)
                json.member("newText", change.text)
              }
            }
          }
        }
      }
    }
  }

  /// A `MarkupContent`.
  mutating func markdown(_ name: String, _ text: String) {
    object(name) { json in
      json.member("kind", "markdown")
      json.member("value", text)
    }
  }
}

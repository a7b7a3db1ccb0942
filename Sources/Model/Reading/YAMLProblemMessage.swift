internal import Diagnostics
package import YAMLSource

/// Puts the reader's problems into plain words, each with its remedy.
package enum YAMLProblemMessage {
  static func problem(_ problem: YAMLProblem, of file: SourceFile) -> ManifestProblem {
    ManifestProblem(.invalidYAML, text(problem.kind), at: problem.span, remedy: remedy(problem.kind))
  }

  package static func text(_ kind: YAMLProblem.Kind) -> String {
    switch kind {
    case .syntax(let words): syntax(words)
    case .invalidUTF8: "the bytes here are not valid UTF-8"
    case .controlCharacter: "a control character stands here; YAML does not allow it"
    case .undefinedAlias(let name): "`*\(name)` refers to an anchor that this document does not define"
    case .recursiveAlias(let name): "`*\(name)` stands inside the node that it refers to"
    case .tooDeep: "more than \(YAMLReader.Limits.depth) collections stand inside one another here"
    case .tooManyAliases: "the aliases of this document stand for more than \(YAMLReader.Limits.aliasExpansion) nodes"
    case .tooLarge: "this document is larger than \(YAMLReader.Limits.documentBytes >> 20) MiB"
    case .tooManyDocuments:
      "this file has more than \(YAMLReader.Limits.documents) documents: from here on none is read"
    case .textAfterSeparator: "text stands after `---` on its line; kubectl refuses that"
    case .textAfterEnd: "`...` ends the document: kubectl never reads what follows here"
    case .textAfterRoot: "the document ends with the bracket before this text, which is never read"
    case .unsupportedKey: "null, a mapping or a list cannot be a key (`{{` begins a mapping in a mapping)"
    case .notFinite: "Kubernetes has no infinity and no not-a-number"
    case .wrongTag: "this text is not what its tag says"
    case .wrongMerge: "`<<` merges mappings, and this is none"
    case .outOfMemory: "there was not enough memory to read this document"
    }
  }

  private static func syntax(_ words: String) -> String {
    switch words {
    case "found character that cannot start any token":
      "this character cannot start a value (a tab used as indentation, `@`, `` ` `` or `%`)"
    case "found a tab character that violates indentation", "found a tab character that violate intendation":
      "a tab is used as indentation"
    case "mapping values are not allowed in this context": "a `:` stands where no key can be"
    case "did not find expected key": "this line fits neither the list or mapping before it nor its indentation"
    case "did not find expected '-' indicator": "this line stands inside a list but does not start with `-`"
    case "could not find expected ':'": "a `:` is missing after this key"
    case "found unexpected end of stream": "a quote or bracket that was opened is never closed"
    case "did not find expected node content": "a value is missing or cannot start like this"
    case "block sequence entries are not allowed in this context": "a `-` stands where no list can start"
    case "did not find expected ',' or ']'": "this list in brackets has no `,` or `]` where one is needed"
    case "did not find expected ',' or '}'": "this mapping in braces has no `,` or `}` where one is needed"
    default: "this is not valid YAML: \(words)"
    }
  }

  private static func remedy(_ kind: YAMLProblem.Kind) -> String? {
    switch kind {
    case .syntax(let words) where words.contains("tab") || words.contains("cannot start any token"):
      "indent with spaces, and put values that start with a special character in quotes"
    case .undefinedAlias: "define the anchor (`&name`) in the same document: anchors do not reach across `---`"
    case .textAfterSeparator: "put the text on the next line"
    case .textAfterEnd: "put a line `---` in place of `...`"
    case .textAfterRoot: "put a line `---` in front of another object, or move the bracket"
    case .unsupportedKey: "render the template first if it is one, or put quotes around the value"
    case .notFinite, .wrongTag: "put quotes around text, and leave the tag out"
    case .wrongMerge: "name the anchor of a mapping: `<<: *name`"
    case .invalidUTF8, .controlCharacter: "save the file as UTF-8 text"
    default: nil
    }
  }
}

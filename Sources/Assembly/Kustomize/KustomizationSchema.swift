internal import Diagnostics
internal import YAMLSource

/// The shape of a value that kustomize reads; what has another shape is refused (Go's `encoding/json` with unknown
/// fields forbidden).
indirect enum FieldShape: Sendable {
  case string, bool, integer
  case any
  case list(FieldShape)
  /// A mapping with any keys.
  case map(FieldShape)
  case object([String: FieldShape])

  /// The first thing in a node that does not fit, as a refusal; `nil` when all does. Null fits everything.
  func refusal(of node: TreeNode, at path: String) -> BuildRefusal? {
    if node.isNull { return nil }
    switch self {
    case .any: return nil
    case .string: return node.string == nil ? wrong(node, "a string", path) : nil
    case .bool: return node.bool == nil ? wrong(node, "true or false", path) : nil
    case .integer:
      guard case .scalar(let scalar) = node.content, case .integer = scalar.value else {
        return wrong(node, "a whole number", path)
      }
      return nil
    case .list(let item):
      guard node.isSequence else { return wrong(node, "a list", path) }
      return node.items.lazy.compactMap { item.refusal(ofItem: $0, at: path) }.first
    case .map(let value):
      guard node.isMapping else { return wrong(node, "a mapping", path) }
      return node.entries.lazy.compactMap { value.refusal(of: $0.value, at: "\(path).\($0.key)") }.first
    case .object(let fields):
      guard node.isMapping else { return wrong(node, "a mapping", path) }
      var collections: [String: SourceSpan] = [:]
      for entry in node.entries {
        guard let name = FieldShape.name(of: entry.key, in: fields), let shape = fields[name] else {
          return unknown(entry, fields, path)
        }
        // Go puts the two into one another, item by item.
        if !entry.value.isScalar, let other = collections.updateValue(entry.keySpan, forKey: name) {
          return BuildRefusal(
            "`\(name)` is written in two spellings, of which kustomize makes one that nobody wrote", at: entry.keySpan,
            remedy: "write it once", related: [RelatedPlace(other, "it is here too")])
        }
        if let refusal = shape.refusal(of: entry.value, at: path.isEmpty ? entry.key : "\(path).\(entry.key)") {
          return refusal
        }
      }
      return nil
    }
  }

  /// The same of an item of a list: lists of names and lists of mappings are easily taken for each other.
  private func refusal(ofItem node: TreeNode, at path: String) -> BuildRefusal? {
    let start = "kustomize refuses this kustomization: an item of \(path) must be"
    switch self {
    case .object(let fields) where fields["path"] != nil && node.string != nil:
      let text = node.string ?? ""
      let isText = text.contains { $0.isNewline || $0 == "{" || $0 == ":" }
      let way = isText ? "put the text under `patch: |-` of the item" : "write `- path: \(DisplayLine.first(of: text))`"
      return BuildRefusal(
        "\(start) a mapping with `path`\(fields["patch"] == nil ? "" : " or `patch`"), and this is "
          + (isText ? "a text" : "the bare name of a file"), at: node.span,
        remedy: isText && fields["patch"] == nil ? "write a mapping" : way)
    case .string where node.isMapping:
      guard let name = node["path"]?.string, !name.isEmpty else { break }
      return BuildRefusal(
        "\(start) a string, and this is a mapping with `path`", at: node.firstPlace,
        remedy: "write `- \(DisplayLine.first(of: name))`, without `path:`")
    default: break
    }
    return refusal(of: node, at: path)
  }

  /// The node with each field as kustomize spells it, for Go does not mind capitals.
  func spelled(_ node: TreeNode) -> TreeNode {
    switch (self, node.content) {
    case (.list(let item), .sequence(let items)): TreeNode(.sequence(items.map(item.spelled)), at: node.span)
    case (.object(let fields), .mapping(let entries)):
      TreeNode(.mapping(FieldShape.spelled(entries, fields)), at: node.span)
    default: node
    }
  }

  /// Of two spellings of one field, that counts which comes last by its bytes.
  private static func spelled(_ entries: [TreeEntry], _ fields: [String: FieldShape]) -> [TreeEntry] {
    var result: [TreeEntry] = []
    var spellings: [String: String] = [:]
    for entry in entries {
      let key = name(of: entry.key, in: fields) ?? entry.key
      if let other = spellings[key] {
        if entry.key.utf8.lexicographicallyPrecedes(other.utf8) { continue }
        result.removeAll { $0.key == key }
      }
      spellings[key] = entry.key
      result.append(TreeEntry(key, at: entry.keySpan, fields[key]?.spelled(entry.value) ?? entry.value))
    }
    return result
  }

  private static func name(of key: String, in fields: [String: FieldShape]) -> String? {
    if fields[key] != nil { return fields.keys.first { $0 == key } }
    let folded = folded(key)
    return fields.keys.first { $0.lowercased() == folded }
  }

  /// A key as Go's `encoding/json` compares it: without capitals, and with the letters of other alphabets that Unicode
  /// folds to `s` and `k`, U+017F and U+212A.
  private static func folded(_ key: String) -> String {
    String(
      String.UnicodeScalarView(
        key.lowercased().unicodeScalars.map { scalar in
          switch scalar {
          case "\u{17F}": "s"
          case "\u{212A}": "k"
          default: scalar
          }
        }))
  }

  private func wrong(_ node: TreeNode, _ wanted: String, _ path: String) -> BuildRefusal {
    BuildRefusal(
      "kustomize refuses this kustomization: \(path.isEmpty ? "the document" : path) must be \(wanted)", at: node.span,
      remedy: wanted == "a string" && node.isScalar ? "put quotes around it" : "write \(wanted)")
  }

  private func unknown(_ entry: TreeEntry, _ fields: [String: FieldShape], _ path: String) -> BuildRefusal {
    let near = Suggestion.nearest(to: entry.key, among: fields.keys.sorted())
    return BuildRefusal(
      "kustomize refuses this kustomization: it has no field `\(entry.key)`\(path.isEmpty ? "" : " in \(path)")",
      at: entry.keySpan, remedy: near.map { "write `\($0)`" } ?? "delete the field")
  }
}

extension FieldShape {
  private static let strings = FieldShape.list(.string)
  private static let selector: [String: FieldShape] = [
    "group": .string, "version": .string, "kind": .string, "name": .string, "namespace": .string,
    "labelSelector": .string, "annotationSelector": .string,
  ]
  private static let patch = FieldShape.object([
    "path": .string, "patch": .string, "target": .object(selector), "options": .map(.bool),
  ])
  private static let generatorOptions: [String: FieldShape] = [
    "labels": .map(.string), "annotations": .map(.string), "disableNameSuffixHash": .bool, "immutable": .bool,
  ]
  private static let generator: [String: FieldShape] = [
    "namespace": .string, "name": .string, "behavior": .string, "literals": strings, "files": strings,
    "envs": strings, "env": .string, "options": .object(generatorOptions),
  ]
  private static let fieldOptions = FieldShape.object([
    "delimiter": .string, "index": .integer, "encoding": .string, "create": .bool,
  ])
  private static let replacement = FieldShape.object([
    "path": .string, "sourceValue": .string,
    "source": .object(selector.merging(["fieldPath": .string, "options": fieldOptions]) { $1 }),
    "targets": .list(
      .object([
        "select": .object(selector), "reject": .list(.object(selector)), "fieldPaths": strings,
        "options": fieldOptions,
      ])),
  ])
  private static let image = FieldShape.object([
    "name": .string, "newName": .string, "tagSuffix": .string, "newTag": .string, "digest": .string,
  ])
  private static let label = FieldShape.object([
    "pairs": .map(.string), "includeSelectors": .bool, "includeTemplates": .bool,
    "fields": .list(
      .object(["path": .string, "group": .string, "version": .string, "kind": .string, "create": .bool])),
  ])

  /// A kustomization or a component (kustomize: `types.Kustomization`).
  static let kustomization = FieldShape.object([
    "apiVersion": .string, "kind": .string, "metadata": .any, "openapi": .map(.string), "namePrefix": .string,
    "nameSuffix": .string, "namespace": .string, "commonLabels": .map(.string), "labels": .list(label),
    "commonAnnotations": .map(.string), "patchesStrategicMerge": strings, "patchesJson6902": .list(patch),
    "patches": .list(patch), "images": .list(image), "imageTags": .list(image), "replacements": .list(replacement),
    "replicas": .list(.object(["name": .string, "count": .integer])), "vars": .any, "sortOptions": .any,
    "resources": strings, "components": strings, "crds": strings, "bases": strings,
    "configMapGenerator": .list(.object(generator)),
    "secretGenerator": .list(.object(generator.merging(["type": .string]) { $1 })), "helmGlobals": .any,
    "helmCharts": .any, "helmChartInflationGenerator": .any, "generatorOptions": .object(generatorOptions),
    "configurations": strings, "generators": strings, "transformers": strings, "validators": strings,
    "inventory": .any, "buildMetadata": strings,
  ])

  /// A list of replacements in a file of its own.
  static let replacements = FieldShape.list(replacement)
}

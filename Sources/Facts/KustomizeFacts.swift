internal import RuleData
internal import YAMLSource

/// A field that a step of kustomize writes, in the objects of some kinds (kustomize: `FieldSpec`).
package struct FieldSpec: Hashable, Sendable {
  /// One step of a path.
  package struct Step: Hashable, Sendable {
    package let key: String
    /// Whether the path says that a list stands there (`volumeClaimTemplates[]`), which is then never made.
    package let isList: Bool
  }

  package let path: [Step]
  /// Each `nil` for any.
  package let group: String?
  package let version: String?
  package let kind: String?
  /// Whether the field is made where it is not there.
  package let creates: Bool

  /// - Parameter path: keys with `/` between them; `\/` is a slash in a key.
  package init(
    _ path: String, group: String? = nil, version: String? = nil, kind: String? = nil, creates: Bool = false
  ) {
    self.path = FieldSpec.steps(path)
    self.group = group
    self.version = version
    self.kind = kind
    self.creates = creates
  }

  /// A field that is never made, of every kind.
  package init(path: [Step]) {
    self.path = path
    group = nil
    version = nil
    kind = nil
    creates = false
  }

  fileprivate init(_ path: String, kind: KindName, creates: Bool) {
    self.init(path, group: kind.group, version: kind.version, kind: kind.kind, creates: creates)
  }

  /// Whether the field is one of an object's.
  package func concerns(group: String, version: String, kind: String) -> Bool {
    (self.kind.map { $0 == kind } ?? true) && (self.group.map { $0 == group } ?? true)
      && (self.version.map { $0 == version } ?? true)
  }

  /// Whether kustomize takes `other` for this field over again.
  package func covers(_ other: FieldSpec) -> Bool {
    path == other.path && (other.group.map { $0 == group } ?? true) && (other.version.map { $0 == version } ?? true)
      && (other.kind.map { $0 == kind } ?? true)
  }

  private static func steps(_ path: String) -> [Step] {
    var keys: [String] = [""]
    var isEscaped = false
    for character in path {
      if character == "/", !isEscaped {
        keys.append("")
      } else if character == "\\" {
        isEscaped = true
        continue
      } else {
        keys[keys.count - 1].append(character)
      }
      isEscaped = false
    }
    return keys.filter { !$0.isEmpty }.map { key in
      key.hasSuffix("[]") ? Step(key: String(key.dropLast(2)), isList: true) : Step(key: key, isList: false)
    }
  }
}

/// A kind, in one API group and version or in any.
package struct KindName: Hashable, Sendable {
  /// Each `nil` for any.
  package let group: String?
  package let version: String?
  package let kind: String

  package init(group: String? = nil, version: String? = nil, kind: String) {
    self.group = group
    self.version = version
    self.kind = kind
  }

  /// `Kind` or `group/Kind`, with `@version` behind it where that counts.
  package init(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1)
    let version = parts.count == 2 ? String(parts[1]) : nil
    let name = parts[0].split(separator: "/", maxSplits: 1)
    self.init(group: name.count == 2 ? String(name[0]) : nil, version: version, kind: String(name[name.count - 1]))
  }

  package func matches(group: String, version: String, kind: String) -> Bool {
    self.kind == kind && (self.group.map { $0 == group } ?? true) && (self.version.map { $0 == version } ?? true)
  }
}

/// A field that names an object of some kind.
package struct NameReference: Sendable {
  package let target: KindName
  package let field: FieldSpec
}

/// A list that strategic merge patches merge item by item.
package struct MergeList: Hashable, Sendable {
  /// What tells items apart; empty for a list of texts.
  package let keys: [String]
}

/// What kustomize knows of Kubernetes' kinds (`rules/kustomize.yaml`).
package final class KustomizeFacts: Sendable {
  static let shared = KustomizeFacts()

  package let templateLabels: [FieldSpec]
  package let selectorLabels: [FieldSpec]
  package let annotations: [FieldSpec]
  package let namespaces: [FieldSpec]
  package let replicas: [FieldSpec]
  package let images: [FieldSpec]
  private let references: [String: [NameReference]]
  private let mergeLists: [String: [String: MergeList]]
  private let clusterScoped: Set<KindName>
  private let unprefixed: [KindName]
  private let builtinVersions: Set<String>

  private init() {
    let root = FactFile.root(RuleData.kustomize, "kustomize.yaml")
    let table = KindTable(root["podSpecs"])
    func specs(_ key: StaticString) -> [FieldSpec] { root[key]?.items.flatMap { table.fields($0) } ?? [] }
    templateLabels = specs("templateLabels")
    selectorLabels = specs("selectorLabels")
    annotations = specs("annotations")
    namespaces = specs("namespaces")
    replicas = specs("replicas")
    images = specs("images")
    var references: [String: [NameReference]] = [:]
    for item in root["nameReferences"]?.items ?? NodeRef.noItems {
      for field in table.fields(item) {
        for target in item.texts("to") {
          references[field.kind ?? "", default: []].append(NameReference(target: KindName(target), field: field))
        }
      }
    }
    self.references = references
    var lists: [String: [String: MergeList]] = [:]
    for item in root["mergeKeys"]?.items ?? NodeRef.noItems {
      let list = MergeList(keys: item.texts("keys"))
      for field in table.fields(item) {
        lists[field.kind ?? "", default: [:]][field.path.map(\.key).joined(separator: "/")] = list
      }
    }
    mergeLists = lists
    clusterScoped = Set(root.texts("clusterScoped").map { KindName.core($0) })
    unprefixed = root.texts("unprefixed").map { KindName($0) }
    builtinVersions = Set(root.texts("builtin"))
  }

  /// The fields of an object's kind that name other objects.
  package func nameReferences(ofKind kind: String) -> [NameReference] { references[kind] ?? [] }

  /// How a list merges: the path goes from the object's root, without the numbers of items; `nil` for a list that is
  /// replaced.
  package func mergeList(at path: String, ofKind kind: String) -> MergeList? {
    mergeLists[kind]?[path] ?? mergeLists[""]?[path]
  }

  /// Whether kustomize has a schema for the objects of a version.
  package func hasSchema(apiVersion: String) -> Bool { builtinVersions.contains(apiVersion) }

  /// Whether an object of the kind has no namespace; custom kinds count as having one.
  package func isClusterScoped(group: String, kind: String) -> Bool {
    clusterScoped.contains(KindName(group: group, kind: kind))
  }

  /// Whether prefixes and suffixes leave an object's name alone.
  package func keepsName(group: String, kind: String) -> Bool {
    unprefixed.contains { $0.kind == kind && ($0.group.map { $0 == group } ?? true) }
  }
}

extension KindName {
  /// `Kind` of the core group, or `group/Kind`.
  fileprivate static func core(_ text: String) -> KindName {
    text.contains("/") ? KindName(text) : KindName(group: "", kind: text)
  }
}

/// The kinds that names in angle brackets stand for, each with the path to its pod template.
private struct KindTable {
  private var kinds: [String: [(kind: String, path: String)]] = [:]

  init(_ node: NodeRef?) {
    for (name, kinds) in node?.pairs ?? [] { self.kinds[name] = kinds.pairs.map { ($0.key, $0.value.text) } }
  }

  /// The fields of an entry with `path` or `paths`, and `kinds`.
  func fields(_ entry: NodeRef) -> [FieldSpec] {
    let paths = entry.texts("paths") + (entry["path"].map { [$0.text] } ?? [])
    let creates = entry["create"]?.text == "true"
    guard let names = entry["kinds"]?.texts else { return paths.map { FieldSpec($0, creates: creates) } }
    return paths.flatMap { path in
      names.flatMap { name -> [FieldSpec] in
        guard let group = kinds[name] else { return [FieldSpec(path, kind: KindName(name), creates: creates)] }
        return group.map { FieldSpec($0.path + "/" + path, kind: KindName($0.kind), creates: creates) }
      }
    }
  }
}

import Foundation
import TestSupport

/// A small checkout in which policies are written in every way, and in which everything is there that might take one
/// out of linting: kustomizations, links, charts, entries of Flux and Argo CD, ignore files.
///
/// Every policy has a mark, such as `m7z`, as its name and in a field of its spec that no policy has: whoever looks at
/// its spec complains of the mark.
struct HidingTree {
  /// What a file is.
  enum Entry {
    case text([UInt8])
    case link(to: String)
    /// A second name of a file.
    case hardLink(to: String)
  }

  private(set) var entries: [(path: String, entry: Entry)] = []
  private(set) var marks: [String] = []
  private var random: SeededGenerator
  private var folders = ["", "a", "b", "a/c"]
  private var files: [String] = []

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    if chance(3) { folders.append("chart/templates") }
    if chance(4) { folders.append("node_modules/m") }
    if folders.contains("chart/templates") { add("chart/Chart.yaml", "name: chart\nversion: 1.0.0\n") }
    for _ in 0..<Int.random(in: 3...7, using: &random) {
      add(path(pick(HidingTree.names)), manifest())
    }
    for folder in folders where chance(2) { add(join(folder, pick(HidingTree.kustomizations)), kustomization(folder)) }
    if chance(3) { add(join(pick(folders), pick(HidingTree.kustomizations)), manifest()) }
    if chance(4) { add("entry.yaml", flux()) }
    if chance(5) { add("app.yaml", application()) }
    if chance(3) { add(join(pick(folders), ".gitignore"), pick(["*.yml\n", "a/\n", "b\n", "/*.yaml\n!p.yaml\n"])) }
    if chance(6) { add(join(pick(folders), ".sourceignore"), "*.yaml\n") }
    for _ in 0..<Int.random(in: 0...2, using: &random) { addLink() }
  }

  /// Writes it into an empty folder.
  func write(to folder: URL) throws {
    let manager = FileManager.default
    for (path, entry) in entries {
      let url = folder.appendingPathComponent(path)
      try manager.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      switch entry {
      case .text(let bytes): try Data(bytes).write(to: url)
      case .link(let target): try manager.createSymbolicLink(atPath: url.path, withDestinationPath: target)
      case .hardLink(let target): try manager.linkItem(at: folder.appendingPathComponent(target), to: url)
      }
    }
  }

  /// The folders that hold something called a kustomization.
  var kustomizationFolders: [String] {
    Set(
      entries.map(\.path).filter { HidingTree.kustomizations.contains(HidingTree.name($0)) }.map(HidingTree.directory)
    ).sorted()
  }

  /// The tree for whoever has to find out what went wrong.
  var description: String {
    entries.map { path, entry in
      switch entry {
      case .text(let bytes): "== \(path)\n\(HidingTree.text(bytes))"
      case .link(let target): "== \(path) -> \(target)\n"
      case .hardLink(let target): "== \(path) is \(target)\n"
      }
    }.joined()
  }

  /// The text of a file in whatever encoding.
  static func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.starts(with: [0xFF, 0xFE]) ? bytes.dropFirst(2).filter { $0 != 0 } : bytes, as: UTF8.self)
  }

  // MARK: Files

  private static let kustomizations = ["kustomization.yaml", "kustomization.yml", "Kustomization"]
  private static let names = [
    "p.yaml", "q.yml", "r.json", "s.yaml", ".yaml", ".h.yaml", "U.YAML", "x.flows.yaml", "notes.txt", "values.yaml",
  ]

  private static func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }
  private static func directory(_ path: String) -> String {
    path.split(separator: "/").dropLast().joined(separator: "/")
  }

  private func join(_ folder: String, _ name: String) -> String { folder.isEmpty ? name : folder + "/" + name }

  private mutating func path(_ name: String) -> String { join(pick(folders), name) }

  private mutating func add(_ path: String, _ text: String) { add(path, Array(text.utf8)) }

  private mutating func add(_ path: String, _ bytes: [UInt8]) {
    guard !entries.contains(where: { $0.path == path }) else { return }
    entries.append((path, .text(bytes)))
    files.append(path)
  }

  private mutating func addLink() {
    let folder = pick(folders)
    let up = String(repeating: "../", count: folder.split(separator: "/").count)
    let name = pick(["l.yaml", "kustomization.yaml", "deep", "z.yml"])
    let path = join(folder, name)
    guard !entries.contains(where: { $0.path == path }), let file = files.randomElement(using: &random) else { return }
    switch Int.random(in: 0..<4, using: &random) {
    case 0: entries.append((path, .hardLink(to: file)))
    case 1: entries.append((path, .link(to: up + (folders.last ?? "."))))
    default: entries.append((path, .link(to: up + file)))
    }
  }

  // MARK: Chance

  private mutating func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &random) == 0 }
  private mutating func pick<Element>(_ list: [Element]) -> Element {
    list[Int.random(in: list.indices, using: &random)]
  }

  // MARK: Manifests

  private mutating func mark() -> String {
    marks.append("m\(marks.count)z")
    return marks[marks.count - 1]
  }

  /// A file with one to three documents.
  private mutating func manifest() -> [UInt8] {
    let documents = (0..<Int.random(in: 1...3, using: &random)).map { _ in document() }
    var text = documents.joined(separator: "---\n")
    if chance(8) { text = text.replacing("\n", with: "\r\n") }
    if chance(10) { return [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
    return (chance(12) ? [0xEF, 0xBB, 0xBF] : []) + Array(text.utf8)
  }

  private mutating func document() -> String {
    switch Int.random(in: 0..<9, using: &random) {
    case 0: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c\(marks.count)}\ndata:\n  a: |\n    kind: x\n"
    case 1: "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d\(marks.count)}\nspec: {replicas: 1}\n"
    default: policy()
    }
  }

  private mutating func policy() -> String {
    let mark = mark()
    let head = "apiVersion: networking.k8s.io/v1\n"
    let namespace = pick(["", ", namespace: a", ", namespace: b"])
    let meta = "metadata: {name: \(mark)\(namespace)}\n"
    let spec = "spec: {podSelector: {}, \(mark): []}\n"
    let flow =
      "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: \(mark)}, "
      + "spec: {podSelector: {}, \(mark): []}}"
    let json = """
      {"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"\(mark)"},\
      "spec":{"podSelector":{},"\(mark)":[]}}

      """
    switch Int.random(in: 0..<20, using: &random) {
    case 0: return json
    case 1: return head + "kind: \"\\x4eetworkPolicy\"\n" + meta + spec
    case 2: return head + "? kind\n: NetworkPolicy\n" + meta + spec
    case 3: return head + "kind: !!str NetworkPolicy\n" + meta + spec
    case 4: return head + "x: &k NetworkPolicy\nkind: *k\n" + meta + spec
    case 5: return "apiVersion: v1\nkind: List\nitems:\n- " + flow + "\n"
    case 6: return "apiVersion: v1\nkind: Anything\nmetadata: {name: l}\nitems:\n- " + flow + "\n"
    case 7: return head + "kind: ConfigMap\n" + meta + spec + "kind: NetworkPolicy\n"
    case 8: return head + "<<: {kind: NetworkPolicy}\n" + meta + spec
    case 9: return "# {{ .Values.x }}\n" + head + "kind: NetworkPolicy\n" + meta + spec
    case 10:
      return head
        + "kind: NetworkPolicy\nmetadata:\n  name: \(mark)\n  annotations: {a: '{{ x }}', b: \"y\n      z\"}\n"
        + spec
    case 11: return flow + "\n"
    case 12: return head + "\"kind\": 'NetworkPolicy' # kind: ConfigMap\n" + meta + spec
    case 13: return head + "kind: NetworkPolicy\n" + meta + spec + "...\n"
    case 14: return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems: [" + flow + "]\n"
    case 15: return "kind: NetworkPolicy\nstatus: null\nitems: null\n" + head + meta + spec
    default: return head + "kind: NetworkPolicy\n" + meta + spec
    }
  }

  // MARK: What names files

  private mutating func reference(from folder: String) -> String {
    let up = String(repeating: "../", count: folder.split(separator: "/").count)
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return "."
    case 1: return "missing.yaml"
    case 2: return up + pick(folders)
    case 3: return up.isEmpty ? "a" : ".."
    default:
      let own = files.filter { HidingTree.directory($0) == folder }
      return own.isEmpty || chance(3) ? up + pick(files) : HidingTree.name(pick(own))
    }
  }

  private mutating func kustomization(_ folder: String) -> String {
    let head = pick(["", "kind: Kustomization\n", "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n"])
    let fields = (0..<Int.random(in: 1...3, using: &random)).map { _ -> String in
      let file = reference(from: folder)
      switch Int.random(in: 0..<16, using: &random) {
      case 0: return "patches: [{path: \(file), target: {kind: NetworkPolicy}}]"
      case 1: return "patchesStrategicMerge: [\(file)]"
      case 2: return "components: [\(file)]"
      case 3: return "bases: [\(file)]"
      case 4: return "namespace: over"
      case 5: return "namePrefix: pre-"
      case 6: return "generators: [\(file)]"
      case 7: return "transformers: [\(file)]"
      case 8: return "configMapGenerator: [{name: g, files: [\(file)]}]"
      case 9: return "crds: [\(file)]"
      case 10: return "unknown: [\(file)]"
      case 11: return "replacements: [{path: \(file)}]"
      case 12: return "patches: [{path: \(file)}]"
      default: return "resources: [\(file), \(reference(from: folder))]"
      }
    }
    let second = chance(6) ? "---\n" + policy() : ""
    return head
      + Dictionary(fields.map { ($0.prefix { $0 != ":" }, $0) }) { $1 }.values.sorted()
      .joined(separator: "\n") + "\n" + second
  }

  private mutating func flux() -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: f, namespace: flux-system}
    spec: {path: ./\(pick(folders)), sourceRef: {kind: GitRepository, name: flux-system}, targetNamespace: t}

    """
  }

  private mutating func application() -> String {
    """
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: a, namespace: argocd}
    spec:
      source: {repoURL: https://example.com/x, path: "\(pick(folders))", directory: {exclude: "p*"}}
      destination: {namespace: n, server: https://kubernetes.default.svc}

    """
  }
}

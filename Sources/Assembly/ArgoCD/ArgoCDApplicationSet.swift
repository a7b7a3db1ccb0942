internal import Diagnostics
internal import YAMLSource

/// An ApplicationSet: list and git-directory generators, whose parameters are in the repository.
struct ArgoCDApplicationSet {
  private let spec: TreeNode?
  private let tree: any FileTree
  /// The repository's root, absolute.
  private let base: String
  private let sources: RepositorySources
  private let isGo: Bool
  /// What it makes, as far as it is written down.
  private(set) var applications: [ArgoCDApplication] = []
  /// Whether it makes others, or what it makes cannot be told.
  private(set) var isOpen = false

  /// - Parameter base: the repository's root, absolute.
  init(_ root: TreeNode, _ tree: any FileTree, base: String, _ sources: RepositorySources) {
    let spec = root["spec"]
    self.spec = spec
    self.tree = tree
    self.base = base
    self.sources = sources
    isGo = spec?["goTemplate"]?.bool ?? false
    guard let template = spec?["template"], spec?["templatePatch"].map(\.isEmpty) ?? true else {
      isOpen = true
      return
    }
    for generator in spec?["generators"]?.items ?? [] {
      guard let parameters = parameters(of: generator) else {
        isOpen = true
        continue
      }
      for values in parameters { add(template, values) }
    }
  }

  /// The namespace that its template gives, variables and all; `nil` where it says none.
  var namespace: String? { spec?["template"].flatMap { ArgoCDApplication($0).namespace?.text } }

  /// The addresses of the repositories that it names.
  static func addresses(_ root: TreeNode) -> [String] {
    let generators = (root["spec"]?["generators"]?.items ?? []).compactMap { $0["git"]?["repoURL"]?.text }
    let template = root["spec"]?["template"].map { ArgoCDApplication($0).sources.map(\.address) } ?? []
    return (generators + template).filter { !$0.isEmpty && !$0.contains("{{") }
  }

  private mutating func add(_ template: TreeNode, _ values: ApplicationParameters) {
    let filler = ApplicationTemplate(isGo: isGo, values)
    var root = template.substituting { $0.contains("{{") ? filler.filled($0) : nil }
    root["kind"] = TreeNode(string: "Application", at: template.span)
    if ArgoCDApplicationSet.isCertain(root) { applications.append(ArgoCDApplication(root)) } else { isOpen = true }
  }

  /// Whether everything is filled in that says what is applied, and where.
  private static func isCertain(_ root: TreeNode) -> Bool {
    let spec = root["spec"]
    let parts = [spec?["source"], spec?["sources"], spec?["destination"], spec?["syncPolicy"]]
    return parts.allSatisfy { $0?.hasBraces != true }
  }

  // MARK: Generators

  /// `nil` where something is not written down, or not modelled.
  private func parameters(of generator: TreeNode) -> [ApplicationParameters]? {
    let kinds = generator.entries.filter { $0.key != "selector" && !$0.value.isNull }
    guard generator["selector"].map(\.isEmpty) ?? true, kinds.count == 1, kinds[0].value["template"]?.isEmpty ?? true
    else { return nil }
    switch kinds[0].key {
    case "list": return listed(kinds[0].value)
    case "git": return directories(kinds[0].value)
    default: return nil
    }
  }

  private func listed(_ list: TreeNode) -> [ApplicationParameters]? {
    guard list["elements"] != nil, list["elementsYaml"]?.isEmpty ?? true else { return nil }
    var result: [ApplicationParameters] = []
    for element in list["elements"]?.items ?? [] {
      var parameters = ApplicationParameters(at: element.span)
      parameters.tree = element
      for entry in isGo ? [] : element.entries {
        let values = entry.key == "values" ? entry.value.entries : [entry]
        for value in values {
          // Without Go templates all values must be texts.
          guard let text = value.value.string else { return nil }
          parameters.texts[entry.key == "values" ? "values.\(value.key)" : value.key] = text
        }
      }
      result.append(parameters)
    }
    return result
  }

  private func directories(_ git: TreeNode) -> [ApplicationParameters]? {
    let address = git["repoURL"]?.text ?? ""
    guard let items = git["directories"]?.items, git["files"]?.isEmpty ?? true,
      sources.isHere(address, address: address, exists: true)
    else { return nil }
    let patterns = items.map { (text: $0["path"]?.text ?? "", isExcluded: $0["exclude"]?.bool ?? false) }
    guard !patterns.contains(where: { $0.text.contains { "[\\{".contains($0) } }) else { return nil }
    let found = Set(patterns.filter { !$0.isExcluded }.flatMap { folders(matching: $0.text) })
    let left = found.filter { folder in
      !patterns.contains { $0.isExcluded && SimpleGlob.matchesPath($0.text, folder) }
    }
    var result: [ApplicationParameters] = []
    for folder in left.sorted() {
      var parameters = ArgoCDApplicationSet.parameters(of: folder, prefix: git["pathParamPrefix"]?.text ?? "", git.span)
      guard add(git["values"], to: &parameters) else { return nil }
      result.append(parameters)
    }
    return result
  }

  /// The folders that a pattern names, part by part; hidden ones count for no pattern.
  private func folders(matching pattern: String) -> [String] {
    var found = [""]
    for part in pattern.split(separator: "/") {
      found = found.flatMap { folder -> [String] in
        tree.names(in: Paths.join(base, folder)).map(Paths.text)
          .filter { !$0.hasPrefix(".") && SimpleGlob.matchesPath(String(part), $0) }
          .map { folder.isEmpty ? $0 : folder + "/" + $0 }
          .filter { tree.kind(of: Paths.join(base, $0)) == .directory }
      }
    }
    return found.filter { !$0.isEmpty }
  }

  // MARK: Parameters

  private static func parameters(of folder: String, prefix: String, _ place: SourceSpan) -> ApplicationParameters {
    let segments = folder.split(separator: "/").map(String.init)
    let name = Paths.name(of: folder)
    let normalized = ApplicationTemplate.normalized(name)
    func text(_ text: String) -> TreeNode { TreeNode(string: text, at: place) }
    var path = TreeNode(.mapping([]), at: place)
    for (key, value) in [("path", folder), ("basename", name), ("basenameNormalized", normalized)] {
      path[key] = text(value)
    }
    path["segments"] = TreeNode(.sequence(segments.map(text)), at: place)
    var parameters = ApplicationParameters(at: place)
    if prefix.isEmpty {
      parameters.tree["path"] = path
    } else {
      parameters.tree[prefix] = TreeNode(.mapping([TreeEntry("path", at: place, path)]), at: place)
    }
    let word = prefix.isEmpty ? "path" : prefix + ".path"
    parameters.texts = [word: folder, word + ".basename": name, word + ".basenameNormalized": normalized]
    for (number, segment) in segments.enumerated() { parameters.texts["\(word)[\(number)]"] = segment }
    return parameters
  }

  /// Adds a generator's own `values`, which may name the other parameters.
  ///
  /// - Returns: whether all of them are known.
  private func add(_ values: TreeNode?, to parameters: inout ApplicationParameters) -> Bool {
    guard let values, !values.entries.isEmpty else { return true }
    let filler = ApplicationTemplate(isGo: isGo, parameters)
    var tree = TreeNode(.mapping([]), at: values.span)
    for entry in values.entries {
      let text = filler.filled(entry.value.text ?? "")
      if isGo, text.contains("{{") { return false }
      tree[entry.key] = TreeNode(string: text, at: entry.value.span)
      parameters.texts["values.\(entry.key)"] = text
    }
    parameters.tree["values"] = tree
    return true
  }
}

extension TreeNode {
  /// Whether something in it is not filled in.
  fileprivate var hasBraces: Bool {
    switch content {
    case .scalar(let scalar): scalar.text.contains("{{")
    case .sequence(let items): items.contains(where: \.hasBraces)
    case .mapping(let entries): entries.contains { $0.key.contains("{{") || $0.value.hasBraces }
    }
  }
}

internal import Diagnostics
internal import Model
internal import YAMLSource

/// The namespaces that a build would give to objects, where it was not done.
struct PossibleNamespaces {
  private let assembler: Assembler

  init(_ assembler: Assembler) { self.assembler = assembler }

  /// Whether nobody knows what a namespace is called: a variable in it was not replaced.
  static func isUnknown(_ namespace: String) -> Bool {
    PlaceholderTexts.isPlaceholder(namespace) || namespace.contains("$(")
  }

  /// - Parameter unit: with the folders that took part, its own first.
  func places(of unit: Unit, _ entry: UnitEntry) -> UnbuiltPlaces {
    let roots = unit.directories.map { root($0, entry) }
    guard let own = roots.first ?? nil, !isSet("transformers", own), !roots.contains(where: movesObjects) else {
      return .anywhere
    }
    var names: Set<String> = []
    let edited = entry.edits?.replaced.last { $0.key == "namespace" }?.value
    if let name = (edited ?? own["namespace"])?.text, !name.isEmpty {
      names = [name]
    } else {
      // Nothing says the last word: any of those below may.
      if roots.contains(where: mayDoAnything)
        || unit.gaps.contains(where: { [.everything, .targets].contains($0.scope) })
      {
        return .anywhere
      }
      names = Set(roots.compactMap { $0?["namespace"]?.text }.filter { !$0.isEmpty })
    }
    if let name = entry.defaultNamespace?.text { names.insert(name) }
    return names.contains(where: PossibleNamespaces.isUnknown) ? .anywhere : .namespaces(names)
  }

  /// Where the objects go that a build adds and that were not read, as far as its kustomizations say it.
  func namespacesOfAdditions(to unit: Unit, _ entry: UnitEntry) -> Set<String> {
    var names: Set<String> = []
    if case .namespaces(let own) = places(of: unit, entry) { names = own }
    for directory in unit.directories {
      let root = root(directory, entry)
      let charts = (root?["helmCharts"]?.items ?? []) + (root?["helmChartInflationGenerator"]?.items ?? [])
      for chart in charts { if let name = chart["namespace"]?.text, !name.isEmpty { names.insert(name) } }
    }
    return names
  }

  private func root(_ directory: String, _ entry: UnitEntry) -> TreeNode? {
    (directory == entry.directory ? entry.generated : nil)
      ?? assembler.documents.kustomizationRoot(in: directory, assembler.tree)
  }

  private func isSet(_ key: String, _ root: TreeNode) -> Bool { root[key].map { !$0.isEmpty } ?? false }

  /// Whether a kustomization that cannot be read, or a step that is not modelled, may set the namespace.
  private func mayDoAnything(_ root: TreeNode?) -> Bool {
    guard let root else { return true }
    return isSet("transformers", root)
      || root["components"]?.items.contains { RemotePlace.isRemote($0.text ?? "") } ?? false
  }

  /// Whether a patch or a replacement writes namespaces, one object here and another there.
  private func movesObjects(_ root: TreeNode?) -> Bool {
    ["patches", "patchesJson6902", "replacements"].contains { root?[$0]?.namesNamespaces ?? false }
  }
}

extension TreeNode {
  fileprivate var namesNamespaces: Bool {
    switch content {
    case .scalar(let scalar):
      scalar.text.contains("/metadata/namespace") || scalar.text == "metadata.namespace"
    case .sequence(let items): items.contains(where: \.namesNamespaces)
    case .mapping(let entries): entries.contains(where: \.value.namesNamespaces)
    }
  }
}

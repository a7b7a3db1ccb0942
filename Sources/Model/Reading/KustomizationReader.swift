internal import Diagnostics
internal import YAMLSource

/// Reads `kustomization.yaml` files (kustomize.config.k8s.io).
enum KustomizationReader {
  private static let fileNames: Set<Substring> = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

  /// Whether the file is one by its name; kustomize does not ask for `kind` or `apiVersion`.
  static func isKustomization(_ file: SourceFile) -> Bool {
    fileNames.contains(file.path.split(separator: "/").last ?? "")
  }

  static func read(_ root: NodeRef, path: String) -> Kustomization {
    var added = [labelSet(root["commonLabels"], inSelectors: true, inTemplates: true)]
    for item in root["labels"]?.items ?? NodeRef.noItems {
      let inSelectors = item["includeSelectors"]?.scalar == .bool(true)
      let inTemplates = item["includeTemplates"]?.scalar == .bool(true)
      added.append(labelSet(item["pairs"], inSelectors: inSelectors, inTemplates: inSelectors || inTemplates))
    }
    let generators: [StaticString] = ["helmCharts", "helmChartInflationGenerator", "generators"]
    return Kustomization(
      directory: Paths.directory(of: path), isComponent: root["kind"]?.hasText("Component") ?? false,
      namespace: root["namespace"].flatMap(located).flatMap { $0.value.isEmpty ? nil : $0 },
      namePrefix: root["namePrefix"]?.string ?? "", nameSuffix: root["nameSuffix"]?.string ?? "",
      addedLabels: added.filter { !$0.labels.isEmpty }, resources: strings(root["resources"]) + strings(root["bases"]),
      components: strings(root["components"]), patches: patches(root),
      hasPatches: patchKeys.contains { root[$0]?.count ?? 0 > 0 },
      generatesObjects: generators.contains { root[$0] != nil })
  }

  private static func labelSet(_ node: NodeRef?, inSelectors: Bool, inTemplates: Bool) -> Kustomization.AddedLabels {
    Kustomization.AddedLabels(labels: labels(node), inSelectors: inSelectors, inTemplates: inTemplates)
  }

  private static func strings(_ node: NodeRef?) -> [String] { node?.items.compactMap(\.string) ?? [] }

  private static let patchKeys: [StaticString] = ["patches", "patchesJson6902", "patchesStrategicMerge"]

  private static func patches(_ root: NodeRef) -> [String] {
    patchKeys.flatMap { key in root[key]?.items.compactMap { $0.string ?? $0["path"]?.string } ?? [] }
  }
}

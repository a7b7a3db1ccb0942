internal import Diagnostics
internal import YAMLSource

extension BuildGap {
  /// What a kustomization says that is not modelled.
  static func all(in file: KustomizationFile, _ files: any FileTree) -> [BuildGap] {
    let name = files.shown(file.directory)
    let keys: [(String, Scope, String)] = [
      ("transformers", .everything, "transformers of its own are not run"),
      ("configurations", .names, "configurations of its own are not read"),
      ("crds", .names, "schemas of its own are not read"),
      ("openapi", .customLists, "a schema of its own is not read"),
      ("vars", .variables, "vars are not replaced"),
      ("generators", .additions, "generators of its own are not run"),
      ("helmCharts", .additions, "Helm charts are not rendered"),
      ("helmChartInflationGenerator", .additions, "Helm charts are not rendered"),
    ]
    return keys.compactMap { key, scope, text in
      guard let entry = file.root.entries.first(where: { $0.key == key }), !entry.value.isEmpty else { return nil }
      return BuildGap(scope, "\(name): \(text)", at: entry.keySpan)
    }
  }
}

internal import Diagnostics
internal import YAMLSource

extension BuildGap {
  /// What a kustomization says that is not modelled.
  static func all(in file: KustomizationFile, _ files: any FileTree, _ documents: DocumentReader) -> [BuildGap] {
    let name = files.shown(file.directory)
    let keys: [(String, Scope, String)] = [
      ("transformers", .everything, "transformers of its own are not run"),
      ("configurations", .names, "configurations of its own are not read"),
      ("openapi", .customLists, "a schema of its own is not read"),
      ("vars", .variables, "vars are not replaced"),
      ("generators", .additions, "generators of its own are not run"),
      ("helmCharts", .additions, "Helm charts are not rendered"),
      ("helmChartInflationGenerator", .additions, "Helm charts are not rendered"),
    ]
    return keys.compactMap { key, scope, text in
      guard let entry = file.root.entries.first(where: { $0.key == key }), !entry.value.isEmpty else { return nil }
      if key == "configurations" {
        let isHarmless = entry.value.items.allSatisfy { item in
          Configurations.sayNothingOfOurs(Paths.join(file.directory, item.text ?? ""), documents)
        }
        if isHarmless { return nil }
      }
      return BuildGap(scope, "\(name): \(text)", at: entry.keySpan)
    }
  }
}

/// Files under `configurations`: further fields that kustomize's steps write.
private enum Configurations {
  /// Steps that change names, labels or namespaces; others change what references say, annotations, images or counts.
  private static let steps = ["namePrefix", "nameSuffix", "namespace", "commonLabels", "labels", "templateLabels"]

  /// Kinds whose names, labels and selectors decide what policies mean.
  private static let kinds: Set<String> = [
    "NetworkPolicy", "Namespace", "Service", "Ingress", "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet",
    "ReplicationController", "Job", "CronJob",
  ]

  /// Whether a file has no field for objects that policies are about, so that nothing hangs on it.
  static func sayNothingOfOurs(_ path: String, _ documents: DocumentReader) -> Bool {
    guard let roots = try? documents.documents(of: path).map(\.root), !roots.isEmpty else { return false }
    return roots.allSatisfy { root in
      steps.allSatisfy { step in
        (root[step]?.items ?? []).allSatisfy { field in field["kind"]?.text.map { !kinds.contains($0) } ?? false }
      }
    }
  }
}

internal import Diagnostics
internal import YAMLSource

extension BuildGap {
  /// What a kustomization says that is not modelled.
  static func all(in file: KustomizationFile, _ files: any FileTree, _ documents: DocumentReader) -> [BuildGap] {
    let name = files.shown(file.directory)
    let keys: [(String, Scope, String)] = [
      ("configurations", .names, "configurations of its own are not read"),
      ("openapi", .customLists, "a schema of its own is not read"),
      ("vars", .variables, "vars are not replaced"),
      ("helmCharts", .additions, "Helm charts are not rendered"),
      ("helmChartInflationGenerator", .additions, "Helm charts are not rendered"),
    ]
    let plugins =
      plugins("transformers", .everything, "transformer", file, files)
      + plugins("generators", .additions, "generator", file, files)
    return plugins
      + keys.compactMap { key, scope, text in
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

extension BuildGap {
  /// Steps of a kustomization's own, each with its file: what they make is written there and nowhere else.
  private static func plugins(
    _ key: String, _ scope: Scope, _ noun: String, _ file: KustomizationFile, _ files: any FileTree
  ) -> [BuildGap] {
    let folder = files.shown(file.directory)
    return file.items(key).filter { !$0.isEmpty }.map { entry in
      let text = entry.text ?? ""
      let isWritten = text.contains { $0.isNewline || $0 == "{" }
      let name = isWritten || RemotePlace.isRemote(text) ? text : files.shown(Paths.join(file.directory, text))
      return BuildGap(
        scope, isWritten ? "a \(noun) of \(folder) is not run" : "\(name), a \(noun) of \(folder), is not run",
        at: entry.span)
    }
  }
}

/// Files under `configurations`: further fields that kustomize's steps write.
private enum Configurations {
  /// Kinds whose names, labels and selectors decide what policies mean.
  private static let kinds: Set<String> = [
    "NetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy", "Namespace", "Service",
    "Ingress", "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet",
    "ReplicationController", "Job", "CronJob",
  ]

  /// Whether a file has no field for objects that policies are about, so that nothing hangs on it.
  static func sayNothingOfOurs(_ path: String, _ documents: DocumentReader) -> Bool {
    guard let roots = try? documents.documents(of: path).map(\.root), !roots.isEmpty else { return false }
    return roots.allSatisfy { root in
      root.entries.allSatisfy { entry in
        switch entry.key {
        case "nameReference":
          entry.value.items.allSatisfy { ($0["fieldSpecs"]?.items ?? []).allSatisfy(isAboutOthers) }
        case "varReference": entry.value.items.allSatisfy(isAboutOthers)
        case "images": entry.value.items.allSatisfy { $0["path"]?.text?.hasSuffix("image") ?? false }
        case "replicas": entry.value.items.allSatisfy { $0["path"]?.text?.hasSuffix("replicas") ?? false }
        case "commonAnnotations": entry.value.items.allSatisfy { $0["path"]?.text?.hasSuffix("/annotations") ?? false }
        // Any other one takes the place of what kustomize does with names, labels and namespaces.
        default: false
        }
      }
    }
  }

  /// Whether a field is one of kinds that policies are not about.
  private static func isAboutOthers(_ field: TreeNode) -> Bool {
    let path = field["path"]?.text ?? ""
    let isOther = field["kind"]?.text.map { !kinds.contains($0) } ?? false
    return isOther && ["spec/", "data/", "webhooks/"].contains { path.hasPrefix($0) }
  }
}

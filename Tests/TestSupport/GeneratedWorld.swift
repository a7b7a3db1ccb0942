internal import Diagnostics
package import Model

/// A small world as a value that renders to YAML, so that it can be shown, shuffled and made smaller.
package struct GeneratedWorld: Sendable {
  /// What the engine has to know beyond the manifests.
  package struct Settings: Hashable, Sendable {
    /// Where pods have their addresses; `nil` where nobody says.
    package var podCIDRs: [String]?
    /// Where nodes have theirs; `nil` where nobody says.
    package var nodeCIDRs: [String]?
    /// Whether that is known, and not only likely.
    package var knowsNodeCIDRs = false
    package var ipBlocksMatchPods: Bool
    /// A namespace for each policy of another API, `nil` for one that may select pods everywhere.
    package var opaqueNamespaces: [String?]
    /// Addresses that blocks match or not.
    package var uncertainCIDRs: [String]
    /// The names of workloads of whose pods nobody knows the labels; those that are alike are so too.
    package var openWorkloads: [String]
    /// The texts of policies that nobody knows, each with the policy's name and the way to it.
    package var openTexts: [String: [[String]]]

    package init(
      podCIDRs: [String]? = nil, ipBlocksMatchPods: Bool = true, opaqueNamespaces: [String?] = [],
      uncertainCIDRs: [String] = [], openWorkloads: [String] = [], openTexts: [String: [[String]]] = [:]
    ) {
      self.podCIDRs = podCIDRs
      self.ipBlocksMatchPods = ipBlocksMatchPods
      self.opaqueNamespaces = opaqueNamespaces
      self.uncertainCIDRs = uncertainCIDRs
      self.openWorkloads = openWorkloads
      self.openTexts = openTexts
    }

    /// Where pods may have their addresses: what is said, else the private ranges and their like.
    package var parsedPodCIDRs: [CIDR] { (podCIDRs ?? Self.likely).compactMap { CIDR.parse($0)?.cidr } }

    /// The same of nodes.
    package var parsedNodeCIDRs: [CIDR] { (nodeCIDRs ?? Self.likely).compactMap { CIDR.parse($0)?.cidr } }

    private static let likely = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"]
  }

  package var documents: [YAMLValue]
  package var settings: Settings

  package init(documents: [YAMLValue], settings: Settings) {
    self.documents = documents
    self.settings = settings
  }

  /// The manifests in one file, with the settings as a comment.
  package var yaml: String {
    "# \(settings)\n" + documents.map(\.yaml).joined(separator: "---\n")
  }

  /// The world of the manifests; `nil` if the API server would refuse one of them.
  ///
  /// - Parameter fileCount: over how many files the documents are spread.
  package func read(fileCount: Int = 1) -> World? {
    var manifests: [Manifest] = []
    for file in 0..<fileCount {
      let part = documents.indices.filter { $0 % fileCount == file }.map { documents[$0].yaml }
      let text = part.joined(separator: "---\n")
      let contents = ManifestReader(ReadingOptions())
        .read(SourceFile(id: FileID(file), path: "\(file).yaml", bytes: Array(text.utf8)))
      guard contents.problems.allSatisfy({ $0.kind == .looseCIDR }), contents.skipped.isEmpty,
        contents.manifests.count == part.count
      else { return nil }
      for manifest in contents.manifests {
        guard let manifest = leavingOpen(manifest) else { return nil }
        manifests.append(manifest)
      }
    }
    return World(manifests)
  }

  /// The world with every text of its policies known: their places are numbers, which other rules move.
  package var knowingAllTexts: GeneratedWorld {
    var world = self
    world.settings.openTexts = [:]
    world.settings.openWorkloads = []
    return world
  }

  /// The world with its last policy called like its first one, and every text known.
  package var withTwins: GeneratedWorld {
    var world = knowingAllTexts
    let policies = documents.indices.filter { documents[$0]["kind"]?.text == "NetworkPolicy" }
    guard let first = policies.first, let last = policies.last, let metadata = documents[first]["metadata"] else {
      return world
    }
    world.documents[last]["metadata"] = metadata
    return world
  }

  private func leavingOpen(_ manifest: Manifest) -> Manifest? {
    guard case .networkPolicy(let policy) = manifest, let paths = settings.openTexts[policy.meta.name.value] else {
      return manifest
    }
    return policy.leavingOpen(paths, "somebody knows it", at: policy.nameSpan).map { .networkPolicy($0) }
  }

  /// Keys whose entries make an object what it is.
  private static let neededKeys: Set<String> = [
    "apiVersion", "kind", "metadata", "name", "namespace", "spec", "template", "jobTemplate", "selector", "labels",
    "managed",
    "containers", "containerPort", "tier", "priority", "subject", "action", "portNumber", "portRange", "start", "end",
    "port",
    "destinationPort", "number", "networks", "domainNames", "nodes", "namespaces", "pods", "podSelector",
    "namespaceSelector", "tcp", "udp", "sctp", "key", "operator", "values", "cidr", "restartPolicy",
  ]

  /// The worlds with one thing less: a manifest, a rule, a peer, a port, a label. Not all of them are valid.
  package var reductions: [GeneratedWorld] {
    var worlds = YAMLValue.list(documents).reductions(Self.neededKeys.contains).map {
      GeneratedWorld(documents: $0.items, settings: settings)
    }
    var simpler = [settings, settings, settings, settings, settings, settings]
    simpler[5].nodeCIDRs = nil
    simpler[0].podCIDRs = nil
    simpler[1].ipBlocksMatchPods = true
    simpler[2].opaqueNamespaces = []
    simpler[3].uncertainCIDRs = []
    simpler[4].openWorkloads = []
    for policy in settings.openTexts.keys.sorted() {
      var changed = settings
      changed.openTexts[policy] = nil
      simpler.append(changed)
    }
    for changed in simpler where changed != settings {
      worlds.append(GeneratedWorld(documents: documents, settings: changed))
    }
    return worlds
  }
}

extension World {
  /// The workloads of whose pods nobody knows the labels, and those that no policy can tell from them. Sorted.
  package func openWorkloads(_ settings: GeneratedWorld.Settings) -> [WorkloadID] {
    let named = workloads.filter { settings.openWorkloads.contains($0.meta.name.value) }
    return workloadIDs.filter { id in
      named.contains { $0.meta.namespace == self[id].meta.namespace && $0.labels == self[id].labels }
    }
  }
}

extension ReferenceReach {
  package init(_ world: World, _ settings: GeneratedWorld.Settings) {
    self.init(
      world, podCIDRs: settings.parsedPodCIDRs, knowsPodCIDRs: settings.podCIDRs != nil,
      nodeCIDRs: settings.parsedNodeCIDRs, knowsNodeCIDRs: settings.knowsNodeCIDRs,
      ipBlocksMatchPods: settings.ipBlocksMatchPods,
      opaqueNamespaces: settings.opaqueNamespaces,
      uncertainCIDRs: settings.uncertainCIDRs.compactMap { CIDR.parse($0)?.cidr },
      openWorkloads: Set(world.openWorkloads(settings)))
  }
}

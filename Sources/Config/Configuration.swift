package import Diagnostics
package import Model

/// Which rules run by default.
package enum Profile: String, CaseIterable, Sendable {
  /// Everything but notes and HIPAA.
  case recommended
  /// Everything but HIPAA.
  case strict
  /// Everything.
  case hipaa
  /// What the API server would refuse.
  case api
}

/// What the config file says, or its defaults; the command line's flags are laid over it.
package struct Configuration: Sendable {
  package var profile = Profile.recommended
  package var rules: [RuleSetting] = []
  /// Globs of files that are not read.
  package var exclude: [String] = []
  /// Globs of folders that are worlds of their own.
  package var roots: [Glob] = []
  package var cluster = Cluster()
  package var components: [Component] = []
  /// What must and must not be allowed: the config's flows, then those of `*.flows.yaml` files.
  package var flows: [Flow] = []
  /// Findings that are accepted.
  package var ignores: [IgnoreSetting] = []
  /// Rules that nothing suppresses: ids, names, or starts of ids.
  package var protected: [ConfigText] = []
  /// Rules whose fixes are offered, called as those; all when `nil`.
  package var fixable: [ConfigText]?
  /// Rules whose fixes are not offered, be they among those.
  package var unfixable: [ConfigText] = []
  /// The lowest version of the tool that the file is for.
  package var requiredVersion: ConfigText?
  package var hipaa = HIPAASettings()
  package var requiredLabels: [String] = []
  package var requiredAnnotations: [String] = []
  /// The namespace of objects that name none; set by a flag, not by the file.
  package var defaultNamespace = Configuration.usualNamespace
  /// The namespace of objects that nobody names one for, as long as no context says otherwise.
  private static let usualNamespace = "default"
  /// Whether the caller says where objects go that name no namespace.
  package var isNamespaceGiven: Bool { defaultNamespace != Configuration.usualNamespace }
  /// Whether the run reads all that the file is for: what of it is of no use is told only then.
  package var isCovered = false
  /// `--today`, `YYYY-MM-DD`; empty for the day of the run.
  package var today = ""

  /// The files that the config was read from; the first ids of a run are theirs.
  package var files: [SourceFile] = []
  /// The working directory as seen from the folder that globs are relative to, with `/`; empty when it is that folder.
  package var workingDirectory = ""
  package init() {}

  /// What stands between the slashes of a path, seen from the folder that globs are relative to.
  ///
  /// - Parameter path: relative to the working directory.
  package func globPath(of path: String) -> [ArraySlice<UInt8>] {
    var result = Self.names(workingDirectory)
    for name in Self.names(path) where !name.elementsEqual(".".utf8) {
      if name.elementsEqual("..".utf8), let last = result.last, !last.elementsEqual("..".utf8) {
        result.removeLast()
      } else {
        result.append(name)
      }
    }
    return result
  }

  private static func names(_ path: String) -> [ArraySlice<UInt8>] {
    path.utf8.split(separator: UInt8(ascii: "/")).map { ArraySlice(Array($0)) }
  }

  /// The folder of `roots` that a file lies in, the innermost one; `nil` for a file in none.
  ///
  /// - Parameter path: relative to the working directory.
  package func root(of path: String) -> String? {
    if roots.isEmpty { return nil }
    let inside = Self.names(workingDirectory)
    let folders = Self.names(path).dropLast()
    for count in stride(from: folders.count, to: 0, by: -1) {
      let names = inside + folders.prefix(count)
      guard roots.contains(where: { $0.matches(names, isDirectory: true) }) else { continue }
      return folders.prefix(count).map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    }
    return nil
  }
}

/// Findings that the config accepts.
package struct IgnoreSetting: Sendable {
  /// Ids, names, or starts of ids.
  package let rules: [ConfigText]
  /// `nil` for all namespaces.
  package let namespaces: [Glob]?
  /// `nil` for objects of any name, and for findings about none.
  package let names: [Glob]?
  /// Globs of files, relative to the config; `nil` for all.
  package let paths: [Glob]?
  package let reason: String
  /// Who answers for it.
  package let owner: String?
  /// The last day on which it counts, `YYYY-MM-DD`.
  package let until: ConfigText?
  /// Where it stands in the config: `ignores[3]`.
  package let path: String
}

/// Where the cluster's DNS is.
package struct DNSSettings: Sendable {
  package var namespace = "kube-system"
  package var labels = LabelSet([("k8s-app", "kube-dns")])
  /// The ports of the DNS pods.
  package var ports: PortSet = {
    var ports = PortSet(53...53, .udp)
    ports.insert(53...53, .tcp)
    return ports
  }()
  /// Addresses of a cache on each node (k8s.io, NodeLocal DNSCache).
  package var nodeLocalAddresses = [IPAddress(isIPv6: false, value: 0xA9FE_140A)]

  package init() {}
}

/// What the config says of a rule, or of all rules whose ids start alike.
package struct RuleSetting: Sendable {
  package enum Level: Hashable, Sendable {
    case off
    case severity(Severity)
  }

  /// An id, a name, or the start of ids.
  package let word: String
  package let level: Level?
  /// Options of the rule itself, as written.
  package let options: [String: String]
  package let span: SourceSpan
}

/// What the config says of the cluster that the manifests are for.
package struct Cluster: Sendable {
  package var cni: String?
  /// `nil` where nothing is said.
  package var podCIDRs: AddressSet?
  package var serviceCIDRs: AddressSet?
  package var nodeCIDRs: AddressSet?
  package var apiServerCIDRs: AddressSet?
  /// The minor version of Kubernetes 1.x.
  package var kubernetesMinor = 35
  /// Where DNS is; what the config leaves out is as most clusters have it.
  package var dns = DNSSettings()
  /// Namespaces that exist, with their labels.
  package var namespaces: [(name: String, labels: [(String, String)])] = []

  package init() {}
}

/// A part of the system, named for its pods.
package struct Component: Sendable {
  package enum Data: String, CaseIterable, Sendable {
    case ephi, processor, client, edge
    case thirdParty = "third-party"
  }

  package let name: String
  package let namespace: String
  package let labels: LabelSet
  /// The ports that it is meant to be reached on; `nil` where nothing is said.
  package let ports: PortSet?
  /// A component of `rules/port-sets.yaml`.
  package let portSet: String?
  package let data: Data?
  /// The ends that may call it, as they are written; `nil` where nothing is said, which is not the same as nobody.
  package let clients: [String]?
  /// Its addresses, of one outside the cluster.
  package let cidrs: [CIDR]
  /// Whether the config attests that it takes TLS alone.
  package let attestsTLS: Bool
  package let purpose: String?
  package let owner: String?
  package let agreement: Agreement?
  package let span: SourceSpan

  /// Whether it stands for pods, and not for addresses alone.
  package var hasPods: Bool { !namespace.isEmpty }
}

/// What the config says of the agreement with a third party: an attestation.
package struct Agreement: Hashable, Sendable {
  /// What is written where the parts are not told apart.
  package let text: String?
  package let counterparty: String?
  package let reference: String?
  /// `YYYY-MM-DD`, as `expires`.
  package let date: String?
  package let expires: String?
}

/// What was decided about an addressable implementation specification (164.306(d)(3)).
package struct Decision: Sendable {
  package enum Status: String, CaseIterable, Sendable {
    case implemented, alternative
    case notImplemented = "not-implemented"
  }

  /// As written: `164.312(e)(2)(ii)`.
  package let paragraph: String
  package let status: Status
  package let reason: String?
  package let alternative: String?
  package let owner: String?
  /// `YYYY-MM-DD`.
  package let date: String?
  package let reference: String?
  package let span: SourceSpan
}

/// Settings of the HIPAA rules.
package struct HIPAASettings: Sendable {
  /// Days between reviews of a policy: house policy, the regulation says "periodically".
  package var reviewIntervalDays = 90
  /// The label whose value says which data a workload holds.
  package var zoneLabel: String?
  package var isClearinghouse = false
  /// `YYYY-MM-DD`; `nil` while the policies are in effect.
  package var lastInEffect: String?
  package var decisions: [Decision] = []

  package init() {}
}

/// Something that is wrong with a config file.
package struct ConfigProblem: Error, Sendable {
  package let message: String
  package let span: SourceSpan

  package init(_ message: String, at span: SourceSpan) {
    self.message = message
    self.span = span
  }
}

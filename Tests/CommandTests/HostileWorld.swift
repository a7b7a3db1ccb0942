import Foundation

/// A repository in which everything that can hold text holds text that tries to get out of what it is shown in: line ends,
/// control characters of all kinds, sequences of terminals, and commands of CI systems.
struct HostileWorld {
  /// What no output may hold as it is. Every part starts a line of its own where it is obeyed.
  static let text =
    "::error::FORGED\n::error::FORGED\r\n ::warning::FORGED\u{85}FORGED\u{2028}FORGED\u{2029}FORGED\u{B}FORGED\u{C}FORGED"
    + "##vso[task.complete]##[error]#\u{AD}#[error]\u{1B}[2J\u{1B}]0;x\u{7}\u{9B}31m\u{8}\u{7F}\u{202E}\u{2066}\u{200F}\u{61C}"

  /// The text as a double-quoted scalar of YAML and of JSON.
  static let scalar =
    text.unicodeScalars.reduce(into: "\"") { result, scalar in
      if scalar.value >= 0x20, scalar.value < 0x7F {
        result.unicodeScalars.append(scalar)
      } else {
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    } + "\""

  /// The parts that may stand in a comment.
  static let line = "::error::FORGED##vso[task.complete]##[error]\u{202E}\u{2066}\u{200F}"

  private static let policy = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    """

  /// Files with plain names.
  static let files: [(name: String, text: String)] = [
    ("policies.yaml", policies), ("workloads.yaml", workloads),
    ("broken.yaml", policy + "\nmetadata: {name: \(line)\nspec: [}\n"),
    ("version.yaml", "apiVersion: \(scalar)\nkind: NetworkPolicy\nmetadata: {name: \(scalar)}\n"),
    (
      "kustom/kustomization.yaml",
      "resources: [\(scalar), gone.yaml]\nnamespace: \(scalar)\ntransformers: [\(scalar)]\n"
    ),
    ("chart/Chart.yaml", "name: \(scalar)\n"),
    ("chart/templates/np.yaml", "\(policy)\nmetadata: {name: {{ .x }} }\n# \(line)\n"),
    ("one.flows.yaml", "flows: [{name: \(scalar), from: \"a/b\", to: \"internet\", expect: deny}]\n"),
    (".netpol-lint.yaml", config),
  ]

  private static let policies = """
    \(policy)
    metadata: {name: \(scalar), namespace: \(scalar), labels: {\(scalar): \(scalar)}}
    spec:
      podSelector: {matchLabels: {\(scalar): \(scalar)}} # \(line)
      ingress: [{from: [{namespaceSelector: {matchLabels: {\(scalar): \(scalar)}}}], ports: [{port: \(scalar)}]}]
      \(scalar): 1
    ---
    # netpol-lint: ignore[NP402]: \(line)
    \(policy)
    metadata: {name: b, namespace: a, annotations: {\(scalar): \(scalar), ignore.netpol-lint.io/NP306: \(scalar)}}
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
        - from: [{namespaceSelector: {}}, {ipBlock: {cidr: \(scalar)}}, {podSelector: {matchLabels: {app: \(scalar)}}}]
    ---
    # 164.312(a)(1) \(line)
    \(policy)
    metadata: {name: closed, namespace: c}
    spec:
      podSelector: {}
      ingress: [{from: [{podSelector: {matchLabels: {\(scalar): \(scalar)}}}], ports: [{port: 80}, {port: web}]}]
    ---
    {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": \(scalar)}, "spec": 1}

    """

  private static let workloads = """
    apiVersion: v1
    kind: Namespace
    metadata: {name: \(scalar), labels: {\(scalar): \(scalar)}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: \(scalar), namespace: c}
    spec:
      selector: {matchLabels: {\(scalar): \(scalar)}}
      template:
        metadata: {labels: {\(scalar): \(scalar)}}
        spec: {containers: [{name: \(scalar), image: \(scalar), ports: [{name: \(scalar), containerPort: 80}]}]}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: b, namespace: a, labels: {app: b}, ownerReferences: [{kind: \(scalar), name: \(scalar), controller: true}]}
    spec: {containers: [{name: c, image: c}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: \(scalar), namespace: c}
    spec: {selector: {\(scalar): \(scalar)}, ports: [{name: \(scalar), port: 8080, targetPort: \(scalar)}]}
    ---
    apiVersion: cilium.io/v2
    kind: CiliumNetworkPolicy
    metadata: {name: \(scalar), namespace: a}
    ---
    apiVersion: \(scalar)
    kind: \(scalar)
    metadata: {name: \(scalar)}

    """

  private static let config = """
    profile: strict
    exclude: [\(scalar)]
    components: {\(scalar): {namespace: c, labels: {\(scalar): \(scalar)}}, b: {namespace: a, labels: {app: b}, portSet: \(scalar), clients: [\(scalar)]}}
    flows:
      - {name: \(scalar), from: b, to: \(scalar), port: 80, expect: deny}
      - {name: \(scalar), from: \(scalar), to: b, expect: allow}
    ignores: [{rules: [NP104], reason: \(scalar)}]

    """

  /// Configs that are refused, each with its own text.
  static let brokenConfigs = [
    "\(scalar): 1\n", "rules: {\(scalar): off}\n", "extends: [\(scalar)]\n", "profile: \(scalar)\n",
    "requiredVersion: \(scalar)\n", "cluster: {podCIDRs: [\(scalar)]}\n", "a: [\(line)\n",
    "flows: [{to: \(scalar), expect: allow}]\n", "flows: [{to: b, expect: \(scalar)}]\n",
    "flows: [{name: \(scalar), to: b}]\n",
  ]

  /// Names of files that need not be UTF-8; no name is longer than systems allow.
  static let names: [[UInt8]] = [
    Array("::error::FORGED\n::error::FORGED\r##vso[task.complete]##[error].yaml".utf8),
    Array("\u{1B}[2J\u{9B}31m\u{202E}\u{2028}FORGED\u{7F}\u{85}.yaml".utf8),
    [0xFF, 0x0A] + Array("::error::FORGED.yaml".utf8),
  ]

  /// Writes everything into a folder, in a folder below it too, so that each file has a hostile name and a plain one.
  static func write(to folder: URL) throws {
    let hostile = folder.appendingPathComponent("\n::error::FORGED\u{1B}[2J##vso[x]")
    for (name, text) in files {
      for place in name.hasPrefix(".") ? [folder] : [folder, hostile] {
        let url = place.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
      }
    }
    for (number, name) in names.enumerated() {
      let path = Array(folder.path.utf8) + [UInt8(ascii: "/")] + name
      if number == 0 {
        try create(path, policy + "\nmetadata: {name: \(scalar)}\nspec: {podSelector: {}, x: 1}\n")
      } else {
        // A link that leads to no file, and one that leads back.
        path.withCString { link in _ = symlink(number == 1 ? "no\n::error::FORGED" : ".", link) }
      }
    }
  }

  private static func create(_ path: [UInt8], _ text: String) throws {
    let descriptor = path.withCString { open($0, O_WRONLY | O_CREAT, 0o644) }
    try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).write(contentsOf: Data(text.utf8))
  }
}

extension [UInt8] {
  fileprivate func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { body($0.baseAddress!) }
  }
}

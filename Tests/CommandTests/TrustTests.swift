import Foundation
import TestSupport
import Testing

/// What the process asks of the system: no network, no other program, and no file but those that it is to write.
@Suite struct TrustTests {
  private static let strace = ["/usr/bin/strace", "/bin/strace"].first(where: FileManager.default.isExecutableFile)

  private static let manifests = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: shop}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: main, image: example.org/web, ports: [{containerPort: 80}]}]}
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {}}]}]}

    """

  /// What a checkout may hold that sounds like a fetch: remote bases, charts, sources of Flux and Argo CD.
  private static let remotes = """
    resources: [../k8s, "https://example.org/base?ref=main", "git::ssh://git@example.org/x.git//k8s"]
    helmCharts: [{name: redis, repo: https://charts.example.org, version: "1"}]
    generators: [exec.yaml]

    """

  @Test(
    .enabled(if: strace != nil, "strace is not installed: `apt-get install strace`"),
    arguments: [
      "lint . --output json:out/report --output text", "lint . --output sarif:out/report", "lint . --statistics",
      "can-reach shop/web internet:443 .", "can-reach internet shop/web:80 k8s", "verify .",
      "connectivity . --output out/report", "connectivity . --format matrix", "diff k8s . --output out/report",
      "diff k8s . --format markdown", "report html . --output out/report", "worlds .", "rules", "explain NP203",
      "config show", "config check", "config schema",
    ])
  func onlyWhatIsAskedForIsWritten(_ arguments: String) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k8s/a.yaml", Self.manifests)
    try tool.write("remote/kustomization.yaml", Self.remotes)
    try tool.write(".netpol-lint.yaml", "flows: [{name: a, from: internet, to: shop/web, port: 80, expect: allow}]\n")
    try tool.write("out/report", "old\n")
    let isWriting = arguments.contains("out/report")
    try check(tool, arguments, writing: isWriting ? "\"report\"" : nil)
    let left = try FileManager.default.subpathsOfDirectory(atPath: tool.directory.path).sorted()
    let given = [".git", ".netpol-lint.yaml", "k8s", "k8s/a.yaml", "out", "out/report", "remote"]
    #expect(left == given + ["remote/kustomization.yaml", "trace"])
    let report = try String(contentsOf: tool.directory.appendingPathComponent("out/report"), encoding: .utf8)
    #expect((report != "old\n") == isWriting)
  }

  /// Edits and pages: each file is replaced as a whole, and no other one is touched.
  @Test(
    .enabled(if: strace != nil, "strace is not installed: `apt-get install strace`"),
    arguments: [
      ("k8s --add-ignores --reason because", "\"a.yaml\""), ("docs pages", ".md\""), ("- <k8s/a.yaml", nil),
    ] as [(String, String?)])
  func whatIsEditedIsReplacedAsAWhole(_ arguments: String, _ written: String?) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k8s/a.yaml", Self.manifests)
    try tool.write("pages/NP203.md", "old\n")
    try check(tool, arguments, writing: written)
    let text = try String(contentsOf: tool.directory.appendingPathComponent("k8s/a.yaml"), encoding: .utf8)
    #expect((text != Self.manifests) == (written == "\"a.yaml\""))
    let left = try FileManager.default.subpathsOfDirectory(atPath: tool.directory.path)
    #expect(left.allSatisfy { !$0.contains(".netpol-lint-") }, "\(left)")
  }

  /// Looks at all calls of a run.
  ///
  /// - Parameter writing: how the names end that may be written to; `nil` where nothing may be.
  private func check(_ tool: Tool, _ arguments: String, writing: String?) throws {
    let run = try tool.shell(
      #"mkdir .git; exec "$1" -f -qq -s 300 -o trace "$0" \#(arguments)"#, [Tool.binary, Self.strace ?? ""])
    #expect(run.status < 3, "\(run.errors)")
    let trace = try String(contentsOf: tool.directory.appendingPathComponent("trace"), encoding: .utf8)
    let calls = trace.split(separator: "\n").map { $0.drop { $0.isNumber || $0 == " " } }
    #expect(calls.count > 100)
    for call in calls where !Self.isAllowed(call, writing: writing) { Issue.record("\(arguments): \(call)") }
    let execs = calls.filter { $0.hasPrefix("execve(") }
    #expect(execs.count == 1, "\(execs)")
  }

  /// Calls that change something, reach somebody or start something.
  private static let refused: Set<Substring> = [
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg", "fork",
    "vfork", "execveat", "creat", "rename", "link", "linkat", "symlink", "symlinkat", "mkdir", "mkdirat", "rmdir",
    "unlink", "truncate", "ftruncate", "chmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "mknod", "mknodat",
    "mount", "umount2", "ptrace", "kill", "setxattr", "fsetxattr", "utimensat", "io_uring_setup", "memfd_create",
  ]

  private static func isAllowed(_ call: Substring, writing: String?) -> Bool {
    let name = call.prefix { $0 != "(" }
    if refused.contains(name) { return false }
    let isTemporary = call.contains("\".netpol-lint-")
    switch name {
    // Threads, and no processes.
    case "clone", "clone3": return call.contains("CLONE_THREAD")
    case "open", "openat":
      let isRead = call.contains("O_RDONLY") && !call.contains("O_CREAT") && !call.contains("O_TRUNC")
      return isRead || writing != nil && isTemporary && call.contains("O_EXCL")
    case "renameat", "renameat2": return isTemporary && writing.map { call.contains($0) } ?? false
    case "unlinkat": return writing != nil && isTemporary
    default: return true
    }
  }
}

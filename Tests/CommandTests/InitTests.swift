import Foundation
import TestSupport
import Testing

/// `init`: what it recognises, that what it writes is a right config, and that it replaces nothing.
@Suite struct InitTests {
  private static let system = """
    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: calico-node, namespace: kube-system}
    spec:
      selector: {matchLabels: {k8s-app: calico-node}}
      template:
        metadata: {labels: {k8s-app: calico-node}}
        spec: {hostNetwork: true, containers: [{name: node, image: "docker.io/calico/node:v3.30"}]}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: api, namespace: shop}
    spec:
      selector: {matchLabels: {app: api}}
      template:
        metadata: {labels: {app: api}}
        spec:
          containers:
            - name: api
              image: shop/api
              env:
                - {name: DATABASE_URL, value: "postgres://db-service:5432/shop"}
                - {name: PAYMENT_URL, value: "https://api.stripe.com/v1"}
                - {name: SELF_URL, value: "http://api:8080"}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db, namespace: shop}
    spec:
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db, app.kubernetes.io/version: "16"}}
        spec: {containers: [{name: db, image: "postgres:16", ports: [{containerPort: 5433}]}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: db-service, namespace: shop}
    spec: {selector: {app: db}, ports: [{port: 5432, targetPort: 5433}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: api, namespace: shop}
    spec: {selector: {app: api}, ports: [{port: 8080}]}

    """

  private func withTool(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k8s/system.yaml", Self.system)
    try body(tool)
  }

  private func text(_ name: String, _ tool: Tool) throws -> String {
    try String(contentsOf: tool.directory.appendingPathComponent(name), encoding: .utf8)
  }

  /// What the API server refuses is no reason to write a config that nobody can read.
  @Test(arguments: ["weird: name", "{", "a\\nb: c", "-", "yes", "'", "# x", "é", "1234"])
  func theConfigIsRightWhateverThingsAreCalled(_ name: String) throws {
    try withTool { tool in
      let odd = Self.system.replacing("name: db, ", with: "name: \"\(name)\", ").replacing(
        "app: db", with: "app: \"\(name)\""
      )
      .replacing("name: api, ", with: "name: \"\(name)\", ")
      try tool.write("k8s/system.yaml", Self.system.replacing("shop", with: "other") + "---\n" + odd)
      #expect(try tool.run("init", "k8s").status == 0)
      let check = try tool.run("config", "check")
      #expect(check.status == 0, "\(check.errors)")
      #expect(try tool.run("verify", "k8s").status != 2)
    }
  }

  @Test func aConfigOfAFolderAboveIsNamed() throws {
    try withTool { tool in
      try tool.write(".netpol-lint.yaml", "profile: strict\n")
      let run = try tool.shell("mkdir .git && cd k8s && \"$0\" init", [Tool.binary])
      #expect(
        run.status == 0 && run.errors.hasPrefix("netpol-lint: here .netpol-lint.yaml goes before /"), "\(run.errors)")
      #expect(run.errors.contains("/.netpol-lint.yaml: `extends` takes that one in\n"))
    }
  }

  @Test func theConfigHoldsWhatTheManifestsShow() throws {
    try withTool { tool in
      let run = try tool.run("init", "k8s")
      #expect(run.status == 0 && run.output.isEmpty, "\(run.errors)")
      #expect(run.errors == "wrote .netpol-lint.yaml: 1 component, 2 flows\n")
      let config = try text(".netpol-lint.yaml", tool)
      #expect(config.contains("\ncluster:\n  cni: calico   # the manifests hold Calico\n"))
      #expect(
        config.contains(
          """

          components:
            db:   # PostgreSQL
              namespace: shop
              labels: {app: db}
              portSet: postgresql
              # data: ephi      # where it keeps electronic protected health information
              # clients: []     # the components that may call it

          """))
      #expect(
        config.contains(
          """

          flows:
            - name: 'shop/api calls api.stripe.com:443'
              from: shop/api
              to: internet
              port: 443/TCP
              expect: allow
            - name: 'shop/api calls db-service:5432'
              from: shop/api
              to: shop/db
              port: 5433/TCP
              expect: allow

          """))
      #expect(try tool.run("config", "check").status == 0)
      #expect(try tool.run("verify", "k8s", "--allow-empty").status == 0)
      // What is only a comment is a right config as well.
      let open = config.split(separator: "\n").map { line in
        line.hasPrefix("    # ") && !line.contains("clients") ? line.replacing("# data", with: "data") : line
      }
      try tool.write("open.yaml", open.joined(separator: "\n"))
      #expect(try tool.run("config", "check", "--config", "open.yaml").status == 0)
    }
  }

  @Test func aConfigOfNothingIsRightWithItsExamples() throws {
    let tool = try Tool()
    defer { tool.remove() }
    #expect(try tool.run("init").status == 0)
    let config = try text(".netpol-lint.yaml", tool)
    #expect(try tool.run("config", "check").status == 0)
    let opened = config.split(separator: "\n").map { line -> Substring in
      let text = line.drop { $0 == "#" }
      let isKey = ["cluster:", "components:", "flows:", "ignores:"].contains { text.hasPrefix(" " + $0) }
      return line.hasPrefix("#   ") || isKey ? text.dropFirst() : line
    }
    try tool.write("opened.yaml", opened.joined(separator: "\n"))
    let shown = try tool.run("config", "show", "--config", "opened.yaml")
    #expect(shown.status == 0, "\(shown.errors)")
    for word in ["calico", "shop/db", "10.96.0.0/12", "managed by the platform team"] {
      #expect(shown.output.contains(word), "\(word)")
    }
  }

  @Test func nothingIsReplacedWithoutForce() throws {
    try withTool { tool in
      try tool.write(".netpol-lint.yaml", "profile: strict\n")
      let refused = try tool.run("init", "k8s")
      #expect(refused.status == 2)
      #expect(refused.errors == "netpol-lint: .netpol-lint.yaml is there already (--force replaces it)\n")
      // One that is there keeps all others from being written.
      try tool.write(".gitlab-ci.yml", "own: {script: [make]}\n")
      #expect(try tool.run("init", "k8s", "--github", "--gitlab").status == 2)
      #expect(!FileManager.default.fileExists(atPath: tool.directory.appendingPathComponent(".github").path))
      let added = try tool.run("init", "k8s", "--github", "--pre-commit", "--default-deny", "shop")
      #expect(added.status == 0)
      #expect(added.errors.hasPrefix("kept .netpol-lint.yaml\nwrote default-deny-shop.yaml"))
      #expect(try text(".netpol-lint.yaml", tool) == "profile: strict\n")
      #expect(try text(".gitlab-ci.yml", tool) == "own: {script: [make]}\n")
      #expect(try tool.run("init", "k8s", "--force").status == 0)
      #expect(try text(".netpol-lint.yaml", tool).contains("shop/db"))
    }
  }

  @Test func nothingIsWrittenThroughLinks() throws {
    try withTool { tool in
      _ = try tool.shell("mkdir -p ../$0 repo/.git && ln -s ../../$0 repo/.github && cp -r k8s repo", [tool.outside])
      let run = try tool.shell("cd repo && \"$0\" init k8s --github", [Tool.binary])
      #expect(run.status == 2)
      let rest = try tool.shell("ls -A ../$0 repo; rm -r ../$0", [tool.outside])
      #expect(rest.output == "../\(tool.outside):\n\nrepo:\n.git\n.github\nk8s\n")
    }
  }

  @Test func theDefaultDenyIsAcceptedByTheRules() throws {
    try withTool { tool in
      #expect(try tool.run("init", "k8s", "--default-deny", "shop").status == 0)
      let run = try tool.run("default-deny-shop.yaml", "--context", "k8s", "--no-config", "--format", "concise")
      // Nothing is allowed yet, which the rules on flows tell.
      let lines = run.output.split(separator: "\n").filter { !$0.contains("[NP5") }
      #expect(lines.isEmpty, "\(run.output)")
      #expect(try tool.run("init", "--default-deny", "Shop").status == 2)
      let misspelt = try tool.run("init", "k8s", "--default-deny", "shpo")
      #expect(misspelt.errors.contains("nothing in the input is in namespace shpo; did you mean 'shop'?"))
    }
  }
  @Test func severalNamespacesAreDeniedAtOnce() throws {
    try withTool { tool in
      let flags = ["shop", "db", "shop"].flatMap { ["--default-deny", $0] }
      let run = try tool.shell("\"$0\" init k8s \"$@\"", [Tool.binary] + flags)
      #expect(run.status == 0, "\(run)")
      for namespace in ["shop", "db"] {
        #expect(run.errors.ranges(of: "wrote default-deny-\(namespace).yaml").count == 1, "\(run.errors)")
        #expect(try text("default-deny-\(namespace).yaml", tool).contains("namespace: \(namespace)\n"))
      }
      // One name that is none leaves all unwritten.
      #expect(try tool.run("init", "k8s", "--default-deny", "web", "--default-deny", "Db").status == 2)
      #expect(!(try tool.shell("ls", []).output.contains("default-deny-web.yaml")))
    }
  }
}

extension Tool {
  /// The name of a folder beside this one.
  fileprivate var outside: String { directory.lastPathComponent + "-outside" }
}

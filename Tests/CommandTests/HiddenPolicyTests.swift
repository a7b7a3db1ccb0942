import Foundation
import TestSupport
import Testing

/// Policies that `kubectl create -R -f` or `kubectl kustomize` would give, written so that a gate may miss them: each is
/// linted, or named.
@Suite struct HiddenPolicyTests {
  private static let json =
    #"{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"bad"},"#
    + #""spec":{"podSelector":{},"ingress":[{}]}}"#
  private static let policy = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: bad}
    spec: {podSelector: {}, ingress: [{}]}

    """
  private static let service = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: b}}\n"

  /// Lints a checkout for NP401 and refused builds alone; the findings are lines of the output.
  private func lint(_ files: [String: String]) throws -> Tool.Run {
    let tool = try Tool()
    defer { tool.remove() }
    for (path, text) in files { try tool.write(path, text) }
    return try tool.run("--select", "NP401,NP010", "--format", "concise", ".")
  }

  // MARK: Bytes

  /// kubectl asks Unicode what is a blank where JSON may begin.
  @Test(arguments: [
    "\u{A0}", "\u{1680}", "\u{2000}", "\u{200A}", "\u{202F}", "\u{205F}", "\u{3000}", "\u{B}", "\u{C}", " \u{A0}\n",
    "\u{FEFF}\u{A0}",
  ])
  func jsonBehindABlank(_ blank: String) throws {
    #expect(try lint(["p.yaml": blank + Self.json]).status == 1)
    #expect(try lint(["p.json": blank + Self.json + "\n" + Self.json]).status == 1)
  }

  // MARK: Names

  /// A dot behind such a letter is no character of its own.
  @Test(arguments: ["p\u{600}.yaml", "p\u{70F}.yml", "\u{600}.json", "e\u{301}.yaml"])
  func namesThatEndInALetterOfItsOwnKind(_ name: String) throws {
    #expect(try lint([name: name.hasSuffix("n") ? Self.json : Self.policy]).status == 1)
  }

  /// Unicode takes both names for the same; the file system does not.
  @Test(arguments: ["\u{E9}.txt", "e\u{301}.txt"])
  func equalNamesAreTwoFiles(_ listed: String) throws {
    let other = listed.utf8.first == UInt8(ascii: "e") ? "\u{E9}.txt" : "e\u{301}.txt"
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k/kustomization.yaml", "resources: [\"\(listed)\", \"\(other)\"]\n")
    try tool.write("a.txt", Self.policy.replacing("ingress: [{}]", with: "ingress: []").replacing("bad", with: "good"))
    try tool.write("b.txt", Self.policy)
    _ = try tool.shell("mv a.txt \"k/$0\" && mv b.txt \"k/$1\"", [other, listed])
    let run = try tool.run("--select", "NP401", "--format", "concise", ".")
    #expect(run.status == 1 && run.output.utf8.count(where: { $0 == 10 }) == 1, "\(run)")
    #expect(run.errors.contains("2 policies"), "\(run)")
  }

  // MARK: Builds

  private static let becomesPolicy = """
    patches:
      - target: {kind: ConfigMap}
        options: {allowKindChange: true}
        patch: |
          - {op: replace, path: /kind, value: NetworkPolicy}
          - {op: replace, path: /apiVersion, value: networking.k8s.io/v1}
          - {op: remove, path: /data}
          - {op: add, path: /spec, value: {podSelector: {}, ingress: [{}]}}

    """

  @Test func whatIsMadeIntoAPolicyIsLinted() throws {
    let generated = "configMapGenerator: [{name: c, literals: [a=b]}]\n" + Self.becomesPolicy
    #expect(try lint(["k/kustomization.yaml": generated]).status == 1)
    let written = "resources: [c.yaml]\n" + Self.becomesPolicy
    #expect(try lint(["k/kustomization.yaml": written, "k/c.yaml": Self.service]).status == 1)
  }

  /// Go's JSON takes U+017F for an `s`, and U+212A for a `k`.
  @Test(arguments: [
    "re\u{17F}ources: [p.txt]\n", "RESOURCE\u{17F}: [p.txt]\n", "\u{212A}ind: Kustomization\nResources: [p.txt]\n",
  ])
  func kustomizeTakesOtherLettersForThoseOfItsFields(_ kustomization: String) throws {
    let run = try lint(["k/kustomization.yaml": kustomization, "k/p.txt": Self.policy, "k/c.yaml": Self.service])
    #expect(run.status == 1 && run.output.contains("k/p.txt:4:"), "\(run)")
  }

  /// A file is a file, whatever it is called.
  @Test(arguments: ["github.com/a/b", "git@x:a", "p.txt?ref=x", "gitlab.com/p.txt", "a:b/p"])
  func aFileThatIsCalledLikeARepositoryIsRead(_ path: String) throws {
    let run = try lint(["k/kustomization.yaml": "resources: [\"\(path)\"]\n", "k/\(path)": Self.policy])
    #expect(run.status == 1 && run.output.contains("NP401"), "\(run)")
  }

  @Test func aRepositoryThatIsNotHereIsNamed() throws {
    let run = try lint(["k/kustomization.yaml": "resources: ['github.com/a/b', c.yaml]\n", "k/c.yaml": Self.service])
    #expect(run.errors.contains("github.com/a/b, a remote resource of k, was not read"), "\(run)")
  }

  /// What a folder gives by itself, and nothing that builds it further: named, for it is judged in another form.
  @Test(arguments: [
    "patches: [{target: {kind: NetworkPolicy}, patch: '- {op: remove, path: /spec/ingress}'}]\n",
    "patches: [{target: {kind: NetworkPolicy}, patch: '- {op: replace, path: /spec/ingress, value: []}'}]\n",
  ])
  func whatEveryBuildChangesIsNamed(_ patch: String) throws {
    let files = ["x/kustomization.yaml": "resources: [p.yaml]\n", "x/p.yaml": Self.policy]
    let line = "Note: x/p.yaml: its NetworkPolicies are judged as builds change them, not as x gives them"
    let run = try lint(files.merging(["top/kustomization.yaml": "resources: [../x]\n" + patch]) { $1 })
    #expect(run.errors.contains(line), "\(run)")
    let plain = "resources: [../x]\nnamespace: shop\nnamePrefix: a-\nlabels: [{pairs: {a: b}}]\n"
    let other = try lint(files.merging(["top/kustomization.yaml": plain]) { $1 })
    #expect(other.status == 1 && !other.errors.contains("p.yaml"), "\(other)")
    // A folder's own patch, which another one takes back.
    let opened = [
      "x/kustomization.yaml": "resources: [p.yaml]\n"
        + patch.replacing("remove, path: /spec/ingress", with: "add, path: /spec/ingress, value: [{}]")
        .replacing("value: []", with: "value: [{}]"),
      "x/p.yaml": Self.policy.replacing("ingress: [{}]", with: "ingress: []"),
      "top/kustomization.yaml": "resources: [../x]\n" + patch,
    ]
    #expect(try lint(opened).errors.contains(line))
  }

  /// Kustomize takes the first document here, and what stands behind `---` is one.
  @Test(arguments: [
    "patch: |\n      --- [{op: add, path: /spec/ingress, value: [{}]}]\n      ---\n      []\n", "path: q.txt\n",
  ])
  func textBehindASeparatorIsNoPatch(_ patch: String) throws {
    let run = try lint([
      "k/p.yaml": Self.policy.replacing("ingress: [{}]", with: "policyTypes: [Ingress]"),
      "k/q.txt": "--- [{op: add, path: /spec/ingress, value: [{}]}]\n---\n[]\n",
      "k/kustomization.yaml": "resources: [p.yaml]\npatches:\n  - target: {kind: NetworkPolicy}\n    \(patch)",
    ])
    #expect(run.status == 1 && run.output.contains("NP010"), "\(run)")
  }

  @Test(arguments: [
    "--- {resources: [p.txt]}\n---\nresources: [c.yaml]\n", "Patches: [{}]\npatches: [{}]\nresources: [c.yaml]\n",
  ])
  func kustomizationsThatAreReadInTwoWaysAreRefused(_ kustomization: String) throws {
    let run = try lint(["k/kustomization.yaml": kustomization, "k/p.txt": Self.policy, "k/c.yaml": Self.service])
    #expect(run.status == 1 && run.output.contains("NP010"), "\(run)")
  }

  /// What a kustomization says of fields may make a policy of anything.
  @Test(arguments: [
    "images: [{path: kind}, {path: apiVersion}]", "images: [{path: spec/ingress/from/ipBlock/cidr}]",
    "commonAnnotations: [{path: spec/podSelector/matchLabels, create: true, kind: NetworkPolicy}]",
    "namespace: [{path: kind, kind: ConfigMap}]",
    "nameReference: [{kind: Deployment, fieldSpecs: [{path: spec/podSelector/matchLabels/app, kind: NetworkPolicy}]}]",
  ])
  func configurationsThatWriteElsewhereAreNamed(_ configuration: String) throws {
    let run = try lint([
      "k/kustomization.yaml": "resources: [c.yaml]\nconfigurations: [cfg.yaml]\n", "k/c.yaml": Self.service,
      "k/cfg.yaml": configuration + "\n",
    ])
    #expect(run.errors.contains("configurations of its own are not read"), "\(run)")
    let harmless = "images: [{path: spec/image, kind: Rollout}]\nvarReference: [{path: spec/x, kind: Foo}]\n"
    let other = try lint([
      "k/kustomization.yaml": "resources: [c.yaml]\nconfigurations: [cfg.yaml]\n", "k/c.yaml": Self.service,
      "k/cfg.yaml": harmless,
    ])
    #expect(!other.errors.contains("configurations"), "\(other)")
  }

  /// kubectl does not follow links to folders; those within the repository are read once.
  @Test func linksOutOfTheRepositoryAreNotFollowed() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("outside/p.yaml", Self.policy)
    try tool.write("repo/k/good.yaml", Self.service)
    try tool.write("repo/own/p.yaml", Self.policy)
    _ = try tool.shell(
      "cd repo && git init -q . && ln -s ../../outside k/link && ln -s / k/root && ln -s ../own k/own", [])
    let run = try tool.shell("cd repo && \"$0\" --no-config --select NP401 --format concise .", [Tool.binary])
    #expect(run.output.utf8.count { $0 == UInt8(ascii: "\n") } == 1, "\(run)")
    for link in ["k/link", "k/root"] {
      #expect(run.errors.contains("\(link): this link leads to a folder outside of the repository"), "\(run)")
    }
  }

  @Test func outputsAreNotWrittenThroughLinkedFolders() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("repo/p.yaml", Self.policy)
    _ = try tool.shell("cd repo && git init -q . && mkdir ../out real && ln -s ../out reports && ln -s real inner", [])
    let run = try tool.shell("cd repo && \"$0\" --no-config --output json:reports/r.json .", [Tool.binary])
    #expect(run.status == 2 && run.errors.contains("a link leads out of the repository"), "\(run)")
    #expect(try tool.shell("ls out", []).output.isEmpty)
    #expect(try tool.shell("cd repo && \"$0\" --no-config --output json:inner/r.json .", [Tool.binary]).status == 1)
  }

  /// Steps of a kustomization's own are not run: each is named with its file.
  @Test(arguments: ["transformers", "generators"])
  func whatAStepOfItsOwnMakesIsNamed(_ key: String) throws {
    let step = """
      {apiVersion: builtin, kind: PatchTransformer, metadata: {name: x}, options: {allowKindChange: true},
      target: {kind: ConfigMap}, patch: '{kind: NetworkPolicy}'}

      """
    let run = try lint([
      "k/kustomization.yaml": "resources: [c.yaml]\n\(key): [t.yaml, u/v.yaml]\n", "k/c.yaml": Self.service,
      "k/t.yaml": step, "k/u/v.yaml": step,
    ])
    let noun = key.dropLast()
    for file in ["k/t.yaml", "k/u/v.yaml"] {
      #expect(run.errors.contains("\(file), a \(noun) of k, is not run"), "\(run)")
    }
  }

  @Test(arguments: ["ConfigMap", "Deployment", "Unknown"])
  func aPolicyThatIsMadeIntoSomethingElseIsNamed(_ kind: String) throws {
    let run = try lint([
      "k/p.yaml": Self.policy,
      "k/kustomization.yaml": """
      resources: [p.yaml]
      patches:
        - target: {kind: NetworkPolicy}
          options: {allowKindChange: true}
          patch: '- {op: replace, path: /kind, value: \(kind)}'

      """,
    ])
    #expect(run.errors.contains("Skipped k/p.yaml: its NetworkPolicy is in no build"), "\(run)")
  }

  /// Folders whose kustomization makes a fault and is used, or passed by, in a way that does not show it.
  @Test(arguments: [
    ["app.yaml": application("directory: {recurse: true}")], ["app.yaml": application("directory: {include: zz}")],
    ["over/kustomization.yaml": "resources: [../base]\nunknown: x\n"],
    ["over/kustomization.yaml": "components: [../base]\n"],
    [
      "over/kustomization.yaml": """
      resources: [../base]
      patches: [{patch: '{$patch: delete, apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: c}}'}]

      """
    ],
  ])
  func whatOnlyItsOwnFolderGivesIsLinted(_ others: [String: String]) throws {
    let base = ["base/kustomization.yaml": "resources: [c.yaml]\n" + Self.becomesPolicy, "base/c.yaml": Self.service]
    let run = try lint(base.merging(others) { $1 })
    #expect(run.output.contains("base/kustomization.yaml:9:67: error[NP401]"), "\(run)")
    #expect(run.errors.contains("Skipped base: its NetworkPolicy is not applied"), "\(run)")
  }

  @Test func componentsThatNobodyUsesAreBuiltWhereThatWorks() throws {
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [p.txt]\n"
    #expect(try lint(["c/kustomization.yaml": component, "c/p.txt": Self.policy]).status == 1)
    // One that is meant for others is no fault.
    let other = component.replacing("resources: [p.txt]", with: "patches: [{path: p.yaml}]")
    let run = try lint(["c/kustomization.yaml": other, "c/p.yaml": Self.policy, "good.yaml": Self.service])
    #expect(!run.output.contains("NP010"))
  }

  private static func application(_ options: String) -> String {
    """
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: a}
    spec: {source: {repoURL: 'https://example.com/x', path: base, \(options)}, destination: {namespace: shop}}

    """
  }

  // MARK: Ignored folders

  /// Links to files, and kustomizations that give a policy which no manifest beside them shows.
  @Test(arguments: [
    ("node_modules/kustomization.yaml", "resources: [p.txt]\n"),
    ("node_modules/Kustomization", "resources:\n- ./p.txt\n"),
    ("node_modules/kustomization.yml", "resources: [../p.txt]\n"), ("node_modules/kustomization.yaml", becomesPolicy),
    ("node_modules/l.yaml", "link"),
  ])
  func whatIgnoredFoldersGiveIsCounted(_ path: String, _ text: String) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("good.yaml", Self.service)
    try tool.write("p.txt", Self.policy)
    try tool.write("node_modules/p.txt", Self.policy)
    if text == "link" {
      _ = try tool.shell("ln -s ../p.txt \"$0\"", [path])
    } else {
      try tool.write(path, text)
    }
    let run = try tool.run("--allow-empty", ".")
    #expect((run.output + run.errors).contains("1 ignored file holds a NetworkPolicy: \(path)"), "\(run)")
  }

  // MARK: Lists

  /// Whoever floods the list does not push a policy out of it.
  @Test func policiesComeFirstAmongWhatIsSkipped() throws {
    var files = [
      "k/p.yaml": Self.policy,
      "k/kustomization.yaml": """
      resources: [p.yaml]
      patches: [{patch: '{$patch: delete, apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: bad}}'}]

      """,
    ]
    for number in 10..<50 { files["a/\(number).yaml"] = "apiVersion: a/v1\nkind: Foo\na: [\n" }
    #expect(try lint(files).errors.contains("Skipped k/p.yaml: its NetworkPolicy is in no build"))
  }
}

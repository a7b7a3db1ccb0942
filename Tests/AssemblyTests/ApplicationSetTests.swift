import Testing

@testable import Assembly

/// What ApplicationSets make.
@Suite struct ApplicationSetTests {
  private static let files = [
    "apps/api/a.yaml": service("api"), "apps/web/a.yaml": service("web"), "apps/web/deep/b.yaml": service("deep"),
    "apps/.hidden/a.yaml": service("hidden"), "apps/Old_One/a.yaml": service("old"), "other/a.yaml": service("other"),
  ]

  private static func service(_ name: String) -> String {
    "{apiVersion: v1, kind: Service, metadata: {name: \(name)}, spec: {ports: [{port: 80}]}}\n"
  }

  /// What a set of one generator makes: the folder of each Application with the namespace of its objects.
  private func made(
    _ generator: String, path: String, namespace: String = "n1", isGo: Bool = false, _ rest: String = ""
  ) -> (applications: [String], skipped: [String]) {
    let set = """
      apiVersion: argoproj.io/v1alpha1
      kind: ApplicationSet
      metadata: {name: set, namespace: argocd}
      spec:
        goTemplate: \(isGo)
        generators: [\(generator)]
        \(rest)
        template:
          metadata: {name: 'x-{{path.basename}}'}
          spec:
            source: {repoURL: 'https://example.com/a/b', path: '\(path)'}
            destination: {namespace: '\(namespace)'}

      """
    let sample = SampleAssembly(
      Self.files.merging(["argo/set.yaml": set]) { $1 }, remotes: ["https://example.com/a/b"])
    let units = sample.units(.argoCD).filter { !$0.value.isEmpty }.map { folder, objects in
      folder + " "
        + Set(objects.compactMap { $0.split(separator: " ").last?.split(separator: "/").first }).sorted()
        .joined(separator: ",")
    }
    return (units.sorted(), sample.skipped)
  }

  private static func git(_ directories: String, _ rest: String = "") -> String {
    "{git: {repoURL: 'https://example.com/a/b', directories: [\(directories)]\(rest)}}"
  }

  // MARK: Lists

  @Test(arguments: [
    ("{folder: api}, {folder: web}", "apps/{{folder}}", false, ["apps/api n1", "apps/web n1"]),
    ("{folder: api}", "apps/{{ folder }}", false, ["apps/api n1"]),
    ("{values: {folder: web}}", "apps/{{values.folder}}", false, ["apps/web n1"]),
    ("{folder: web}", "apps/{{.folder}}", true, ["apps/web n1"]),
    ("{a: {b: [x, api]}}", "apps/{{ index .a.b 1 }}", true, ["apps/api n1"]),
    ("{a: {b-c: api}}", "apps/{{ index .a \"b-c\" }}", true, ["apps/api n1"]),
    ("{folder: WEB}", "apps/{{ .folder | normalize }}", true, ["apps/web n1"]),
    ("{folder: WEB}", "apps/{{- normalize .folder -}} ", true, ["apps/web n1"]),
  ])
  func ofElements(elements: String, path: String, isGo: Bool, applications: [String]) {
    let made = made("{list: {elements: [\(elements)]}}", path: path, isGo: isGo)
    #expect(made.applications == applications)
    #expect(made.skipped.isEmpty)
  }

  // MARK: Folders

  @Test(arguments: [
    ("{path: apps/*}", ["apps/Old_One n1", "apps/api n1", "apps/web n1"]), ("{path: apps/web}", ["apps/web n1"]),
    ("{path: apps/*}, {path: apps/web, exclude: true}", ["apps/Old_One n1", "apps/api n1"]),
    ("{path: apps/web, exclude: true}, {path: apps/*}", ["apps/Old_One n1", "apps/api n1"]),
    ("{path: apps/w?b}", ["apps/web n1"]), ("{path: apps/web/*}", ["apps/web/deep n1"]),
    ("{path: '*'}, {path: 'apps/*', exclude: true}", ["other n1"]),
    ("{path: apps/.hidden}", []), ("{path: gone/*}", []),
    ("{path: apps/**}", ["apps/Old_One n1", "apps/api n1", "apps/web n1"]),
  ])
  func ofFolders(directories: String, applications: [String]) {
    let made = made(Self.git(directories), path: "{{path}}")
    #expect(made.applications.filter { $0 != "argo argocd" } == applications)
  }

  @Test(arguments: [
    ("{{path.basename}}", false, "", "web"), ("{{path[0]}}-{{path[1]}}", false, "", "apps-web"),
    ("{{path.basenameNormalized}}", false, "", "web"), ("{{p.path.basename}}", false, ", pathParamPrefix: p", "web"),
    ("{{p.path[0]}}", false, ", pathParamPrefix: p", "apps"),
    ("{{values.k}}", false, ", values: {k: 'v-{{path.basename}}'}", "v-web"), ("{{.path.basename}}", true, "", "web"),
    ("{{index .path.segments 0}}", true, "", "apps"), ("{{.p.path.path}}", true, ", pathParamPrefix: p", "apps/web"),
    ("{{.values.k}}", true, ", values: {k: 'v-{{.path.basename}}'}", "v-web"),
  ])
  func parametersOfFolders(namespace: String, isGo: Bool, rest: String, result: String) {
    let made = made(Self.git("{path: apps/web}", rest), path: "apps/web", namespace: namespace, isGo: isGo)
    #expect(made.applications == ["apps/web " + result.prefix { $0 != "/" }])
    #expect(made.skipped.isEmpty)
  }

  @Test func namesAreNormalized() {
    #expect(ApplicationTemplate.normalized("Old_One") == "old-one")
    #expect(ApplicationTemplate.normalized("-.a.B-") == "a.b")
    #expect(ApplicationTemplate.normalized("ä/b") == "b")
  }

  // MARK: What is not written down

  @Test(arguments: [
    "{clusters: {}}", "{git: {repoURL: 'https://example.com/a/b', files: [{path: x}]}}",
    "{git: {repoURL: 'https://example.com/other', directories: [{path: apps/*}]}}",
    "{matrix: {generators: []}}", "{list: {elementsYaml: '[]'}}", "{list: {elements: [{folder: 1}]}}",
    "{list: {elements: [{folder: api}], template: {spec: {}}}}",
    "{list: {elements: [{folder: api}]}, selector: {matchLabels: {a: b}}}",
  ])
  func isNamed(generator: String) {
    let made = made(generator, path: "apps/{{folder}}")
    #expect(made.applications.isEmpty)
    #expect(
      made.skipped == ["argo/set.yaml: the Applications that the ApplicationSet set makes are not written down"])
  }

  @Test func whatIsNotFilledInIsNoFolder() {
    #expect(made("{list: {elements: [{folder: api}]}}", path: "apps/{{gone}}").skipped.count == 1)
    let functions = made("{list: {elements: [{folder: api}]}}", path: "apps/{{ .folder | trunc 2 }}", isGo: true)
    #expect(functions.applications.isEmpty && functions.skipped.count == 1)
    #expect(
      made("{list: {elements: [{folder: api}]}}", path: "apps/{{folder}}", "templatePatch: 'x'").skipped.count == 1)
  }
}

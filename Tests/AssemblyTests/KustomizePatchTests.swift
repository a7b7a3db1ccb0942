import Assembly
import Testing
import YAMLSource

/// Patches of all three sorts, and their targets, where the real kustomize does what one may not expect.
@Suite struct KustomizePatchTests {
  /// The names that a target with this pattern selects among some.
  private func selected(_ target: String, _ names: [String]) throws -> [String] {
    let objects = names.map {
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \($0), labels: {app: \($0), tier: x}}\n"
    }
    let sample = SampleBuild(
      "patches: [{target: {\(target)}, patch: '- {op: add, path: /hit, value: 1}'}]\n",
      objects.joined(separator: "---\n"))
    return try sample.objects().filter { $0["hit"] != nil }.map { try $0.at("metadata.name").text ?? "" }
  }

  @Test(arguments: [
    ("web", ["web"]), ("we", []), ("web.*", ["web", "web-1", "web-12"]), ("web|api", ["web", "api"]),
    ("^web$", ["web"]), ("(?:web-)[0-9]+", ["web-1", "web-12"]), ("web-\\d", ["web-1"]), ("web-\\d{2}", ["web-12"]),
    ("web-\\d{1,}", ["web-1", "web-12"]), ("web-[^1]", []), ("we?b?", ["web"]), ("(a|w).+[ib]", ["web", "api"]),
    (".+-1|api$", ["api", "web-1"]), ("w.*?b", ["web"]), ("we$b", []), ("", ["web", "api", "web-1", "web-12"]),
    ("(((a))pi)", ["api"]), ("[a-c]pi", ["api"]), ("[]a]pi", ["api"]), ("web()", ["web"]), ("|api", ["api"]),
  ])
  func patternsMatchWholeNames(pattern: String, names: [String]) throws {
    #expect(try selected("name: '\(pattern)'", ["web", "api", "web-1", "web-12"]) == names)
  }

  @Test func patternsOfManyWaysAreNotSlow() throws {
    let name = String(repeating: "a", count: 200)
    #expect(try selected("name: '(a*)*(a|a)*(a?){100}b'", [name]).isEmpty)
  }

  @Test(arguments: ["(", ")", "*", "a**", "[a", "a{1001}", "(?i)a", "\\pL", "\\b", "[b-a]"])
  func whatIsNoPatternOrIsNotReadIsRefused(pattern: String) throws {
    #expect(throws: BuildRefusal.self) { try selected("name: '\(pattern)'", ["a"]) }
  }

  @Test(arguments: [
    ("app=web", ["web"]), ("app==web", ["web"]), ("app!=web", ["api", "db"]), ("app in (web, api)", ["web", "api"]),
    ("app notin (web,api)", ["db"]), ("app", ["web", "api", "db"]), ("!app", []), ("app=web,tier=x", ["web"]),
    ("app=web,tier", ["web"]), (" app = web ", ["web"]), ("gone!=x", ["web", "api", "db"]),
    ("gone notin (x)", ["web", "api", "db"]), ("app in (api),tier notin (y)", ["api"]),
  ])
  func labelSelectorsAreRead(text: String, names: [String]) throws {
    #expect(try selected("labelSelector: '\(text)'", ["web", "api", "db"]) == names)
  }

  // MARK: JSON patches

  private static let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b, n: null, l: [x, z]}\n"

  @Test(arguments: [
    ("{op: add, path: /data/k, value: 1}", "k", "1"), ("{op: add, path: /data/a, value: c}", "a", "\"c\""),
    ("{op: replace, path: /data/gone, value: c}", "gone", "\"c\""), ("{op: add, path: /data/k}", "k", "null"),
    ("{op: add, path: /data/l/1, value: w}", "l", "[\"x\", \"w\", \"z\"]"),
    ("{op: add, path: /data/l/-, value: w}", "l", "[\"x\", \"z\", \"w\"]"),
    ("{op: add, path: /data/l/-1, value: w}", "l", "[\"x\", \"z\", \"w\"]"),
    ("{op: replace, path: /data/l/-1, value: w}", "l", "[\"x\", \"w\"]"),
    ("{op: remove, path: /data/l/0}", "l", "[\"z\"]"), ("{op: copy, from: /data/a, path: /data/k}", "k", "\"b\""),
    ("{op: copy, from: /data/gone, path: /data/k}", "k", "null"),
    ("{op: move, from: /data/l/0, path: /data/k}", "k", "\"x\""), ("{op: test, path: /data/gone}", "a", "\"b\""),
    ("{op: add, path: /data/x~1v~0z, value: yes}", "x/v~z", "true"),
  ])
  func jsonPatchesDoAsTheirLibrary(operation: String, key: String, value: String) throws {
    let sample = SampleBuild("patches:\n- target: {name: a}\n  patch: |-\n    - \(operation)\n", Self.map)
    #expect(try #require(try sample.only().at("data")[key]).shown == value)
  }

  @Test(arguments: [
    "{op: remove, path: /data/gone}", "{op: add, path: /gone/k, value: 1}", "{op: add, path: /data/l/4, value: 1}",
    "{op: add, path: /data/l/x, value: 1}", "{op: replace, path: /data/l/2, value: 1}",
    "{op: add, path: /data/a/x, value: 1}", "{op: add, path: /data/n/x, value: 1}", "{op: add, path: '', value: {}}",
    "{op: move, from: /data/gone, path: /data/k}", "{op: copy, from: /data/l/7, path: /data/k}",
    "{op: test, path: /data/a, value: 1}", "{path: /data/a}", "{op: add, value: 1}", "{op: copy, path: /data/k}",
    "{op: replace, path: '', value: {}}", "{op: remove, path: /metadata/name}", "{op: remove, path: /kind}",
  ])
  func jsonPatchesThatDoNotApplyAreRefused(operation: String) throws {
    let sample = SampleBuild("patches:\n- target: {name: a}\n  patch: |-\n    - \(operation)\n", Self.map)
    #expect(sample.refusal() != nil)
  }

  @Test func whatBeginsWithABracketMustBeJSON() throws {
    let yaml = SampleBuild("patches: [{target: {name: a}, patch: '[{op: add, path: /x, value: 1}]'}]\n", Self.map)
    #expect(yaml.refusal() != nil)
    let json = SampleBuild(
      "patches: [{target: {name: a}, patch: '[{\"op\": \"add\", \"path\": \"/x\", \"value\": 1}]'}]\n", Self.map)
    #expect(try json.only().at("x").shown == "1")
  }

  @Test func kustomizesOwnNotesMakeAnnotationsWhereThereAreNone() throws {
    let operation = "- {op: add, path: /metadata/annotations/x, value: w}"
    let old = SampleBuild("patchesJson6902: [{target: {name: a}, patch: '\(operation)'}]\n", Self.map)
    #expect(old.refusal() != nil)
    let new = SampleBuild("patches: [{target: {name: a}, patch: '\(operation)'}]\n", Self.map)
    #expect(try new.only().at("metadata.annotations").shown == "{x: \"w\"}")
  }

  // MARK: Strategic merges

  private func ports(_ old: String, _ patch: String) throws -> String {
    let sample = SampleBuild(
      "patches:\n- patch: |-\n    {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: \(patch)}}\n",
      "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: \(old)}\n")
    return try sample.only().at("spec")["ports"]?.shown ?? "none"
  }

  @Test(arguments: [
    ("[{port: 80}]", "[{port: 80, nodePort: 5}]", "[{port: 80, nodePort: 5}]"),
    ("[{port: 80}, {port: 81}]", "[{port: 82}]", "[{port: 82}, {port: 80}, {port: 81}]"),
    ("[{port: 80}, {port: 81}]", "[{port: 81, $patch: delete}]", "[{port: 80}]"),
    ("[{port: 80, nodePort: 1}]", "[{port: 80, $patch: replace}]", "[{port: 80, nodePort: 1}]"),
    ("[{port: 80}]", "[{port: 81}, {$patch: replace}]", "[{port: 81}]"),
    ("[{port: 80}]", "[{$patch: delete}]", "none"), ("[{port: 80}]", "null", "none"),
    ("[{port: 80}, {port: 80, nodePort: 1}]", "[]", "[{port: 80, nodePort: 1}]"),
    // With two keys that all have, items keep the old order, behind what is new.
    (
      "[{port: 1, protocol: TCP}, {port: 2, protocol: TCP}]", "[{port: 2, protocol: TCP}, {port: 3, protocol: TCP}]",
      "[{port: 3, protocol: \"TCP\"}, {port: 1, protocol: \"TCP\"}, {port: 2, protocol: \"TCP\"}]"
    ),
    // A key that is missing is filled in for those that are otherwise equal, and what the patch says of it is lost.
    (
      "[{port: 80, protocol: TCP}, {port: 443}]", "[{port: 80, nodePort: 1}]",
      "[{port: 80, protocol: \"TCP\"}, {port: 443}]"
    ),
  ])
  func listsWithKeysMergeAsKustomizeDoesIt(old: String, patch: String, result: String) throws {
    #expect(try ports(old, patch) == result)
  }

  @Test(arguments: [
    ("{a: 1, b: {c: 2}}", "{a: null, b: {d: 3}}", "{b: {c: 2, d: 3}}"),
    ("{b: {c: 2}}", "{b: {$patch: replace, d: 3}}", "{b: {d: 3}}"), ("{b: {c: 2}}", "{b: {$patch: delete}}", "{}"),
    ("{a: 1}", "{b: {c: null, d: {e: null}}}", "{a: 1, b: {d: {}}}"), ("{l: [1, 2]}", "{l: [3]}", "{l: [3]}"),
    ("{a: null, b: }", "{c: 1}", "{a: null, c: 1}"), ("{a: \"1\"}", "{a: 2}", "{a: \"2\"}"),
    ("{a: 1}", "{a: \"2\"}", "{a: \"2\"}"),
    ("{l: [{name: a}]}", "{l: [{name: a, x: 1}]}", "{l: [{name: \"a\", x: 1}]}"),
  ])
  func customResourcesMergeAsJSON(old: String, patch: String, result: String) throws {
    let object = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: "
    let sample = SampleBuild([
      "kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml}]\n",
      "a.yaml": object + old.replacing("b: }", with: "b: ~}"), "p.yaml": object + patch,
    ])
    let expected = old.contains("b: }") ? "{a: null, b: null, c: 1}" : result
    #expect(try sample.only().at("spec").shown == expected)
  }

  @Test func aPatchMayDeleteAnObjectAndReplacesNoneAsAWhole() throws {
    func count(_ directive: String) throws -> Int {
      let sample = SampleBuild(
        "patches: [{patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, $patch: \(directive)}'}]\n", Self.map
      )
      return try sample.objects().first?.at("data").entries.count ?? 0
    }
    #expect(try count("delete") == 0)
    #expect(try count("replace") == 3)
    #expect(try count("merge") == 3)
  }

  @Test func namesAndKindsChangeOnlyWhereTheEntryAllowsIt() throws {
    func identity(_ options: String) throws -> String {
      let sample = SampleBuild(
        "patches: [{target: {name: a}, patch: '{apiVersion: v2, kind: X, metadata: {name: b}}', options: {\(options)}}]\n",
        Self.map)
      return try sample.only().identity
    }
    #expect(try identity("") == "v1 ConfigMap  a")
    #expect(try identity("allowNameChange: true") == "v1 ConfigMap  b")
    #expect(try identity("allowKindChange: true") == "v1 X  a")
  }

  @Test func oneEntryMayHoldSeveralPatchesButNotWithATarget() throws {
    let patches = ["a", "b"].map { "{apiVersion: v1, kind: Service, metadata: {name: \($0), labels: {x: y}}}\n" }
    let objects = ["a", "b"].map { "{apiVersion: v1, kind: Service, metadata: {name: \($0)}}\n" }
    let files = ["p.yaml": patches.joined(separator: "---\n"), "o.yaml": objects.joined(separator: "---\n")]
    let kustomization = "resources: [o.yaml]\npatches: [{path: p.yaml}]\n"
    let sample = SampleBuild(files.merging(["kustomization.yaml": kustomization]) { $1 })
    #expect(try sample.objects().allSatisfy { try $0.at("metadata.labels.x").text == "y" })
    let targeted = kustomization.replacing("path: p.yaml", with: "path: p.yaml, target: {name: a}")
    #expect(SampleBuild(files.merging(["kustomization.yaml": targeted]) { $1 }).refusal() != nil)
  }

  @Test func quotesStayAsTheFirstTextHasThem() throws {
    func value(_ first: String, _ patches: String...) throws -> String {
      let thing = "{apiVersion: example.com/v1, kind: Thing, metadata: {name: a}, spec: {v: "
      let list = patches.map { "- |-\n  \(thing)\($0)}}\n" }.joined()
      return try SampleBuild("patchesStrategicMerge:\n" + list, thing + first + "}}\n").only().at("spec.v").shown
    }
    #expect(try value("777", "'1'") == "\"1\"")
    #expect(try value("777", "'1'", "-1") == "-1")
    #expect(try value("'x'", "1") == "\"1\"")
    #expect(try value("'x'", "1", "2") == "\"2\"")
    #expect(try value("x", "1", "2") == "2")
  }

  @Test func testsOfNullsInListsCrash() throws {
    func refusal(_ value: String) -> String? {
      let object = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {v: \(value)}}\n"
      let patch = "patches: [{target: {name: a}, patch: '- {op: test, path: /data/v, value: \(value)}'}]\n"
      return SampleBuild(patch, object).refusal()?.message
    }
    #expect(refusal("[a, b]") == nil && refusal("null") == nil && refusal("{a: b}") == nil)
    #expect(refusal("[a, null]") != nil && refusal("{a: null}") != nil)
  }

  @Test func nullsStayWhereLabelsWouldGo() throws {
    let policy = """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: a}
      spec: {podSelector: {matchLabels: null}, egress: [{to: [{podSelector: {matchLabels: {}}}]}]}

      """
    let built = try SampleBuild("commonLabels: {x: z}\n", policy).only()
    #expect(try built.at("spec.podSelector.matchLabels").shown == "null")
    #expect(try built.at("spec.egress.0.to.0.podSelector.matchLabels").shown == "{x: \"z\"}")
  }
}

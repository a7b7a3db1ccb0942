import Diagnostics
import Model
import TestSupport
import Testing

/// Input that is no plain manifest: each kind has its outcome, and none takes long.
@Suite struct BrokenManifestTests {
  private func read(_ bytes: [UInt8], templates: Set<String> = []) -> FileContents {
    ManifestReader(ReadingOptions(ignoredKinds: ["Secret"], templates: templates)).read(
      SourceFile(id: FileID(0), path: "manifest.yaml", bytes: bytes))
  }

  private func problems(_ text: String, isTemplate: Bool = false) -> [String] {
    read(Array(text.utf8), templates: isTemplate ? ["manifest.yaml"] : []).problems.map { "\($0.kind) \($0.path)" }
  }

  private let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {}\n"

  @Test(arguments: ["", "\n", "# only a comment\n", "---\n---\n", "null\n", "\u{FEFF}", "---", "...\n", " \t\n"])
  func nothingIsNoError(text: String) {
    let contents = read(Array(text.utf8))
    #expect(contents.problems.isEmpty && contents.manifests.isEmpty && contents.skipped.isEmpty)
  }

  @Test func markdownIsNoYAMLOnlyWhereItSpeaksOfPolicies() {
    #expect(problems("# Policies\n\nApply this:\n```yaml\n\(policy)```\n") == ["invalidYAML "])
    #expect(problems("\(policy)\n**Note:** NetworkPolicy needs a CNI\n- [ ] check\n") == ["invalidYAML "])
    #expect(problems("# Notes\n\nkind: of\n* one\n* two\n").isEmpty)
  }

  @Test func brokenTextOfOtherKindsIsSkipped() {
    let contents = read(Array("kind: Deployment\nspec: [\n---\n\(policy)".utf8))
    #expect(contents.problems.isEmpty)
    #expect(contents.skipped.count == 1 && contents.manifests.count == 1)
  }

  @Test func templatesAreTold() {
    #expect(problems("kind: NetworkPolicy\nmetadata:\n  name: {{ .Values.name }}\n") == ["template "])
    #expect(problems("{{- if .Values.on }}\nkind: NetworkPolicy\n{{- end }}\n") == ["template "])
    #expect(problems("{% if on %}\nkind: NetworkPolicy\n{% endif %}\n") == ["template "])
  }

  @Test(arguments: [
    ("name: x{{ .Values.name }}", ["template "]), ("name: p, annotations: {a: x{{ b }}}", ["template "]),
    ("name: {{ $name }}", ["template "]), ("name: \"{{ .Values.name }}\"", ["invalidValue metadata.name"]),
    ("name: p, annotations: {a: '{{ b }}'}", []), ("name: p} # {{ .Values.name }}\nx: {", ["unknownField x"]),
    ("name: p, [", ["invalidYAML "]), ("name: p, [ # {{ x }}", ["template "]),
  ])
  func aChartsTemplateIsOneWhereBracesStandOutsideOfQuotesAndComments(metadata: String, expected: [String]) {
    let text = policy.replacing("name: p", with: metadata)
    #expect(problems(text, isTemplate: true) == expected)
  }

  @Test func whatATemplateIncludesIsTold() {
    #expect(problems("{{ include \"common.policy\" . }}\n", isTemplate: true) == ["template "])
    #expect(problems("{{ include \"common.policy\" . }}\n").isEmpty)
    #expect(problems("kind: Secret\nmetadata: {name: {{ .Values.name }}}\n", isTemplate: true).isEmpty)
    #expect(problems(policy, isTemplate: true).isEmpty)
    #expect(problems(policy + "# a\nx:\n  y: z{{ .Values.a }}\n", isTemplate: true) == ["template "])
    #expect(problems(policy + "x: |\n  {{ .Values.a }}\n", isTemplate: true) == ["template "])
    #expect(problems(policy + "x: |\n  {{ .Values.a }}\n") == ["unknownField x"])
  }

  @Test func aDirectiveIsCutOffFromItsDocument() {
    #expect(problems("%YAML 1.2\n---\n\(policy)") == ["invalidYAML "])
    #expect(problems("%YAML 1.2\n---\nkind: Deployment\n").isEmpty)
  }

  @Test(arguments: ["--- text\n", "----\n", "--- kind: x\n"])
  func textOnASeparatorTakesTheDocumentBeforeAlong(separator: String) {
    #expect(problems(policy + separator) == ["invalidYAML "])
    #expect(problems("kind: Deployment\n" + separator).isEmpty)
  }

  @Test func bytesThatAreNoTextAreRefused() {
    #expect(read(Array(policy.utf8) + Array("# ".utf8) + [0xFF, 0x0A]).problems.map(\.kind) == [.invalidYAML])
    #expect(read(Array(policy.utf8) + [0x00]).problems.map(\.kind) == [.invalidYAML])
    let json = #"{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"p"#
    #expect(read(Array(json.utf8) + [0xC3] + Array("\"}}".utf8)).problems.map(\.kind) == [.invalidYAML])
  }

  @Test(arguments: ["[", "{a: ", "- ", "{\"a\": ", "{\"a\": ["])
  func deepNestingIsRefusedAtOnce(opening: String) {
    let text = "x: # NetworkPolicy kind:\n " + String(repeating: opening, count: 200_000)
    let json = String(repeating: opening, count: 200_000) + "\"kind\": \"NetworkPolicy\""
    let duration = ContinuousClock().measure {
      #expect(problems(text) == ["invalidYAML "])
      #expect(problems(json) == ["invalidYAML "])
    }
    #expect(duration < .seconds(1), "took \(duration)")
  }

  @Test func anAliasBombIsRefused() {
    var text = policy + "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
    }
    #expect(problems(text) == ["invalidYAML "])
  }

  @Test func aScalarOfAHundredMegabytesIsRefusedAndTheNextDocumentRead() {
    let scalar = [UInt8](repeating: UInt8(ascii: "x"), count: 100 << 20)
    let contents = read(Array("kind: NetworkPolicy\na: ".utf8) + scalar + Array("\n---\n\(policy)".utf8))
    #expect(contents.problems.map(\.kind) == [.invalidYAML])
    #expect(contents.manifests.count == 1)
  }

  @Test(arguments: [(262_143, []), (262_144, ["invalidValue metadata.annotations"])])
  func annotationsMayHaveAQuarterOfAMebibyte(length: Int, expected: [String]) {
    let annotation = String(repeating: "x", count: length)
    #expect(problems(policy.replacing("name: p", with: "name: p, annotations: {a: \(annotation)}")) == expected)
  }

  @Test func aDumpIsOrdinaryInput() {
    let dump = """
      apiVersion: v1
      items:
      - apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata:
          annotations:
            kubectl.kubernetes.io/last-applied-configuration: |
              {"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"p"}}
          creationTimestamp: "2025-01-31T12:00:00Z"
          generation: 1
          managedFields:
          - apiVersion: networking.k8s.io/v1
            fieldsType: FieldsV1
            fieldsV1:
              f:metadata:
                f:annotations:
                  .: {}
              f:spec:
                f:podSelector: {}
            manager: kubectl-client-side-apply
            operation: Update
            time: "2025-01-31T12:00:00Z"
          name: p
          namespace: shop
          resourceVersion: "12345"
          uid: 0a8f3c1e-0000-0000-0000-000000000000
        spec:
          podSelector: {}
          policyTypes:
          - Ingress
        status: {}
      kind: List
      metadata:
        resourceVersion: ""
      """
    #expect(problems(dump).isEmpty)
  }

  @Test(arguments: [
    ("{podselector: {}, egress: [{ports: [{port: \"5432\", protocol: TCP }]}]}", "{podSelector: {}"),
    ("{egress: [{ports: [{port: 1, protocol: 'tcp '}]}]}", "protocol: 'TCP'"),
    ("{egress: [{ports: [{\"port\": \"80\", \"protocol\": \"udp\"}]}]}", "{\"port\": 80, \"protocol\": \"UDP\"}"),
    ("{podSelector: {matchLabels: {a: 1.10, b: on}}}", "{a: \"1.10\", b: \"on\"}"),
    ("{egress: [{to: [{ipBlock: {\"Cidr\": 10.0.0.0/8}}]}]}", "{\"cidr\": 10.0.0.0/8}"),
    ("{podSelector: {matchExpressions: [{key: a, operator: in, values: [b]}]}}", "operator: In"),
  ])
  func fixesMendWhatTheyPromise(spec: String, expected: String) {
    let file = policy.replacing("spec: {}", with: "spec: \(spec)")
    var bytes = Array(file.utf8)
    let edits = read(bytes).problems.compactMap(\.fix).flatMap(\.edits)
    for edit in edits.reversed() {
      bytes.replaceSubrange(Int(edit.span.start)..<Int(edit.span.end), with: Array(edit.replacement.utf8))
    }
    #expect(read(bytes).problems.isEmpty)
    #expect(String(decoding: bytes, as: UTF8.self).contains(expected))
  }
}

/// Whatever happens to the bytes of a manifest, reading ends, and every fault lies in the file.
@Suite struct MutatedManifestTests {
  static let fixtures = ["api", "rules"].flatMap { folder in
    [".yaml", ".json"].flatMap { (try? Fixture.files(folder, suffix: $0)) ?? [] }
  }.filter { $0.bytes.count < 6_000 }

  private func check(_ bytes: [UInt8], _ path: String) {
    let contents = ManifestReader(ReadingOptions()).read(SourceFile(id: FileID(0), path: path, bytes: bytes))
    for problem in contents.problems {
      let spans = [problem.span] + problem.related.map(\.span) + (problem.fix?.edits.map(\.span) ?? [])
      for span in spans where span.start > span.end || Int(span.end) > bytes.count {
        Issue.record("\(problem.message) at \(span) of \(bytes.count): \(String(decoding: bytes, as: UTF8.self))")
      }
    }
  }

  @Test(arguments: 0..<8)
  func readingNeverCrashesAndFaultsLieInTheFile(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<400 {
      let fixture = try #require(Self.fixtures.randomElement(using: &random))
      var bytes = fixture.bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
      check(bytes, fixture.path)
    }
  }

  private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: bytes.indices, using: &random)
    let start = bytes[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let end = bytes[place...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place] = Array("{}[]:,-&*!|>'\"%@`#<\t\n\r ~.0".utf8).randomElement(using: &random) ?? 0
    case 2: bytes.removeSubrange(start..<end)
    case 3: bytes.insert(contentsOf: bytes[start..<end], at: end)
    case 4: bytes.removeSubrange(place...)
    default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
    }
  }
}

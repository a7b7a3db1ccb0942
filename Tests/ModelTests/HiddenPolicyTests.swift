import Diagnostics
import Model
import TestSupport
import Testing

/// Policies that kubectl creates and that look like something else: each is read.
@Suite struct HiddenPolicyTests {
  private func read(_ bytes: [UInt8], path: String = "a.yaml") -> FileContents {
    ManifestReader(ReadingOptions(ignoredKinds: ["Secret"])).read(SourceFile(id: FileID(0), path: path, bytes: bytes))
  }

  private func policies(_ contents: FileContents) -> [String] {
    contents.manifests.compactMap { manifest in
      if case .networkPolicy(let policy) = manifest { policy.meta.name.value } else { nil }
    }
  }

  private static let rest = "metadata: {name: p}\nspec: {podSelector: {}}\n"
  private static let version = "apiVersion: networking.k8s.io/v1\n"

  @Test(arguments: [
    "kind: NetworkPolicy\n", "kind: Secret\n\"kind\": NetworkPolicy\n", "kind: Secret\nkind: NetworkPolicy\n",
    "? kind\n: NetworkPolicy\n", "\"\\x6bind\": NetworkPolicy\n", "\"\\u006bind\": \"Network\\x50olicy\"\n",
    "kind: Secret\n<<: {kind: NetworkPolicy}\n", "x: &m {kind: NetworkPolicy}\nkind: Secret\n<<: [*m]\n",
    "x: &k kind\n*k : NetworkPolicy\n", "x: &v NetworkPolicy\nkind: *v\n", "kind: |-\n  NetworkPolicy\n",
    "kind: >-\n  NetworkPolicy\n", "kind: \"Network\\\n  Policy\"\n", "kind: !!binary TmV0d29ya1BvbGljeQ==\n",
    "!!binary a2luZA== : NetworkPolicy\n", "!!str kind: !own NetworkPolicy\n",
    "kind: Secret\n!!binary a2luZA== : !<tag:yaml.org,2002:b%69nary> TmV0d29ya1BvbGljeQ==\n",
    "\"kind\": NetworkPolicy\nx: \"foo\nkind: Secret\"\n", "x: y\u{85}kind: NetworkPolicy\n",
    "x: y\rkind: NetworkPolicy\r",
    "x: y\u{2028}kind: NetworkPolicy\u{2029}", "items: null\nkind: NetworkPolicy\n", "items: ~\nkind: NetworkPolicy\n",
  ])
  func howeverItIsWritten(kind: String) {
    #expect(policies(read(Array((Self.version + kind + Self.rest).utf8))) == ["p"])
  }

  @Test(arguments: [
    "kind: Secret\n", "kind: List\n", "kind: Kustomization\n", "kind: NetworkPolicy\n", "kind: Deployment\n", "",
    "kind: Secret\n\"\\x69tems\": []\n",
  ])
  func whateverAListIsCalled(kind: String) {
    let item = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p}, spec: {podSelector: {}}}"
    let text = "apiVersion: v1\n\(kind)items: [\(item)]\n"
    #expect(policies(read(Array(text.utf8))) == ["p"])
    #expect(policies(read(Array(text.utf8), path: "k8s/kustomization.yaml")) == ["p"])
  }

  @Test(arguments: ["NetworkPolicy", "NetworkPolicyList"])
  func itemsAreOfTheListsKind(kind: String) {
    let text = Self.version + "kind: \(kind)\nitems: [{metadata: {name: p}, spec: {podSelector: {}}}]\n"
    #expect(policies(read(Array(text.utf8))) == ["p"])
  }

  @Test func aPolicyWithItemsIsAListAndNothingElse() {
    let contents = read(Array((Self.version + "kind: NetworkPolicy\nitems: []\n" + Self.rest).utf8))
    #expect(contents.manifests.isEmpty)
    #expect(contents.problems.map { "\($0.kind) \($0.path)" } == ["unknownField items"])
  }

  @Test(arguments: [
    ("kind: NetworkPolicy\nitems: {}\n", ["unknownField items", "wrongType items"]),
    ("kind: List\nitems: {kind: NetworkPolicy}\n", ["wrongType items"]), ("kind: Widget\nitems: {}\n", []),
  ])
  func itemsMustBeAList(text: String, problems: [String]) {
    let contents = read(Array((Self.version + text).utf8))
    #expect(contents.problems.map { "\($0.kind) \($0.path)" } == problems && contents.manifests.isEmpty)
  }

  @Test(arguments: ["utf16le", "utf16be", "utf32le", "utf32be"])
  func whateverTheEncoding(name: String) {
    let text = "\u{FEFF}# ä\r\n" + Self.version + "kind: NetworkPolicy\nmetadata: {name: p}\nspec: {podselector: {}}\n"
    let order = name.hasSuffix("be") ? [24, 16, 8, 0] : [0, 8, 16, 24]
    let bytes = text.unicodeScalars.flatMap { scalar in
      order.filter { name.contains("32") || $0 < 16 }.map { UInt8(scalar.value >> $0 & 0xFF) }
    }
    let contents = read(bytes)
    #expect(policies(contents) == ["p"])
    let lines = LineIndex(SourceFile(id: FileID(0), path: "", bytes: bytes).bytes)
    #expect(contents.problems.first.map { lines.position(of: $0.span.start) } == SourcePosition(line: 5, column: 8))
  }

  // MARK: kustomization.yaml

  @Test(arguments: [
    ("resources: [a.yaml]\n", true), ("kind: Kustomization\n", true), ("kind: Component\n", true),
    ("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: \"\"\n", true), ("kind: null\nresources: []\n", true),
    ("kind: ConfigMap\n", false), ("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n", false),
  ])
  func aKustomizationHasNoOtherKind(text: String, isKustomization: Bool) {
    let contents = read(Array(text.utf8), path: "k8s/kustomization.yaml")
    #expect(contents.isKustomization == isKustomization && contents.manifests.isEmpty == isKustomization)
  }

  @Test func otherDocumentsOfItsFileAreManifests() {
    let policy = Self.version + "kind: NetworkPolicy\n" + Self.rest
    let alone = read(Array(policy.utf8), path: "kustomization.yml")
    #expect(policies(alone) == ["p"] && !alone.isKustomization)
    let second = read(Array(("resources: [a.yaml]\n---\n" + policy).utf8), path: "Kustomization")
    #expect(policies(second) == ["p"] && second.isKustomization && second.documents.count == 1)
  }

  // MARK: Kinds

  @Test func aConversionIsReadAndItsKindIsNot() {
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\n"
    let reader = ManifestReader(ReadingOptions(ignoredKinds: ["CustomResourceDefinition"]))
    func count(_ text: String) -> Int {
      reader.read(SourceFile(id: FileID(0), path: "a.yaml", bytes: Array(text.utf8))).manifests.count
    }
    let service = "{webhook: {clientConfig: {service: {namespace: a, name: b}}}}"
    #expect(count(definition + "spec: {conversion: \(service)}\n") == 1)
    #expect(count(definition + "spec: {names: {kind: A}}\n") == 0 && count(definition) == 0)
  }
}

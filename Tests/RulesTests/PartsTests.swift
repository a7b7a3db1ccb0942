import Config
import Diagnostics
import Model
import Rules
import TestSupport
import Testing

/// A large file is read in parts by several tasks; what is found must not depend on that.
@Suite struct PartsTests {
  private let document = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web-NUMBER, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: web-NUMBER}}
      policyTypes: [Ingress]
      ingress:
        - from: [{namespaceSelector: {}}]
    """

  private func file(_ documents: Int) -> SourceFile {
    var texts = (0..<documents).map { document.replacing("NUMBER", with: "\($0)") }
    texts[documents / 2] = "kind: NetworkPolicy\nspec: {"
    return SourceFile(id: FileID(0), path: "all.yaml", bytes: Array(texts.joined(separator: "\n---\n").utf8))
  }

  @Test func aFileThatIsCutGivesWhatTheWholeOneGives() async {
    let file = file(1500)
    #expect(file.bytes.count > 256 << 10)
    let reader = ManifestReader(ReadingOptions())
    let parts = reader.parts(of: file, bytes: 64 << 10)
    #expect(parts.count > 2)
    var joined = FileContents()
    for part in parts { joined.append(reader.read(part)) }
    let whole = reader.read(file)
    #expect(joined.documents.map(\.id) == whole.documents.map(\.id))
    #expect(joined.manifests.map(\.meta.span) == whole.manifests.map(\.meta.span))
    #expect(joined.problems.map(\.span) == whole.problems.map(\.span) && whole.problems.count == 1)
  }

  @Test func theNumberOfJobsChangesNothing() async {
    let files = [file(1500)]
    let one = await Lint.run(files, jobs: 1)
    let four = await Lint.run(files, jobs: 4)
    #expect(one.findings == four.findings && one.undecided == four.undecided && one.findings.count > 1500)
  }

  @Test func aThousandBrokenDocumentsAreListedAndTheOthersCounted() async {
    let text = Array(repeating: "kind: NetworkPolicy\nspec: {", count: 1003).joined(separator: "\n---\n")
    let file = SourceFile(id: FileID(0), path: "all.yaml", bytes: Array(text.utf8))
    let findings = await Lint.run([file], [NP001InvalidYAML.self]).findings
    #expect(findings.count == 1001)
    #expect(findings.last?.message.hasPrefix("3 more faults") == true)
  }
}

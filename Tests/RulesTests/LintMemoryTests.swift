import Config
import Diagnostics
import Foundation
import Rules
import TestSupport
import Testing
import Traffic

/// Whoever lints after each change finds what a lint from the start finds.
@Suite struct LintMemoryTests {
  /// The documents of a text, each as a file: changes of one leave the others as they are.
  private static func files(_ documents: [String]) -> [SourceFile] {
    documents.enumerated().map { index, text in
      let isBuild = text.contains("resources:")
      let path = isBuild ? "kustomization.yaml" : "\(index).yaml"
      return SourceFile(id: FileID(index), path: path, bytes: Array(text.utf8))
    }
  }

  private static func isPolicy(_ text: String) -> Bool { text.contains("kind: NetworkPolicy\n") }

  /// Someone who changes files, and lints them each time.
  private final class Editor {
    private let configuration: Configuration
    private let cache = ContentsCache()
    let memory = LintMemory()

    init(_ configuration: Configuration) { self.configuration = configuration }

    /// Lints with what is known from before, and compares with a lint from the start.
    func lint(_ documents: [String], _ comment: Comment) async {
      let files = LintMemoryTests.files(documents)
      let known = await Linter(memory: memory)
        .lint(await Project.read(files, configuration: configuration, cache: cache))
      let fresh = await Linter().lint(await Project.read(files, configuration: configuration))
      #expect(known.findings == fresh.findings, comment)
      #expect(known.suppressed.map(\.finding) == fresh.suppressed.map(\.finding), comment)
      #expect(known.undecided == fresh.undecided, comment)
    }
  }

  /// What may become of a policy's text.
  private static let changes: [(name: String, make: @Sendable (String) -> String)] = [
    ("lines in front", { "\n# said\n" + $0 }), ("a comment behind", { $0 + "# said\n" }), ("nothing", { _ in "" }),
    ("other ports", { $0.replacing("port: ", with: "port: 1") }),
    ("other pods", { $0.replacing("app: ", with: "app: x") }),
    ("another namespace", { $0.replacing("namespace: ", with: "namespace: x") }),
    ("the other direction", { $0.replacing("Ingress]", with: "Egress]") }),
    ("all pods", { $0.replacing("podSelector: {matchLabels:", with: "podSelector: {x:") }),
  ]

  /// Each policy is changed in each way.
  @Test(arguments: Registry.infos.filter { !$0.bad.manifest.contains("kind: Kustomization") }.map(\.id))
  func examplesThatAreEdited(_ id: RuleID) async throws {
    let info = try #require(Registry.rule(id)).info
    let documents = info.bad.manifest.components(separatedBy: "\n---\n").map { $0 + "\n" }
    let editor = Editor(try Lint.configuration(info.bad.config ?? ""))
    await editor.lint(documents, "\(id)")
    for number in documents.indices where LintMemoryTests.isPolicy(documents[number]) {
      for change in LintMemoryTests.changes {
        var changed = documents
        changed[number] = change.make(documents[number])
        if changed == documents { continue }
        await editor.lint(changed, "\(id), \(number), \(change.name)")
      }
    }
  }

  /// To a build any file may matter: what it makes of others stands where it stood before.
  @Test func buildsAreAskedAsAWhole() async {
    let info = NP301PortNotExposed.info
    let documents = info.bad.manifest.components(separatedBy: "\n---\n").map { $0 + "\n" }
    let names = documents.indices.map { "\($0 + 1).yaml" }.joined(separator: ", ")
    let editor = Editor(Configuration())
    for change in [
      "", "labels: [{pairs: {app: other}, includeSelectors: true}]", "namePrefix: new-", "namespace: other",
    ] {
      await editor.lint(["resources: [\(names)]\n\(change)\n"] + documents, "\(change)")
    }
    #expect(editor.memory.uses == 0)
  }

  /// Policies take the place of others, in worlds in which everything meets.
  @Test(arguments: 0..<40) func policiesThatAreReplaced(_ seed: UInt64) async throws {
    var documents = WorldGenerator.world(seed: seed).documents
    documents.removeAll { ($0["kind"]?.text ?? "").hasSuffix("NetworkPolicy") && $0["kind"]?.text != "NetworkPolicy" }
    let others = (1...4).flatMap { WorldGenerator.world(seed: seed &* 31 &+ $0).documents }
      .filter { $0["kind"]?.text == "NetworkPolicy" }
    var random = SeededGenerator(seed: seed)
    var texts = documents.map(\.yaml)
    let editor = Editor(Configuration())
    await editor.lint(texts, "\(seed)")
    let policies = documents.indices.filter { documents[$0]["kind"]?.text == "NetworkPolicy" }
    guard !policies.isEmpty, !others.isEmpty else { return }
    for step in 0..<12 {
      let number = policies[Int(random.next() % UInt64(policies.count))]
      texts[number] =
        step % 5 == 4 ? "\n" + texts[number] : others[Int(random.next() % UInt64(others.count))].yaml
      await editor.lint(texts, "\(seed), \(step)")
    }
    #expect(editor.memory.uses > 0)
  }
}

import Assembly
import Config
import Diagnostics
import Foundation
import Model
import Rules
import TestSupport
import Testing
import Traffic

/// Whoever lints after each change finds what a lint from the start finds.
@Suite struct LintMemoryTests {
  /// The documents of a text, each as a file: changes of one leave the others as they are.
  static func files(_ documents: [String]) -> [SourceFile] {
    documents.enumerated().map { index, text in
      let isBuild = text.contains("resources:")
      let path = isBuild ? "kustomization.yaml" : "\(index).yaml"
      return SourceFile(id: FileID(index), path: path, bytes: Array(text.utf8))
    }
  }

  static func isPolicy(_ text: String) -> Bool { text.contains("kind: NetworkPolicy\n") }

  /// Someone who changes files, and lints them each time.
  final class Editor {
    private let configuration: Configuration
    private let cache = ContentsCache()
    let memory = LintMemory()

    init(_ configuration: Configuration) { self.configuration = configuration }

    /// Lints with what is known from before, and compares with a lint from the start.
    func lint(_ documents: [String], _ comment: Comment) async {
      await lint(LintMemoryTests.files(documents), comment)
    }

    /// - Parameter comparesObjects: whether all that is read of the objects is compared too, which takes time.
    /// - Returns: what was read from the start.
    @discardableResult func lint(
      _ files: [SourceFile], _ comment: Comment, comparesObjects: Bool = false
    ) async -> Project {
      let kept = await Project.read(files, configuration: configuration, cache: cache)
      let known = await Linter(memory: memory).lint(kept)
      let project = await Project.read(files, configuration: configuration)
      let fresh = await Linter().lint(project)
      #expect(kept.skipped == project.skipped, comment)
      #expect(kept.assembly.units.map(\.name) == project.assembly.units.map(\.name), comment)
      #expect(
        kept.assembly.units.map { $0.objects.map(\.manifest.meta.reference) }
          == project.assembly.units.map { $0.objects.map(\.manifest.meta.reference) }, comment)
      #expect(known.findings == fresh.findings, comment)
      #expect(known.suppressed.map(\.finding) == fresh.suppressed.map(\.finding), comment)
      #expect(known.expired == fresh.expired, comment)
      #expect(known.undecided == fresh.undecided, comment)
      if comparesObjects { #expect(Editor.objects(kept) == Editor.objects(project), comment) }
      return project
    }

    /// All that is known of the objects of all units.
    private static func objects(_ project: Project) -> String {
      var text = ""
      dump(project.assembly.units.map { $0.objects.map(\.manifest) }, to: &text)
      return text
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

  /// A fixture of some rule that is no build, as documents.
  struct Sample {
    let rule: String
    let isBad: Bool
    let config: String
    let documents: [String]

    init?(_ file: SourceFile) {
      let text = String(decoding: file.bytes, as: UTF8.self)
      let parts = file.path.split(separator: "/")
      guard parts.count == 2, !text.contains("kind: Kustomization"), !text.contains("AdminNetworkPolicy"),
        !text.contains("ClusterNetworkPolicy"), !text.contains("\r")
      else { return nil }
      rule = String(parts[0])
      isBad = parts[1].hasPrefix("bad")
      config = text
      documents = text.components(separatedBy: "\n---\n").map { $0 + "\n" }
    }
  }

  static let samples = Result { try Fixture.files("rules").compactMap(Sample.init) }

  /// Edits that touch what others may hang on: names, namespaces and selectors of one policy become those of another.
  struct Mixer {
    var random: SeededGenerator
    /// Policies of the fixtures of all rules.
    private let pool: [String]

    init(seed: UInt64, _ samples: [Sample]) {
      random = SeededGenerator(seed: seed)
      pool = samples.flatMap(\.documents).filter(LintMemoryTests.isPolicy)
    }

    mutating func pick<Item>(_ items: [Item]) -> Item { items[Int(random.next() % UInt64(items.count))] }

    mutating func policy() -> String { pick(pool) }

    /// - Parameter number: the place of the policy that changes.
    mutating func change(_ number: Int, in documents: [String]) -> String {
      let own = documents[number].isEmpty ? policy() : documents[number]
      let other = pick(documents.filter(LintMemoryTests.isPolicy) + pool.prefix(1))
      switch random.next() % 9 {
      case 0: return ""
      case 1:
        return taking(/namespace: [a-z-]+/, of: pick(documents.filter { $0.contains("namespace: ") } + [own]), own)
      case 2: return taking(/name: [a-z-]+/, of: other, own)
      case 3: return taking(/podSelector: \{[^{}]*(\{[^{}]*\})?\}/, of: other, own)
      case 4: return taking(/namespaceSelector: \{[^{}]*(\{[^{}]*\})?\}/, of: other, own)
      case 5: return "# last reviewed 2020-01-01\n" + own
      case 6: return own + "---\n" + other
      default: return taking(/namespace: [a-z-]+/, of: other, policy())
      }
    }

    /// A text with the first part of another one that matches, in the place of its own first one.
    func taking<Output>(_ part: Regex<Output>, of other: String, _ own: String) -> String {
      guard let new = try? part.firstMatch(in: other), let old = try? part.firstMatch(in: own) else { return own }
      return own.replacingCharacters(in: old.range, with: String(other[new.range]))
    }
  }

  /// A fixture in which each rule fires, between others, while its policies become more and more like each other.
  @Test(arguments: Array(Registry.infos.map(\.id).enumerated()).map { ($0.offset, $0.element) })
  func policiesThatBecomeLikeOthers(_ seed: Int, _ rule: RuleID) async throws {
    let samples = try Self.samples.get()
    var mixer = Mixer(seed: UInt64(seed), samples)
    let bad = samples.filter { $0.isBad && $0.rule == rule.description }
    guard !bad.isEmpty else { return }
    let first = mixer.pick(bad)
    var documents = first.documents + mixer.pick(samples).documents + mixer.pick(samples).documents
    documents += [mixer.policy(), mixer.policy()]
    let editor = Editor(try Lint.configuration(in: first.config))
    await editor.lint(documents, "\(rule)")
    let policies = documents.indices.filter { LintMemoryTests.isPolicy(documents[$0]) }
    for step in 0..<8 {
      let number = mixer.pick(policies)
      documents[number] = mixer.change(number, in: documents)
      await editor.lint(documents, "\(rule), \(step):\n\(documents[number])")
    }
  }

  /// Faults of files are said with the first world: which one that is hangs on the files that hold something.
  @Test func rulesAboutFilesAreAskedAsAWhole() {
    for rule in Registry.all where rule.looksAtFiles {
      #expect(rule.policyScope == .world, "\(rule.info.id)")
    }
  }
}

import Diagnostics
import Facts
import Foundation
import TestSupport
import Testing
import YAMLSource

/// The shape of `rules/hipaa.yaml`, and what must not be claimed by it.
@Suite struct HIPAACatalogueTests {
  private let root: NodeRef

  init() throws {
    let url = Fixture.repository.appendingPathComponent("rules/hipaa.yaml")
    let file = SourceFile(id: FileID(0), path: "hipaa.yaml", bytes: Array(try Data(contentsOf: url)))
    root = try #require(try YAMLReader.read(DocumentSplitter.split(file.bytes)[0], of: file).root)
  }

  private var citations: [NodeRef] { root["citations"].map { Array($0.items) } ?? [] }

  private func texts(_ node: NodeRef?) -> [String] { node?.items.map(\.text) ?? [] }

  private func id(_ node: NodeRef) -> String { node["id"]?.text ?? "" }

  /// The citations in which a list has a word.
  private func citations(with word: String, under key: StaticString) -> [String] {
    citations.filter { texts($0["crosswalk"]?[key]).contains(word) }.map(id)
  }

  @Test func everyCitationSaysWhatItIs() {
    let types = Set(texts(root["enums"]?["type"]))
    let support = Set(root["enums"]?["support"]?.entries.map(\.key.text) ?? [])
    let checks = Set(root["checks"]?.items.map(id) ?? [])
    #expect(types.count == 3 && support.count == 4 && checks.count == 17)
    #expect(citations.count == 36)
    for citation in citations {
      #expect(types.contains(citation["type"]?.text ?? ""), "\(id(citation))")
      #expect(support.contains(citation["support"]?.text ?? ""), "\(id(citation))")
      #expect(["required", "addressable"].contains(citation["requirement"]?.text ?? ""), "\(id(citation))")
      #expect(Set(texts(citation["evidence_checks"])).isSubset(of: checks), "\(id(citation))")
      #expect(citation["cannot_show"].map { !$0.text.isEmpty } == true, "\(id(citation))")
    }
    #expect(citations.map(id) == Facts.shared.hipaa.citations.map(\.paragraph))
  }

  @Test func whatAStandardIsAndWhatItsSpecificationsAre() {
    for citation in citations {
      let isSpecification = citation["type"]?.hasText("implementation specification") == true
      // Every standard binds; only specifications are addressable (164.306(c), (d)), and each has its standard.
      if !isSpecification { #expect(citation["requirement"]?.hasText("required") == true, "\(id(citation))") }
      #expect((citation["parent"] != nil) == isSpecification, "\(id(citation))")
    }
  }

  @Test func nothingIsSupportedThatAPolicyCannotShow() {
    let facts = Facts.shared.hipaa.citations
    #expect(facts.filter { $0.support == .supports }.map(\.paragraph) == ["164.306(e)"])
    #expect(
      facts.filter { $0.support == .contrary }.map(\.paragraph) == ["164.312(e)(2)(i)", "164.312(e)(2)(ii)"])
    for citation in citations {
      let isSilent = citation["support"]?.hasText("does not address") == true
      #expect(isSilent == texts(citation["evidence_checks"]).isEmpty, "\(id(citation))")
    }
    #expect(facts.first { $0.paragraph == "164.308(a)(4)(ii)(C)" }?.support == HIPAACitation.Support.none)
  }

  /// What NIST SP 800-66r2 maps directly, and what can only be reached through another framework.
  @Test func theCrosswalkSaysNoMoreThanItsSource() {
    for control in ["SC-7", "CM-7", "CA-9", "AU-12"] {
      #expect(citations(with: control, under: "sp800_53r5_direct").isEmpty, "\(control)")
    }
    #expect(citations(with: "SC-7", under: "sp800_53r5_via_csf").contains("164.312(a)(1)"))
    #expect(
      citations(with: "AC-4", under: "sp800_53r5_direct") == ["164.308(a)(3)(ii)(A)", "164.308(a)(4)(ii)(B)"])
    #expect(
      citations(with: "SC-8", under: "sp800_53r5_direct")
        == ["164.312(c)(1)", "164.312(c)(2)", "164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"])
  }

  @Test(arguments: [
    ("164.312(e)", "Transmission security"), ("164.308(a)(3)", "Workforce security"),
    ("164.308(a)(4)", "Information access management"), ("164.316(b)", "Documentation"),
    ("164.318(b)", "Health care clearinghouse"), ("164.306(d)", "Implementation specifications"),
    ("164.312(A)(1)", "Access control"),
  ])
  func sectionsAreCalledAfterTheirStandards(_ paragraph: String, _ title: String) {
    #expect(Facts.shared.hipaa.heading(of: paragraph)?.title == title)
  }

  @Test func noTitleIsWrongWhereThereIsNone() throws {
    let hipaa = Facts.shared.hipaa
    #expect(!hipaa.isWrongTitle("Access control", for: try #require(hipaa.citation("164.306(d)(3)"))))
    #expect(!hipaa.isWrongTitle("Integrity controls", for: try #require(hipaa.heading(of: "164.312(e)"))))
    #expect(hipaa.isWrongTitle("Access control", for: try #require(hipaa.heading(of: "164.312(e)"))))
    #expect(hipaa.citation(titled: "") == nil && hipaa.citation(titled: "Standards") == nil)
  }
}

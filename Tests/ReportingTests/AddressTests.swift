import Diagnostics
import Foundation
import Reporting
import TestSupport
import Testing

/// Where the project is to be found is said in one place, and reports have it as soon as it is there.
@Suite struct AddressTests {
  private let address = ProjectAddress("https://git.example/team/netpol-lint")
  private let page = "https://git.example/team/netpol-lint/blob/v1.2.3/docs/rules/NP203.md"

  private var sample: Sample {
    var sample = Sample.small
    sample.address = address
    return sample
  }

  private func json(_ format: ReportFormat, _ sample: Sample) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(sample.text(format).utf8)) as? [String: Any])
  }

  @Test func sarifHasItOfTheToolAndOfEachRule() throws {
    func driver(_ sample: Sample) throws -> [String: Any] {
      let run = try #require((try json(.sarif, sample)["runs"] as? [[String: Any]])?.first)
      return try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    }
    let driver1 = try driver(sample)
    let rules = try #require(driver1["rules"] as? [[String: Any]])
    #expect(driver1["informationUri"] as? String == address.text)
    #expect(rules.contains { $0["helpUri"] as? String == page } && rules.allSatisfy { $0["helpUri"] != nil })
    // The schema wants text there, so that nothing is written where there is none.
    var without = sample
    without.address = nil
    #expect(try driver(without)["informationUri"] == nil)
  }

  @Test func jsonAndRDJSONHaveItOfTheToolAndOfEachFinding() throws {
    let report = try json(.json, sample)
    #expect((report["tool"] as? [String: Any])?["url"] as? String == address.text)
    #expect((report["findings"] as? [[String: Any]])?.contains { $0["url"] as? String == page } == true)
    let rdjson = try json(.rdjson, sample)
    #expect((rdjson["source"] as? [String: Any])?["url"] as? String == address.text)
    let codes = (rdjson["diagnostics"] as? [[String: Any]])?.compactMap { $0["code"] as? [String: Any] }
    #expect(codes?.contains { $0["url"] as? String == page } == true)
  }

  @Test func markdownLinksRules() {
    #expect(sample.text(.markdown).contains("| [NP203 split-peer](\(page)) |"))
  }

  @Test(arguments: ReportFormat.allCases)
  func withoutAnAddressNoReportLeadsAnywhere(_ format: ReportFormat) {
    var sample = sample
    sample.address = nil
    let text = sample.text(format)
    #expect(!text.contains("blob/v1.2.3") && !text.contains("OWNER"))
  }

  /// The documentation says the same.
  @Test func documentsHaveTheAddress() throws {
    let files = ["README.md", "mkdocs.yml", "docs/install.md", "docs/integrations.md"]
    let texts = try files.map { try String(contentsOf: Fixture.repository.appendingPathComponent($0), encoding: .utf8) }
    #expect(texts.allSatisfy { $0.contains("OWNER") == (ProjectAddress.current == nil) })
  }
}

import Config
import Diagnostics
import Model
import Testing

/// Zones, third parties and decisions in the config.
@Suite struct ZoneConfigTests {
  private func read(_ text: String) -> Result<Configuration, ConfigProblems> {
    ConfigReader.read(SourceFile(id: FileID(0), path: ".netpol-lint.yaml", bytes: Array(text.utf8)))
  }

  private func problems(_ text: String) -> [String] {
    if case .failure(let problems) = read(text) { problems.problems.map(\.message) } else { [] }
  }

  @Test func thirdPartiesHaveAddressesInPlaceOfPods() throws {
    let configuration = try read(
      """
      components:
        lab: {data: third-party, cidrs: [203.0.113.0/24], agreement: {with: Lab, expires: 2027-01-31}, owner: me}
        mail: {data: third-party, cidrs: [192.0.2.1/32], agreement: in folder 7}
        db: {namespace: clinic, labels: {app: db}, data: ephi, clients: [], tls: true}
      """
    ).get()
    let (lab, mail, db) = (configuration.components[0], configuration.components[1], configuration.components[2])
    #expect(!lab.hasPods && lab.agreement?.counterparty == "Lab" && lab.agreement?.expires == "2027-01-31")
    #expect(lab.clients == nil && lab.owner == "me" && !lab.attestsTLS)
    #expect(mail.agreement?.text == "in folder 7" && mail.cidrs.map(\.description) == ["192.0.2.1/32"])
    // An empty list says that nobody may call.
    #expect(db.hasPods && db.clients == [] && db.attestsTLS)
  }

  @Test func podsNeedNamespaceAndLabels() {
    #expect(problems("components: {a: {data: ephi}}").count == 2)
    #expect(problems("components: {a: {namespace: x}}") == ["components.a lacks the key `labels`"])
    let mixed = "components: {a: {cidrs: [192.0.2.0/24], namespace: x}}"
    #expect(problems(mixed) == ["components.a lacks the key `labels`"])
    #expect(problems("components: {a: {cidrs: [192.0.2.0/24]}}").isEmpty)
  }

  @Test func decisionsAndFlagsAreChecked() throws {
    let configuration = try read(
      """
      hipaa:
        clearinghouse: true
        lastInEffect: 2026-01-31
        decisions: {164.312(e)(2)(ii): {status: not-implemented, reason: none is needed}}
      """
    ).get()
    #expect(configuration.hipaa.isClearinghouse && configuration.hipaa.lastInEffect == "2026-01-31")
    #expect(configuration.hipaa.decisions.map(\.status) == [.notImplemented])
    #expect(problems("hipaa: {clearinghouse: perhaps}") == ["hipaa.clearinghouse must be true or false, not `perhaps`"])
    #expect(problems("hipaa: {decisions: {a: {status: done}}}").count == 1)
    #expect(problems("hipaa: {decisions: {a: {reason: x}}}") == ["hipaa.decisions.a lacks the key `status`"])
  }

  @Test func datesAreReckonedOnTheCalendar() {
    #expect(DateText.adding(years: 6, to: "2026-11-24") == "2032-11-24")
    #expect(DateText.adding(years: 6, to: "2028-02-29") == "2034-03-01")
    #expect(DateText.adding(days: 90, to: "2025-11-21") == "2026-02-19")
    #expect(DateText.adding(days: 1, to: "2027-12-31") == "2028-01-01")
    #expect(DateText.adding(days: 1, to: "soon") == nil)
  }
}

import Diagnostics
import Foundation
import Reporting
import Testing

@Suite struct JSONReportTests {
  @Test func theReportKeepsTheOrderOfKeysAndHasOneLineForEachFinding() {
    let first = Sample.small.findings[0].fingerprint
    var sample = Sample.small
    sample.findings = [sample.findings[0]]
    sample.skipped = [SkippedInput(file: "x.yaml", reason: "cannot be read")]
    #expect(
      sample.text(.json) == """
        {
          "schemaVersion": 1,
          "tool": {
            "name": "netpol-lint",
            "version": "1.2.3",
            "url": null
          },
          "summary": {
            "errors": 1,
            "warnings": 0,
            "notes": 0,
            "suppressed": 2,
            "files": 2,
            "documents": 4,
            "policies": 3,
            "workloads": 1,
            "namespaces": 1
          },
          "findings": [
            {"rule":"NP203","name":"split-peer","severity":"error",\
        "message":"namespace and pod selectors stand in separate list items","file":"k8s/gateway.yaml",\
        "line":6,"column":11,"endLine":6,"endColumn":28,\
        "object":{"kind":"NetworkPolicy","namespace":"shop","name":"gateway"},"path":"spec.ingress[0].from[0]",\
        "related":[{"file":"k8s/gateway.yaml","line":8,"column":11,"message":"or these labels in [shop]"}],\
        "citations":["164.312(a)(1)"],"why":"any pod of the namespace gets in","help":"make it one item","url":null,"fix":{"safety":"unsafe","description":"make it one item",\
        "edits":[{"file":"k8s/gateway.yaml","line":8,"column":9,"endLine":8,"endColumn":22,\
        "replacement":"  podSelector"}]},\
        "fingerprint":"\(first)","group":"\(first)","causedBy":null,"worlds":[],"builds":[],"template":null}
          ],
          "undecided": [
            {"rule":"NP203","namespace":"shop","reason":"no workloads were read"},
            {"rule":"NP402","namespace":"shop","reason":"no workloads were read"}
          ],
          "skipped": [
            {"file":"x.yaml","reason":"cannot be read"}
          ]
        }

        """)
  }

  private func parse(_ sample: Sample) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(sample.text(.json).utf8)) as? [String: Any])
  }

  @Test func absentValuesAreNullAndListsAreEmpty() throws {
    let findings = try #require(try parse(.small)["findings"] as? [[String: Any]])
    #expect(findings.count == 3)
    let note = findings[2]
    #expect(note["message"] as? String == "no namespace is set: 50% of the time,\nit is | <default>")
    #expect(note["object"] is NSNull && note["fix"] is NSNull)
    #expect((note["related"] as? [Any])?.isEmpty == true && (note["citations"] as? [Any])?.isEmpty == true)
    let empty = try parse(Sample())
    for list in ["findings", "undecided", "skipped"] { #expect((empty[list] as? [Any])?.isEmpty == true) }
    #expect(empty["suppressedFindings"] == nil)
  }

  @Test func shownSuppressedFindingsStandApart() throws {
    var sample = Sample(("a.yaml", "x"))
    let finding = Finding(rule: "NP203", severity: .error, message: "m", at: Place(sample.span(of: "x")))
    sample.suppressed = [
      ReportedFinding(finding, contentPath: "", suppression: Suppression(.external, reason: "accepted"))
    ]
    let report = try parse(sample)
    #expect((report["findings"] as? [Any])?.isEmpty == true)
    let suppressed = try #require((report["suppressedFindings"] as? [[String: Any]])?.first)
    #expect(suppressed["suppression"] as? [String: String] == ["kind": "external", "reason": "accepted"])
  }
}

import Diagnostics
import Foundation
import Reporting
import Testing

@Suite struct SARIFReportTests {
  private func log(_ sample: Sample) throws -> [String: Any] {
    let log = try JSONSerialization.jsonObject(with: Data(sample.text(.sarif, Sample.paths).utf8)) as? [String: Any]
    return try #require((log?["runs"] as? [[String: Any]])?.first)
  }

  /// The report from the list of results on.
  private func results(_ sample: Sample) -> String {
    let lines = sample.text(.sarif, Sample.paths).split(separator: "\n", omittingEmptySubsequences: false)
    return lines.drop { !$0.contains("\"results\":") }.joined(separator: "\n")
  }

  @Test func resultsStandErrorsFirstWithPlacesLinksHashesAndFixes() {
    #expect(
      results(.hostile)
        == #"""
              "results": [
                {"ruleId":"NP203","ruleIndex":1,"level":"error","message":{"text":"50% of <pods> & \#
        \"others\" | `x`,\\r\\nsee [doc] (1) \\u{1b}[31m @me https://x.example \#u{FFFE},́]́. Why: it is *bold*. \#
        Fix: write `ports`. See [the \\[other\\] \\\\ place](1)."},\#
        "locations":[{"physicalLocation":{"artifactLocation":{"uri":"in%20fra/x/k8s/a%20b%2Cc%25%7C%C3%A9%\#
        3A.yaml"},"region":{"startLine":3,"startColumn":3,"endLine":3,"endColumn":7}}}],\#
        "relatedLocations":[{"id":1,"physicalLocation":{"artifactLocation":{"uri":"in%20fra/x/k8s/a%20b%2C\#
        c%25%7C%C3%A9%3A.yaml"},"region":{"startLine":2,"startColumn":8,"endLine":2,"endColumn":14}},\#
        "message":{"text":"the [other] \\ place"}}],"partialFingerprints":{"primaryLocationLineHash":"f805\#
        7ceb9388b2d9:1","netpolLint/v1":"f93bae59200e5a97fd836c9bc28b8565"},\#
        "fixes":[{"description":{"text":"write `ports`"},"artifactChanges":[{"artifactLocation":{"uri":"in\#
        %20fra/x/k8s/a%20b%2Cc%25%7C%C3%A9%3A.yaml"},"replacements":[{"deletedRegion":{"startLine":3,"star\#
        tColumn":3,"endLine":3,"endColumn":7},"insertedContent":{"text":"ports"}},\#
        {"deletedRegion":{"startLine":3,"startColumn":9,"endLine":3,"endColumn":11},\#
        "insertedContent":{"text":"\"8\\0\""}}]}]}]},
                {"ruleId":"NP402","ruleIndex":2,"level":"warning","message":{"text":"two lines."},\#
        "locations":[{"physicalLocation":{"artifactLocation":{"uri":"in%20fra/x/k8s/a%20b%2Cc%25%7C%C3%A9%\#
        3A.yaml"},"region":{"startLine":2,"startColumn":9,"endLine":3,"endColumn":11}}}],\#
        "partialFingerprints":{"primaryLocationLineHash":"878d316943ba0549:1",\#
        "netpolLint/v1":"5677d18e7aa51b2700bc523f2a757dc4"}},
                {"ruleId":"NP008","ruleIndex":0,"level":"note","message":{"text":"a note."},\#
        "locations":[{"physicalLocation":{"artifactLocation":{"uri":"in%20fra/x/k8s/a%20b%2Cc%25%7C%C3%A9%\#
        3A.yaml"},"region":{"startLine":1,"startColumn":7,"endLine":2,"endColumn":1}}}],\#
        "partialFingerprints":{"primaryLocationLineHash":"215d3aebb4099d7b:1",\#
        "netpolLint/v1":"de6dbaf1283cc21eabe3866e29287c3f"}}
              ]
            }
          ]
        }

        """#)
  }

  @Test func whereSuppressedResultsAreShownEveryResultSaysWhetherItIs() {
    #expect(
      results(.suppressed)
        == #"""
              "results": [
                {"ruleId":"NP402","ruleIndex":2,"level":"warning","message":{"text":"two lines."},\#
        "locations":[{"physicalLocation":{"artifactLocation":{"uri":"in%20fra/x/k8s/a%20b%2Cc%25%7C%C3%A9%\#
        3A.yaml"},"region":{"startLine":2,"startColumn":9,"endLine":3,"endColumn":11}}}],\#
        "partialFingerprints":{"primaryLocationLineHash":"878d316943ba0549:1",\#
        "netpolLint/v1":"5677d18e7aa51b2700bc523f2a757dc4"},"suppressions":[{"kind":"inSource",\#
        "justification":"known | <ok>"}]}
              ]
            }
          ]
        }

        """#)
  }

  @Test func aCleanRunHasAnEmptyListAndAllRules() throws {
    var sample = Sample.hostile
    sample.findings = []
    sample.skipped = []
    let run = try log(sample)
    #expect((run["results"] as? [Any])?.isEmpty == true)
    #expect(run["columnKind"] as? String == "unicodeCodePoints")
    let driver = (run["tool"] as? [String: Any])?["driver"] as? [String: Any]
    #expect(driver?["semanticVersion"] as? String == "1.2.3")
    #expect((driver?["rules"] as? [[String: Any]])?.compactMap { $0["id"] as? String } == ["NP008", "NP203", "NP402"])
  }

  @Test func aRuleHoldsWhatCodeScanningReads() throws {
    let driver = (try log(.hostile)["tool"] as? [String: Any])?["driver"] as? [String: Any]
    let rule = try #require((driver?["rules"] as? [[String: Any]])?.dropFirst().first)
    #expect(
      rule as NSDictionary == [
        "id": "NP203", "name": "split-peer",
        "shortDescription": ["text": "Two list items where one was meant"],
        "fullDescription": ["text": "Two items mean OR.\n\nA second paragraph."],
        "help": [
          "text": "Two items mean OR.\n\nA second paragraph.\n\nWhat to do: Put both selectors in one item.",
          "markdown": String(RulePage.markdown(splitPeer).dropFirst("# NP203 split-peer\n\n".count)),
        ],
        "defaultConfiguration": ["level": "error"],
        "properties": [
          "tags": ["security", "kubernetes", "networkpolicy", "hipaa/164.312(a)(1)"],
          "precision": "high", "security-severity": "8.0",
        ],
      ] as NSDictionary)
  }

  @Test func whatWasNotReadAndWhatStayedOpenAreNotifications() throws {
    var sample = Sample.small
    sample.skipped = [SkippedInput(file: "x.yaml", reason: "cannot be read")]
    let invocation = try #require((try log(sample)["invocations"] as? [[String: Any]])?.first)
    let notifications = try #require(invocation["toolExecutionNotifications"] as? [[String: Any]])
    #expect(notifications.map { $0["level"] as? String } == ["warning", "note"])
    #expect(
      notifications.map { ($0["message"] as? [String: String])?["text"] } == [
        "Skipped x.yaml: cannot be read", "NP203 and NP402 undecided for namespace shop: no workloads were read.",
      ])
  }

  @Test func beyondTheLimitsOfCodeScanningTheLeastSevereResultsAreLeftOut() throws {
    var sample = Sample(("a.yaml", "x\n"))
    let place = sample.span(of: "x")
    for number in 0..<25_001 {
      let isNote = number % 2 == 0
      sample.add(
        Finding(rule: isNote ? "NP008" : "NP203", severity: isNote ? .note : .error, message: "m", at: Place(place)))
    }
    sample.add(
      Finding(
        rule: "NP203", severity: .error, message: "related", at: Place(place),
        .related(Array(repeating: RelatedPlace(place, "r"), count: 101))))
    let run = try log(sample)
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.count == 25_000)
    #expect(results.count { $0["level"] as? String == "error" } == 12_501)
    let related = results.compactMap { $0["relatedLocations"] as? [Any] }
    #expect(related.map(\.count) == [100])
    #expect(sample.text(.sarif).contains("2 more results left out"))
  }
}

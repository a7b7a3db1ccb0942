import Foundation
import TestSupport
import Testing

/// `report hipaa` as a process. `make evidence-update` writes the goldens.
@Suite struct EvidenceCommandTests {
  /// In the folder of a fixture, so that paths are as they are there.
  private func report(_ name: String, _ arguments: String...) throws -> Tool.Run {
    let folder = Fixture.repository.appendingPathComponent("Fixtures/voiceassist/\(name)").path
    let tool = try Tool()
    defer { tool.remove() }
    return try tool.shell(
      "cd \"$1\" && shift && \"$0\" report hipaa --today 2026-11-24 \"$@\"", [Tool.binary, folder] + arguments)
  }

  @Test(arguments: ["as-documented", "as-found"])
  func goldensForPeople(_ name: String) throws {
    let folder = Fixture.repository.appendingPathComponent("Fixtures/voiceassist")
    let run = try report(name)
    let golden = try String(contentsOf: folder.appendingPathComponent("evidence/\(name).md"), encoding: .utf8)
    #expect(run.output == golden)
    #expect(run.status == 0)
  }

  @Test func reportsThatWereKeptAreListed() throws {
    let tool = try Tool()
    defer { tool.remove() }
    let pod =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: %, namespace: shop, labels: {app: %}}\nspec: {containers: [{name: c, image: c}]}\n"
    try tool.write(".netpol-lint.yaml", "components: {db: {namespace: shop, labels: {app: db}, data: ephi}}")
    try tool.write("k8s/db.yaml", pod.replacing("%", with: "db"))
    try tool.write("kept/readme.json", "{}")
    func report(_ day: String, _ arguments: String...) throws -> Tool.Run {
      try tool.shell(
        "\"$0\" \"$@\" k8s", [Tool.binary, "report", "hipaa", "--allow-empty", "--today", day] + arguments)
    }
    #expect(try report("2026-01-10", "--format", "json", "-o", "kept/1.json").status == 0)
    try tool.write("k8s/web.yaml", pod.replacing("%", with: "web"))
    #expect(
      try report(
        "2026-05-01", "--compare", "kept/1.json", "--acknowledge", "CHG-7", "--format", "json", "-o", "kept/2.json"
      ).status == 0)
    let history = try report("2026-05-02", "--history", "kept").output
    #expect(history.contains("| 2026-05-01 | 2.json |") && history.contains("| 1.json | 111 | longer than 90 days |"))
    #expect(history.contains("| shop/web may newly reach shop/db on every port | CHG-7 |"))
    #expect(history.contains("| 2026-05-02 | this report |  | none is named | 1 | no |"))
    #expect(try report("2026-05-02", "--history", "nowhere").status == 2)
    let again = try report("2026-03-01", "--history", "kept").output
    #expect(again.contains("| 2026-03-01 | this report |  | none is named | 50 | no |"))
    #expect(again.contains("| 1.json | 61 | no |"))
  }

  /// A gate that can never close, or compares backwards in time, is none.
  @Test func aChangeNeedsAnEarlierReport() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write(
      "db.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: db}\nspec: {containers: [{name: c, image: c}]}\n")
    func report(_ arguments: String...) throws -> Tool.Run {
      try tool.shell("\"$0\" report hipaa --allow-empty \"$@\" db.yaml", [Tool.binary] + arguments)
    }
    for word in ["change", "new-client", "new-egress", "lost-isolation", "fail,new-client"] {
      let run = try report("--fail-on", word)
      #expect(run.status == 2 && run.errors.contains("needs --compare"), "\(word)")
    }
    #expect(try report("--today", "2026-05-02", "--format", "json", "-o", "a report.json").status == 0)
    let run = try report("--today", "2026-05-01", "--compare", "a report.json")
    #expect(run.status == 2 && run.errors.contains("it is of 2026-05-02, after this report, of 2026-05-01"))
    let same = try report("--today", "2026-05-02", "--compare", "a report.json", "--fail-on", "change")
    #expect(same.status == 0)
    #expect(same.output.contains("--compare 'a report.json' --fail-on change db.yaml |"))
  }

  @Test func failOnAsksForWhatFails() throws {
    func status(_ name: String, _ words: String) throws -> Int32 { try report(name, "--fail-on", words).status }
    #expect(try status("as-found", "fail") == 1)
    #expect(try status("as-documented", "fail") == 0)
    #expect(try status("as-documented", "undecided,fail") == 1)
    #expect(try status("as-documented", "never") == 0)
    #expect(try status("as-documented", "soon") == 2)
  }
}

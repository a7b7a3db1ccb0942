import Foundation
import TestSupport
import Testing

@testable import Server

@Suite struct SyncTests {
  /// `😀` is two units of UTF-16; a change counts in the text that the changes before it leave.
  @Test func changesCountInUnitsOfUTF16OneAfterTheOther() async throws {
    var session = try await Session.opened(Manifests.disk)
    await session.open("/w/policy.yaml", "# 😀é: x\r\nspec: 1\r\n")
    await session.change(
      "/w/policy.yaml",
      [
        Session.edit((0, 4), (0, 5), "e"), Session.edit((0, 2), (0, 4), ""), Session.edit((1, 99), (2, 0), "2\r\n"),
        Session.edit((9, 9), (9, 9), "end"),
      ], version: 2)
    #expect(session.text(of: "/w/policy.yaml") == "# e: x\r\nspec: 12\r\nend")
    await session.change("/w/policy.yaml", [["text": "whole"], Session.edit((0, 5), (0, 5), "!")], version: 3)
    #expect(session.text(of: "/w/policy.yaml") == "whole!")
  }

  @Test func clientsThatCountBytesAreHeard() async throws {
    var session = try await Session.opened(
      Manifests.disk, capabilities: ["general": ["positionEncodings": ["utf-8", "utf-16"]]])
    await session.open("/w/policy.yaml", "é😀x")
    await session.change("/w/policy.yaml", [Session.edit((0, 6), (0, 7), "y")], version: 2)
    #expect(session.text(of: "/w/policy.yaml") == "é😀y")
  }

  /// A mark that a client has in its text is a character of it.
  @Test func aByteOrderMarkInAnOpenTextCounts() async throws {
    var session = try await Session.opened(Manifests.disk)
    await session.open("/w/policy.yaml", "\u{FEFF}ab")
    await session.change("/w/policy.yaml", [Session.edit((0, 1), (0, 2), "x")], version: 2)
    #expect(session.text(of: "/w/policy.yaml").map { Array($0.unicodeScalars) } == Array("\u{FEFF}xb".unicodeScalars))
  }

  /// What cannot be understood changes nothing.
  @Test func changesWithoutSenseAreLeftOut() async throws {
    var session = try await Session.opened(Manifests.disk)
    await session.open("/w/policy.yaml", "abc")
    await session.change(
      "/w/policy.yaml",
      [
        ["range": ["start": 1], "text": "x"], ["range": Session.range((0, 0), (0, 1))],
        Session.edit((0, 2), (0, 1), "-"),
      ],
      version: 2)
    #expect(session.text(of: "/w/policy.yaml") == "ab-c")
  }

  /// Against a model that keeps the text in units of UTF-16.
  @Test(arguments: 0..<20)
  func anyChangesGiveTheTextOfTheClient(seed: UInt64) async throws {
    var dice = SeededGenerator(seed: seed)
    let pieces = ["a", "é", "😀", "\n", "\r\n", "\r", "  - x: y", "漢", "\u{2028}"]
    func some() -> String {
      (0..<Int.random(in: 0...6, using: &dice)).map { _ in pieces.randomElement(using: &dice)! }.joined()
    }
    var session = try await Session.opened(MemoryDisk([:]))
    var model = Array(some().utf16)
    await session.open("/w/policy.yaml", String(decoding: model, as: UTF16.self))
    for version in 2..<12 {
      var changes: [Session.JSON] = []
      for _ in 0..<Int.random(in: 1...3, using: &dice) {
        let borders = ClientText.borders(of: model)
        let ends = [borders.randomElement(using: &dice)!, borders.randomElement(using: &dice)!].sorted()
        let text = some()
        changes.append(
          Session.edit(ClientText.position(ends[0], in: model), ClientText.position(ends[1], in: model), text))
        model.replaceSubrange(ends[0]..<ends[1], with: Array(text.utf16))
      }
      await session.change("/w/policy.yaml", changes, version: version)
      #expect(session.text(of: "/w/policy.yaml").map { Array($0.utf16) } == model)
    }
  }

  // MARK: The disk

  @Test func whatIsClosedIsAsItIsOnTheDisk() async throws {
    var session = try await Session.opened(Manifests.disk)
    #expect(session.codes("/w/policy.yaml") == [])
    await session.open("/w/policy.yaml", Manifests.policy(port: "1"))
    #expect(session.codes("/w/policy.yaml").contains("NP301"))
    #expect(session.published("/w/policy.yaml")?["version"] as? Int == 1)
    await session.close("/w/policy.yaml")
    #expect(session.codes("/w/policy.yaml") == [])
    #expect(session.published("/w/policy.yaml")?["version"] == nil)
  }

  @Test func aDocumentThatIsNotOnTheDiskCounts() async throws {
    var session = try await Session.opened(Manifests.disk)
    await session.open("/w/new/more.yaml", Manifests.policy(port: "1").replacing("name: db", with: "name: more"))
    #expect(session.codes("/w/new/more.yaml").contains("NP301"))
    await session.close("/w/new/more.yaml")
    #expect(session.codes("/w/new/more.yaml") == [])
  }

  @Test func filesThatComeAndGoAreSeen() async throws {
    let disk = Manifests.disk
    var session = try await Session.opened(
      disk, capabilities: ["workspace": ["didChangeWatchedFiles": ["dynamicRegistration": true]]])
    let asked = session.sent("client/registerCapability").first?["params"] as? Session.JSON
    #expect(
      (asked?["registrations"] as? [Session.JSON])?.first?["method"] as? String == "workspace/didChangeWatchedFiles")
    func tell(_ path: String, _ type: Int) -> Session.JSON {
      ["changes": [["uri": DocumentURI.uri(path), "type": type]]]
    }
    disk["/w/more.yaml"] = Manifests.policy(port: "1").replacing("name: db", with: "name: more")
    await session.notify("workspace/didChangeWatchedFiles", tell("/w/more.yaml", 1))
    #expect(session.codes("/w/more.yaml").contains("NP301"))
    disk["/w/more.yaml"] = nil
    await session.notify("workspace/didChangeWatchedFiles", tell("/w/more.yaml", 3))
    #expect(session.codes("/w/more.yaml") == [])
    // The text of the editor counts, whatever the disk says; so nothing is read.
    await session.open("/w/policy.yaml", Manifests.policy())
    disk["/w/policy.yaml"] = Manifests.policy(port: "1")
    let count = disk.readingCount
    await session.notify("workspace/didChangeWatchedFiles", tell("/w/policy.yaml", 2))
    #expect(disk.readingCount == count)
    #expect(session.codes("/w/policy.yaml") == [])
  }

  /// No reading for what changes nothing.
  @Test func whatChangesNothingIsNotRead() async throws {
    let disk = Manifests.disk
    var session = try await Session.opened(disk)
    let count = disk.readingCount
    await session.open("/w/policy.yaml", Manifests.policy())
    await session.open("/w/main.go", "package main")
    await session.change("/w/main.go", [["text": "package other"]], version: 2)
    await session.change("/w/policy.yaml", [["text": Manifests.policy()]], version: 2)
    await session.close("/w/main.go")
    #expect(disk.readingCount == count)
    #expect(session.published("/w/policy.yaml")?["version"] as? Int == 2)
  }

  @Test func anUnsavedConfigCounts() async throws {
    let disk = Manifests.disk
    disk["/w/policy.yaml"] = Manifests.policy(port: "1")
    disk["/w/.netpol-lint.yaml"] = ""
    var session = try await Session.opened(disk)
    #expect(session.codes("/w/policy.yaml").contains("NP301"))
    // A text may differ from the file from the start.
    await session.open("/w/.netpol-lint.yaml", "ignores: [{rules: [NP301], reason: none}]\n")
    #expect(!session.codes("/w/policy.yaml").contains("NP301"))
    await session.change("/w/.netpol-lint.yaml", [["text": ""]], version: 2)
    #expect(session.codes("/w/policy.yaml").contains("NP301"))
    await session.change(
      "/w/.netpol-lint.yaml", [["text": "ignores: [{rules: [NP301], namespaces: [shop], reason: none}]\n"]], version: 2)
    #expect(!session.codes("/w/policy.yaml").contains("NP301"))
    // What is wrong is shown in the config, and nowhere else; findings stay.
    await session.change("/w/.netpol-lint.yaml", [["text": "rulez: {}\n"]], version: 3)
    #expect((session.published("/w/.netpol-lint.yaml")?["diagnostics"] as? [Any])?.count == 1)
    #expect(session.sent("window/showMessage").isEmpty)
  }

  /// A config that nobody has open is wrong once, not at every keystroke.
  @Test func aFaultIsToldOnce() async throws {
    let disk = Manifests.disk
    disk["/w/.netpol-lint.yaml"] = "rulez: {}\n"
    var session = try await Session.opened(disk)
    await session.open("/w/policy.yaml", Manifests.policy())
    for version in 2..<5 {
      await session.change("/w/policy.yaml", [["text": Manifests.policy(port: "\(version)")]], version: version)
      await session.notify("textDocument/didSave", ["textDocument": ["uri": "file:///w/policy.yaml"]])
    }
    #expect(session.sent("window/showMessage").count == 1)
  }
}

/// A text as clients keep it.
enum ClientText {
  /// Places that lie in no character and in no line end.
  static func borders(of text: [UInt16]) -> [Int] {
    (0...text.count).filter { index in
      let isInPair = index > 0 && index < text.count && UTF16.isTrailSurrogate(text[index])
      let isInEnd = index > 0 && index < text.count && text[index - 1] == 0x0D && text[index] == 0x0A
      return !isInPair && !isInEnd
    }
  }

  static func position(_ index: Int, in text: [UInt16]) -> (Int, Int) {
    var (line, start) = (0, 0)
    for place in 0..<index {
      let isEnd = text[place] == 0x0A || text[place] == 0x0D && !(place + 1 < text.count && text[place + 1] == 0x0A)
      if isEnd { (line, start) = (line + 1, place + 1) }
    }
    return (line, index - start)
  }
}

import Foundation
import Input
import SystemPackage
import Testing

@Suite struct NewFileTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder(name).string, encoding: .utf8)
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path.string).sorted()
  }

  private func write(_ text: String, to file: NewFile) throws {
    _ = try file.descriptor.writeAll(Array(text.utf8))
    try file.commit()
  }

  private func permissions(_ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: folder(name).string)[.posixPermissions] as? Int
  }

  @Test func aFileAppearsAsAWhole() throws {
    try folder.write("a.json", "old")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder("a.json").string)
    let file = try NewFile.output(to: folder("a.json"))
    _ = try file.descriptor.writeAll(Array("half".utf8))
    #expect(try text("a.json") == "old" && names().count == 2)
    try file.commit()
    #expect(try text("a.json") == "half" && names() == ["a.json"] && permissions("a.json") == 0o640)
  }

  @Test func aFileThatIsNotCommittedIsGone() throws {
    do {
      let file = try NewFile.output(to: folder("a.json"))
      _ = try file.descriptor.writeAll(Array("half".utf8))
      #expect(try names().count == 1)
    }
    #expect(try names().isEmpty)
  }

  @Test func temporaryNamesDiffer() throws {
    let files = try (0..<50).map { _ in try NewFile.output(to: folder("a.json")) }
    #expect(try Set(names()).count == files.count)
  }

  @Test func aLinkIsReplacedAndNotFollowed() throws {
    try folder.write("precious", "keep")
    for (name, target) in [("a.json", "precious"), ("b.json", "nowhere"), ("c.json", "c.json")] {
      try folder.link(name, to: target)
      try write("report", to: NewFile.output(to: folder(name)))
      #expect(try text(name) == "report")
      #expect(throws: (any Error).self) {
        try FileManager.default.destinationOfSymbolicLink(atPath: folder(name).string)
      }
    }
    #expect(try text("precious") == "keep" && names() == ["a.json", "b.json", "c.json", "precious"])
  }

  @Test func foldersAreNoFiles() throws {
    try folder.write("a/b")
    for path in [folder("a"), folder("a/.."), "/"] {
      do throws(NewFileFault) {
        _ = try NewFile.output(to: path)
        Issue.record("\(path) is a folder")
      } catch {
        guard case .isFolder = error else {
          Issue.record("\(error)")
          continue
        }
      }
    }
  }

  @Test func aFolderThatIsNotThereIsNamedAsTheSystemDoes() {
    do throws(NewFileFault) {
      _ = try NewFile.output(to: folder("gone/a.json"))
      Issue.record("there is no such folder")
    } catch {
      #expect("\(error)" == "No such file or directory")
    }
  }

  @Test func devicesAreWrittenToAsTheyAre() throws {
    try write("x", to: NewFile.output(to: "/dev/null"))
    #expect(FileSystem.status("/dev/null")?.kind == .other)
  }

  @Test func anEditReplacesNothingThatHasChangedOrIsReadOnly() throws {
    try folder.write("a.yaml", "theirs")
    do throws(NewFileFault) {
      _ = try NewFile.edit(of: folder("a.yaml"), from: Array("old".utf8))
      Issue.record("it has changed")
    } catch {
      #expect("\(error)" == "the file has changed since it was read")
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder("a.yaml").string)
    do throws(NewFileFault) {
      _ = try NewFile.edit(of: folder("a.yaml"), from: Array("theirs".utf8))
      Issue.record("it is read-only")
    } catch {
      #expect("\(error)" == "the file is read-only")
    }
    #expect(try text("a.yaml") == "theirs")
  }

  @Test func anEditFollowsALinkThatStaysInTheRepository() throws {
    try folder.write("repo/.git/HEAD")
    try folder.write("repo/real.yaml", "old")
    try folder.write("outside.yaml", "keep")
    try folder.link("repo/in.yaml", to: "real.yaml")
    try folder.link("repo/out.yaml", to: "../outside.yaml")
    try folder.link("repo/up", to: "..")
    try write("new", to: NewFile.edit(of: folder("repo/in.yaml"), from: Array("old".utf8)))
    #expect(try text("repo/real.yaml") == "new" && text("repo/in.yaml") == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder("repo/in.yaml").string) == "real.yaml")
    for name in ["repo/out.yaml", "repo/up/outside.yaml"] {
      do throws(NewFileFault) {
        _ = try NewFile.edit(of: folder(name), from: Array("keep".utf8))
        Issue.record("\(name) leads outside")
      } catch {
        guard case .leadsOutside = error else {
          Issue.record("\(error)")
          continue
        }
      }
    }
    #expect(try text("outside.yaml") == "keep")
  }
}

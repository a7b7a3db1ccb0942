import Foundation
import Testing

@testable import Server

@Suite struct FolderTests {
  private static let bad = Manifests.policy(port: "1")

  @Test func foldersAreRunsOfTheirOwn() async throws {
    let disk = MemoryDisk([
      "/a/pods.yaml": Manifests.pods, "/a/policy.yaml": Self.bad, "/b/policy.yaml": Self.bad,
    ])
    var session = try await Session.opened(disk, ["/a", "/b"])
    #expect(session.codes("/a/policy.yaml").contains("NP301"))
    // In the other folder there are no pods that it could be wrong about.
    #expect(!session.codes("/b/policy.yaml").contains("NP301"))
    await session.notify(
      "workspace/didChangeWorkspaceFolders",
      ["event": ["added": [] as [Any], "removed": [["uri": "file:///a", "name": "a"]]]])
    #expect(session.codes("/a/policy.yaml") == [])
    await session.notify(
      "workspace/didChangeWorkspaceFolders",
      ["event": ["added": [["uri": "file:///a/", "name": "a"]], "removed": [] as [Any]]])
    #expect(session.codes("/a/policy.yaml").contains("NP301"))
  }

  /// Of a folder in another one the inner one's answers count.
  @Test func theInnermostFolderHasTheWord() async throws {
    let disk = MemoryDisk(["/a/pods.yaml": Manifests.pods, "/a/b/policy.yaml": Self.bad])
    #expect(try await Session.opened(disk, ["/a"]).codes("/a/b/policy.yaml").contains("NP301"))
    #expect(!(try await Session.opened(disk, ["/a", "/a/b"]).codes("/a/b/policy.yaml").contains("NP301")))
  }

  @Test func aDocumentOutsideOfAllFoldersIsReadAlone() async throws {
    let disk = MemoryDisk(["/x/pods.yaml": Manifests.pods, "/x/policy.yaml": Self.bad])
    for folders in [[], ["/w"]] {
      var session = try await Session.opened(disk, folders)
      #expect(session.sent("textDocument/publishDiagnostics").isEmpty)
      await session.open("/x/policy.yaml", Manifests.policy(from: "-wrong-"))
      #expect(session.codes("/x/policy.yaml") == ["NP005"])
      #expect(session.published("/x/pods.yaml") == nil)
      await session.close("/x/policy.yaml")
      #expect(session.codes("/x/policy.yaml") == [])
      #expect(session.server.roots.count == folders.count)
    }
  }

  @Test func documentsThatAreNoFilesAreLeftAlone() async throws {
    var session = try await Session.opened(Manifests.disk)
    let uri = "untitled:Untitled-1"
    await session.notify(
      "textDocument/didOpen", ["textDocument": ["uri": uri, "languageId": "yaml", "version": 1, "text": Self.bad]])
    #expect(session.server.documents.isEmpty)
    let place: Session.JSON = ["textDocument": ["uri": uri], "position": Session.position((0, 0))]
    #expect(try await session.request("textDocument/hover", place) is NSNull)
    let report = try await session.request("textDocument/diagnostic", place) as? Session.JSON
    #expect((report?["items"] as? [Any])?.isEmpty == true)
  }

  /// The client's own way to write a URI comes back.
  @Test func uRIsAreAnsweredAsTheyAreWritten() async throws {
    let disk = MemoryDisk(["/w/a b/policy.yaml": Self.bad, "/w/pods.yaml": Manifests.pods])
    var session = try await Session.opened(disk)
    #expect(session.codes("/w/a b/policy.yaml").contains("NP301"))
    let uri = "file:///w/a%20b/p%6Flicy.yaml"
    await session.notify(
      "textDocument/didOpen", ["textDocument": ["uri": uri, "languageId": "yaml", "version": 1, "text": Self.bad]])
    let last = session.sent("textDocument/publishDiagnostics").last?["params"] as? Session.JSON
    #expect(last?["uri"] as? String == uri)
    #expect(Session.codes(last, "diagnostics").contains("NP301"))
  }

  @Test(arguments: [
    ("/a/b", "c.yaml", "/a/b/c.yaml"), ("/a/b", "../c.yaml", "/a/c.yaml"), ("/a", "/x/./y", "/x/y"), ("/", "a", "/a"),
  ])
  func pathsAreJoined(_ folder: String, _ path: String, _ joined: String) {
    #expect(FolderPath.joined(folder, path) == joined)
  }

  @Test func pathsLieInFoldersByTheirBytes() {
    #expect(FolderPath.relative("/a/b", to: "/a") == "b")
    #expect(FolderPath.relative("/ab", to: "/a") == nil)
    #expect(FolderPath.relative("/a", to: "/a") == nil)
    #expect(FolderPath.relative("/a", to: "/") == "a")
    #expect(FolderPath.relative("/e\u{301}/b", to: "/\u{E9}") == nil)
  }
}

import SystemPackage
import Testing

@testable import Input

/// Where remotes are read from.
@Suite struct GitRemotesTests {
  private static let config = """
    [core]
    	url = https://example.com/no
    [remote "origin"]
    	url = git@example.com:a/b.git
    	pushurl = https://example.com/push
    	fetch = +refs/heads/*:refs/remotes/origin/*
    [branch "main"]
    	url = https://example.com/no
      [Remote "mirror"]
    	URL="https://example.com/c d" \t

    """
  private static let addresses = ["git@example.com:a/b.git", "https://example.com/c d"]

  @Test func ofARepository() throws {
    let folder = try Folder()
    try folder.write("a/.git/config", Self.config)
    #expect(GitRemotes.addresses(of: folder("a")) == Self.addresses)
    #expect(GitRemotes.addresses(of: folder("b")).isEmpty)
  }

  @Test func ofAWorktreeThatItsRepositoryKnows() throws {
    let folder = try Folder()
    try folder.write("main/.git/config", Self.config)
    try folder.write("main/.git/worktrees/w/commondir", "../..\n")
    try folder.write("main/.git/worktrees/w/gitdir", "\(folder("tree/.git"))\n")
    try folder.write("tree/.git", "gitdir: \(folder("main/.git/worktrees/w"))\n")
    #expect(GitRemotes.addresses(of: folder("tree")) == Self.addresses)
    try folder.write("main/.git/worktrees/w/gitdir", "\(folder("other/.git"))\n")
    #expect(GitRemotes.addresses(of: folder("tree")).isEmpty)
  }

  @Test func ofASubmoduleInItsRepository() throws {
    let folder = try Folder()
    try folder.write("main/.git/config", "[remote \"origin\"]\nurl = https://example.com/outer\n")
    try folder.write("main/.git/modules/m/config", Self.config)
    try folder.write("main/lib/m/.git", "gitdir: ../../.git/modules/m\n")
    #expect(GitRemotes.addresses(of: folder("main/lib/m")) == Self.addresses)
  }

  @Test func anyOtherFolderIsNotRead() throws {
    let folder = try Folder()
    try folder.write("secret/config", Self.config)
    try folder.write("a/.git", "gitdir: ../secret\n")
    #expect(GitRemotes.addresses(of: folder("a")).isEmpty)
    try folder.write("b/.git", "nothing\n")
    #expect(GitRemotes.addresses(of: folder("b")).isEmpty)
  }
}

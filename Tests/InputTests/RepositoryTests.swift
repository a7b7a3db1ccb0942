import Input
import Testing

@Suite struct RepositoryTests {
  @Test func theNearestFolderWithGitIsTheRoot() throws {
    let folder = try Folder()
    try folder.write("a/.git/HEAD")
    // A worktree and a submodule have a file of this name.
    try folder.write("a/b/.git", "gitdir: ../x\n")
    try folder.write("a/b/c/d/x.yaml")
    try folder.write("e/x.yaml")
    #expect(Repository.root(above: folder("a/b/c/d")) == folder("a/b"))
    #expect(Repository.root(above: folder("a/b")) == folder("a/b"))
    #expect(Repository.root(above: folder("a")) == folder("a"))
    #expect(Repository.root(above: folder("e")) == nil)
  }
}

import Testing

@testable import Assembly

/// Which addresses mean one repository, and which sources are this one.
@Suite struct RepositoryAddressTests {
  @Test(arguments: [
    "https://example.com/a/b", "https://example.com/a/b.git", "https://example.com/a/b/", "https://EXAMPLE.com/a/b.git",
    "https://user:secret@example.com/a/b", "ssh://git@example.com:22/a/b.git", "ssh://git@example.com/a/b",
    "git@example.com:a/b.git", "example.com:a/b", "git@example.com:/a/b", "https://example.com/a/b?ref=main",
    "git://example.com/a/b#main",
  ])
  func isWrittenInManyWays(text: String) {
    #expect(RepositoryAddress(text) == RepositoryAddress("https://example.com/a/b"))
  }

  @Test(arguments: [
    "https://example.com/a/c", "https://example.com/A/b", "https://example.org/a/b", "https://example.com/a/b/c",
    "https://example.com/a/b.gitx", "https://example.com.a/b", "https://a/b", "", "https://example.com",
  ])
  func isAnotherOne(text: String) {
    #expect(RepositoryAddress(text) != RepositoryAddress("https://example.com/a/b"))
  }

  @Test func anAddressThatIsKnownDecides() {
    let own = "https://example.com/a/b"
    let sources = RepositorySources(
      remotes: ["git@example.com:a/b.git"], sources: ["own": own, "other": "https://example.com/x", "bare": nil],
      main: nil)
    #expect(sources.isHere("own", address: own, exists: false))
    #expect(!sources.isHere("other", address: "https://example.com/x", exists: true))
    #expect(!sources.isHere("bare", address: nil, exists: true))
  }

  @Test func whereNoneIsKnownTheOnlyOneOrTheMainOneIsHere() {
    let x = "https://example.com/x"
    let y = "https://example.com/y"
    let only = RepositorySources(remotes: [], sources: ["x": x], main: nil)
    #expect(only.isHere("x", address: x, exists: true) && !only.isHere("x", address: x, exists: false))
    let two = RepositorySources(remotes: ["https://example.com/z"], sources: ["x": x, "y": y], main: nil)
    #expect(!two.isHere("x", address: x, exists: true) && !two.isHere("y", address: y, exists: true))
    let main = RepositorySources(remotes: [], sources: ["x": x, "y": y], main: "y")
    #expect(!main.isHere("x", address: x, exists: true) && main.isHere("y", address: y, exists: true))
  }
}

import Testing

@testable import Assembly

/// Globs of Argo CD.
@Suite struct SimpleGlobTests {
  @Test(arguments: [
    ("*.yaml", "a.yaml", true), ("*.yaml", "b/a.yaml", true), ("*.yaml", "a.yml", false), ("a?.yaml", "ab.yaml", true),
    ("a?.yaml", "a.yaml", false), ("a?b", "a/b", true), ("{a,b}.yaml", "b.yaml", true), ("{a,b}.yaml", "c.yaml", false),
    ("{a,}b", "b", true), ("{a,b}/{c,d}", "b/c", true), ("{a", "{a", true), ("[a-c]x", "bx", true),
    ("[a-c]x", "dx", false),
    ("[!a]x", "bx", true), ("[!a]x", "ax", false), ("[a", "[a", true), ("[-a]x", "-x", true), ("\\*", "*", true),
    ("\\*", "a", false), ("**", "a/b/c", true), ("a/**/b", "a/x/y/b", true), ("", "", true), ("", "a", false),
    ("a*b*c", "axxbyybzzc", true), ("a*b*c", "axxbyyb", false), ("*", "", true),
  ])
  func ofFiles(pattern: String, path: String, matches: Bool) {
    #expect(SimpleGlob.matches(pattern, path) == matches)
  }

  @Test(arguments: [
    ("a/*", "a/b", true), ("a/*", "a/b/c", false), ("a/*", "a", false), ("*/b", "a/b", true), ("a/**", "a/b", true),
    ("a/**", "a/b/c", false), ("{a,b}", "a", false), ("{a,b}", "{a,b}", true), ("a?", "ab", true),
  ])
  func ofPaths(pattern: String, path: String, matches: Bool) {
    #expect(SimpleGlob.matchesPath(pattern, path) == matches)
  }

  @Test func noPatternIsSlow() {
    let text = String(repeating: "a", count: 2_000)
    let clock = ContinuousClock()
    let time = clock.measure { #expect(!SimpleGlob.matches(String(repeating: "*a", count: 200) + "b", text)) }
    #expect(time < .seconds(20))
    #expect(!SimpleGlob.matches(String(repeating: "{a,b}", count: 60), text))
  }
}

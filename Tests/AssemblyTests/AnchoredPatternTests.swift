import Testing

@testable import Assembly

/// Patterns of targets: Go's regular expressions that must match the whole text.
@Suite struct AnchoredPatternTests {
  @Test(arguments: [
    ("web", "web", true), ("web", "web-1", false), ("web", "aweb", false), ("", "", true), ("", "a", false),
    ("we.", "web", true), ("we\\.", "web", false), ("we\\.", "we.", true), ("web|api", "api", true),
    ("web|api", "webapi", false), ("a|", "", true), ("(a|b)c", "bc", true), ("a(?:b|c)*d", "abcbd", true),
    ("^web$", "web", true), ("a^b", "ab", false), ("web$-1", "web-1", false), ("a*", "", true), ("a+", "", false),
    ("ab?c", "ac", true), ("a{2}", "aa", true), ("a{2}", "aaa", false), ("a{2,}", "aaaa", true),
    ("a{1,2}", "aaa", false), ("a{,2}", "a{,2}", true), ("a{x}", "a{x}", true), ("[a-c]+", "abcab", true),
    ("[^a-c]", "d", true), ("[^a-c]", "a", false), ("[]a]", "]", true), ("[a-]", "-", true), ("\\d{2}", "42", true),
    ("\\w+", "a_1", true), ("\\w+", "a-1", false), ("\\s", " ", true), ("\\D", "1", false), (".*", "a\nb", false),
    ("a.*?b", "axxb", true), ("[[:alpha:]]+", "ab", true), ("(a*)*b", "aaab", true), ("((a|b)*|c)+", "abcab", true),
    ("web-[0-9]+", "web-12", true), ("[[:^digit:]x1]", "1", true), ("[[:digit:]]", "a", false),
    ("(?P<name>web|api)-1", "api-1", true), ("(?<n>a)b", "ab", true), ("[a:]", ":", true),
  ])
  func whatMatches(pattern: String, text: String, matches: Bool) throws {
    #expect(try #require(AnchoredPattern(pattern)).matches(text) == matches)
  }

  @Test(arguments: [
    "(", ")", "a)", "(a", "*", "+a", "a**", "[", "[b-a]", "a{2,1}", "a{1001}", "\\", "(?P<a", "a|*", "[[:none:]]",
    "(?P<>a)", "(?=a)",
  ])
  func whatIsNoPattern(pattern: String) {
    #expect(AnchoredPattern(pattern) == nil)
  }

  @Test func textsWithoutSpecialCharactersAreTakenAsTheyAre() {
    #expect(AnchoredPattern("web-1")?.literal == "web-1")
    #expect(AnchoredPattern("web.1")?.literal == nil)
  }

  @Test func noPatternIsSlow() throws {
    let pattern = try #require(AnchoredPattern("(a|a|aa)*(a*)*b"))
    let time = ContinuousClock().measure { #expect(!pattern.matches(String(repeating: "a", count: 3_000))) }
    #expect(time < .seconds(20))
    #expect(AnchoredPattern(String(repeating: "(", count: 1_000) + "a") == nil)
    #expect(AnchoredPattern("((a{1000}){1000}){1000}") == nil)
  }
}

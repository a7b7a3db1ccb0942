import Testing
import Writing

@Suite struct SecretTextTests {
  @Test(arguments: [
    ("postgres://user:hunter2@db.shop:5432/app?sslmode=off", "…db.shop:5432…"),
    ("postgres://user:hunter2@db", "…db"),
    ("redis://:hunter2@[2001:db8::1]:6379", "…[2001:db8::1]:6379"),
    ("jdbc:postgresql://db.shop:5432/app?password=hunter2", "…db.shop:5432…"),
    ("--url=amqp://u:hunter2@mq:5672/", "…mq:5672…"),
    ("https://hooks.example.com/services/hunter2", "…hooks.example.com…"),
    ("db.shop:5432", "db.shop:5432"), ("[::1]:80", "[::1]:80"), ("", ""),
    ("mongodb://u:hunter2@a:1,b:2/x", "…a:1…"),
  ])
  func ofAnAddressHostAndPortAreShown(_ value: String, _ shown: String) {
    #expect(SecretText.shown(value) == shown)
  }

  @Test(arguments: [
    "hunter2", "user:hunter2", "hunter2@db:5432", "u:hunter2@tcp(db:3306)/x", "a b:1",
    // Characters that a URL must escape, and a password need not: what is the host is not certain.
    "postgres://u:hun/ter2@db:5432", "postgres://u:hun@ter2@db:5432", "postgres://u:12 hunter2@db:5432",
    "postgres://u:hun?ter2@db", "postgres://u:hun#ter2@db", "postgres://a:1@b postgres://c:2@d",
    "postgres://db/x?password=hun@ter2", "postgres://u:hunter2", "postgres://user:pass:word@", "://", "db:543210",
  ])
  func whatIsNotCertainIsHidden(_ value: String) {
    #expect(SecretText.shown(value) == "…")
  }

  private func line(_ text: String) -> String {
    let bytes = Array(text.utf8)
    return DisplayText(line: bytes[...], hiding: SecretText.credentials(in: bytes[...])).text
  }

  @Test func credentialsAreHiddenInAnyLine() {
    #expect(line("# see postgres://u:hunter2@db:5432/x, and a@b") == "# see …db:5432… and a@b")
    #expect(line(#"{"a":"redis://:hunter2@mq","b":1}"#) == #"{"a":"…mq","b":1}"#)
    #expect(line("# https://kubernetes.io/docs/x?y") == "# https://kubernetes.io/docs/x?y")
    #expect(line("x: amqp://u:hun/ter2@mq") == "x: …")
  }

  @Test func aSignStandsForWhatIsHiddenAndTakesACell() {
    let bytes = Array("a: hunter2 b".utf8)
    let text = DisplayText(line: bytes[...], hiding: [3..<10])
    #expect(text.text == "a: … b" && text.cells == 6)
    #expect(DisplayText(line: bytes[..<5], hiding: [3..<10]).text == "a: …")
    #expect(DisplayText(line: bytes[5...], hiding: [0..<2, 3..<10]).text == "… b")
    #expect(DisplayText(line: bytes[..<3], hiding: [3..<10]).text == "a: ")
  }
}

import Foundation
import Testing

@testable import Server

/// Texts that no example has: at every place of theirs every question is answered, with places that are there.
@Suite struct OddTextTests {
  struct Odd: CustomTestStringConvertible, Sendable {
    let name: String
    let text: String
    var path = "/w/odd.yaml"

    var testDescription: String { name }
  }

  private static let policy = Manifests.policy().replacing("name: db,", with: "name: odd,")
  private static let anchors = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: odd, namespace: shop}
    spec:
      podSelector: &db {matchLabels: {app: db}}
      policyTypes: [Ingress]
      ingress:
        - from: [{podSelector: *db}]
          ports: &sql [{port: 5432}]
        - from: &api [{podSelector: {matchLabels: {app: api}}}]
          ports: *sql

    """
  private static let json = """
    {
      "apiVersion": "networking.k8s.io/v1",
      "kind": "NetworkPolicy",
      "metadata": {"name": "odd", "namespace": "shop"},
      "spec": {
        "podSelector": {
          "matchLabels": {
            "app": "db"
          }
        },
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "api"}}}], "ports": [{"port": 5432}]}]
      }
    }

    """
  private static let long = String(repeating: "x", count: 3000)

  static let texts = [
    Odd(name: "anchors", text: anchors),
    Odd(name: "one line", text: json.replacing("\n", with: " ")),
    Odd(name: "JSON", text: json, path: "/w/odd.json"),
    Odd(name: "JSON in one line", text: json.replacing("\n", with: ""), path: "/w/odd.json"),
    Odd(name: "comments", text: "# é😀\n" + policy.replacing("\n", with: " # é😀\n") + "# end"),
    Odd(
      name: "documents",
      text: "---\n# none\n---\n" + policy + "...\n---\n" + policy.replacing("odd", with: "ódd") + "---\n"),
    Odd(name: "CR LF", text: policy.replacing("\n", with: "\r\n")),
    Odd(name: "CR", text: policy.replacing("\n", with: "\r")),
    Odd(
      name: "mixed ends",
      text: policy.replacing("spec:\n", with: "spec:\r\n").replacing("ingress:\n", with: "ingress:\r")),
    Odd(name: "byte order mark", text: "\u{FEFF}" + policy),
    Odd(name: "tabs", text: policy.replacing("  ", with: "\t")),
    Odd(name: "tabs behind", text: policy.replacing("\n", with: "\t\n")),
    Odd(name: "a long line", text: policy + "# \(long)"),
    Odd(name: "a long value", text: policy.replacing("app: api", with: "app: \(long)")),
    Odd(name: "a list", text: "apiVersion: v1\nkind: List\nitems:\n- " + policy.replacing("\n", with: "\n  ")),
    Odd(name: "quoted keys", text: policy.replacing("app: api", with: "\"app\": 'api'")),
    Odd(name: "a block scalar", text: policy.replacing("app: api", with: "app: >-\n              api\n")),
    Odd(name: "signs of four bytes", text: policy.replacing("app: api", with: "app: 😀😀")),
    Odd(name: "combining signs", text: policy.replacing("app: api", with: "app: e\u{301}\u{200D}")),
    Odd(name: "nothing", text: ""), Odd(name: "a line end", text: "\n"), Odd(name: "a mark alone", text: "\u{FEFF}"),
    Odd(name: "dashes", text: "---"), Odd(name: "a letter", text: "x"), Odd(name: "a colon", text: ":"),
    Odd(name: "an alias of nothing", text: "a: *b"), Odd(name: "a NUL", text: policy + "\u{0}"),
    Odd(name: "broken", text: policy.replacing("}", with: "")),
    Odd(name: "cut off", text: String(policy.dropLast(40))),
    Odd(name: "config", text: "rules:\n  NP601: off\n\tx\r\nzones: [", path: "/w/.netpol-lint.yaml"),
  ]

  /// The length of each line, as clients count.
  private static func lines(_ text: String) -> [Int] {
    var lines = [0]
    var last: UInt16?
    for unit in text.utf16 {
      switch unit {
      case 0x0A where last == 0x0D: break
      case 0x0A, 0x0D: lines.append(0)
      default: lines[lines.count - 1] += 1
      }
      last = unit
    }
    return lines
  }

  /// Every place of a text, less those of long lines that are like their neighbours, and some behind it.
  private static func places(_ lines: [Int]) -> [(Int, Int)] {
    var places: [(Int, Int)] = []
    for (line, length) in lines.enumerated() {
      for character in 0...length + 1 where character < 60 || character % 500 == 0 || character > length - 2 {
        places.append((line, character))
      }
    }
    return places + [(lines.count, 0), (lines.count + 7, 3)]
  }

  private static func check(_ range: Session.JSON?, _ lines: [Int], _ comment: Comment) {
    func position(_ name: String) -> (Int, Int) {
      let position = range?[name] as? [String: Int]
      return (position?["line"] ?? -1, position?["character"] ?? -1)
    }
    let (start, end) = (position("start"), position("end"))
    #expect(start <= end, comment)
    for place in [start, end] {
      #expect(lines.indices.contains(place.0) && place.1 >= 0 && place.1 <= lines[max(0, place.0)], comment)
    }
  }

  @Test(arguments: texts) func everyPlaceIsAnswered(_ odd: Odd) async throws {
    let disk = MemoryDisk(["/w/pods.yaml": Manifests.pods + Manifests.service, odd.path: ""])
    var session = try await Session.opened(disk)
    await session.open(odd.path, odd.text)
    let lines = Self.lines(odd.text)
    let known = [odd.path: lines, "/w/pods.yaml": Self.lines(Manifests.pods + Manifests.service)]
    for diagnostic in session.published(odd.path)?["diagnostics"] as? [Session.JSON] ?? [] {
      Self.check(diagnostic["range"] as? Session.JSON, lines, "\(diagnostic)")
    }
    for place in Self.places(lines) {
      let question = Session.place(odd.path, place)
      _ = try await session.request("textDocument/hover", question)
      for method in ["definition", "references"] {
        let answer = try await session.request("textDocument/\(method)", question)
        for location in try #require(answer as? [Session.JSON]) {
          let path = try #require(DocumentURI.path(location["uri"] as? String ?? ""))
          Self.check(location["range"] as? Session.JSON, known[path] ?? [], "\(method) at \(place): \(location)")
        }
      }
      let completion = try await session.request("textDocument/completion", question) as? Session.JSON
      for item in completion?["items"] as? [Session.JSON] ?? [] {
        let range = (item["textEdit"] as? Session.JSON)?["range"] as? Session.JSON
        Self.check(range, lines, "completion at \(place): \(item)")
        #expect((range?["end"] as? [String: Int])?["line"] == min(place.0, lines.count - 1))
      }
    }
    for line in lines.indices {
      let answer = try await session.request(
        "textDocument/codeAction",
        [
          "textDocument": ["uri": DocumentURI.uri(odd.path)], "range": Session.range((line, 0), (line, lines[line])),
          "context": ["diagnostics": [] as [Any]],
        ])
      #expect(answer is [Session.JSON])
    }
    let lenses = try await session.request(
      "textDocument/codeLens", ["textDocument": ["uri": DocumentURI.uri(odd.path)]])
    for lens in try #require(lenses as? [Session.JSON]) {
      Self.check(lens["range"] as? Session.JSON, lines, "\(lens)")
    }
  }

  private static func hover(_ text: String, _ place: (Int, Int), _ path: String = "/w/odd.yaml") async throws -> String
  {
    var session = try await Session.opened(MemoryDisk(["/w/pods.yaml": Manifests.pods, path: text]))
    await session.open(path, text)
    let hover = try await session.request("textDocument/hover", Session.place(path, place))
    return ((hover as? Session.JSON)?["contents"] as? Session.JSON)?["value"] as? String ?? ""
  }

  /// An alias means what its anchor does, and is asked about where it stands.
  @Test func aliasesAreWhatTheyStandFor() async throws {
    #expect(try await Self.hover(Self.anchors, (4, 40)).contains("selects StatefulSet `db`"))
    #expect(try await Self.hover(Self.anchors, (7, 26)).contains("lets in pods of its own namespace `shop`"))
    #expect(try await Self.hover(Self.anchors, (8, 25)).contains("5432"))
    #expect(try await Self.hover(Self.anchors, (9, 48)).contains("This peer"))
    #expect(try await Self.hover(Self.anchors, (10, 14)).contains("This rule"))
  }

  @Test func jsonIsAskedLikeYAML() async throws {
    #expect(try await Self.hover(Self.json, (7, 17), "/w/odd.json").contains("selects StatefulSet `db`"))
    var session = try await Session.opened(MemoryDisk(["/w/pods.yaml": Manifests.pods, "/w/odd.json": Self.json]))
    let cut = Self.json.replacing("\"app\": \"db\"", with: "\"app\": \"d\"")
    await session.open("/w/odd.json", cut)
    func labels(_ place: (Int, Int)) async throws -> [String] {
      let answer = try await session.request("textDocument/completion", Session.place("/w/odd.json", place))
      return ((answer as? Session.JSON)?["items"] as? [Session.JSON] ?? []).compactMap { $0["label"] as? String }
    }
    #expect(try await labels((7, 17)) == ["api", "db"])
    #expect(try await labels((7, 10)).contains("app"))
    #expect(try await !labels((7, 10)).contains("app: api"))
  }

  /// Line ends and marks move nothing.
  @Test(arguments: ["\r\n", "\r"]) func lineEndsMoveNothing(_ end: String) async throws {
    let text = Manifests.policy(port: "1")
    func ranges(_ text: String) async throws -> [NSDictionary] {
      let session = try await Session.opened(MemoryDisk(["/w/pods.yaml": Manifests.pods, "/w/policy.yaml": text]))
      let found = session.published("/w/policy.yaml")?["diagnostics"] as? [Session.JSON] ?? []
      return found.compactMap { $0["range"] as? NSDictionary }
    }
    let plain = try await ranges(text)
    #expect(!plain.isEmpty)
    // YAML knows no CR alone in the middle of a plain scalar's line, and places stay all the same.
    #expect(try await ranges(text.replacing("\n", with: end)) == plain)
    #expect(try await ranges("\u{FEFF}" + text.replacing("\n", with: end)) == plain)
  }

  // MARK: Files that come and go

  private static let deleted = 3

  @Test(arguments: [true, false]) func aFileThatGoesWhileItIsOpenIsGoneWhenItIsClosed(_ watches: Bool) async throws {
    let disk = MemoryDisk(["/w/pods.yaml": Manifests.pods, "/w/policy.yaml": Manifests.policy(port: "1")])
    var session = try await Session.opened(
      disk, capabilities: ["workspace": ["didChangeWatchedFiles": ["dynamicRegistration": watches]]])
    await session.open("/w/policy.yaml", Manifests.policy(port: "1"))
    disk["/w/policy.yaml"] = nil
    if watches {
      await session.notify(
        "workspace/didChangeWatchedFiles", ["changes": [["uri": "file:///w/policy.yaml", "type": Self.deleted]]])
    }
    #expect(session.codes("/w/policy.yaml").contains("NP301"))
    await session.close("/w/policy.yaml")
    #expect(session.codes("/w/policy.yaml") == [])
  }

  @Test func aFileThatIsRenamedIsAnotherOne() async throws {
    let text = Manifests.policy(port: "1")
    let disk = MemoryDisk(["/w/pods.yaml": Manifests.pods, "/w/policy.yaml": text])
    var session = try await Session.opened(
      disk, capabilities: ["workspace": ["didChangeWatchedFiles": ["dynamicRegistration": true]]])
    await session.open("/w/policy.yaml", text)
    disk["/w/policy.yaml"] = nil
    disk["/w/renamed.yaml"] = text
    await session.close("/w/policy.yaml")
    await session.open("/w/renamed.yaml", text)
    await session.notify(
      "workspace/didChangeWatchedFiles",
      [
        "changes": [
          ["uri": "file:///w/policy.yaml", "type": Self.deleted], ["uri": "file:///w/renamed.yaml", "type": 1],
        ]
      ])
    #expect(session.codes("/w/policy.yaml") == [])
    #expect(session.codes("/w/renamed.yaml").contains("NP301"))
  }

  @Test func aFileThatIsNotSavedYetCountsWhileItIsOpen() async throws {
    var session = try await Session.opened(MemoryDisk(["/w/policy.yaml": Manifests.policy(port: "1")]))
    #expect(!session.codes("/w/policy.yaml").contains("NP301"))
    await session.open("/w/new/pods.yaml", Manifests.pods)
    #expect(session.codes("/w/policy.yaml").contains("NP301"))
    await session.close("/w/new/pods.yaml")
    #expect(!session.codes("/w/policy.yaml").contains("NP301"))
  }
}

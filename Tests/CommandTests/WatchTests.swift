import Testing

/// `lint --watch`: the tests wait for what it says, and for nothing else.
@Suite struct WatchTests {
  private static let policy = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}

    """

  /// Lints, and again after each command of the shell, which changes one file: of two changes the second one may be seen
  /// later. What was said in all, line by line, and how it ended.
  private func watch(_ commands: [String], _ prepare: (Tool) throws -> Void = { _ in }) throws -> [String] {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k8s/a.yaml", Self.policy)
    try prepare(tool)
    let script = """
      exec 3< <(exec "$0" --watch --format concise --select NP001,NP003 k8s 2>&1)
      pid=$!
      trap 'kill -KILL $pid 2>/dev/null' EXIT
      round() {
        while read -r line <&3; do
          case $line in *watched) echo "-- $line"; return;; esac
          echo "$line"
        done
        echo "-- gone"
      }
      round
      \(commands.map { "\($0)\nround" }.joined(separator: "\n"))
      kill -TERM $pid
      wait $pid
      echo "== $?"
      """
    return try tool.shell(script, [Tool.binary]).output.split(separator: "\n").map(String.init)
  }

  @Test func lintsAgainWhenSomethingChanges() throws {
    let said = try watch([
      "echo 'foo: 1' >> k8s/a.yaml",
      "sed 's/name: web/name: api/' k8s/a.yaml > k8s/b.yaml",
      "rm k8s/b.yaml",
      "echo 'a: 1' > k8s/c.yaml",
      "printf 'exclude: [a.yaml]\\n' > .netpol-lint.yaml",
      "echo 'b: 1' >> k8s/c.yaml",
    ])
    let finding = { (file: String) in "k8s/\(file).yaml:5:1: error[NP003]" }
    let rounds = said.split { $0.hasPrefix("-- ") }.map { $0.filter { $0.contains("error[") } }
    let ends = said.filter { $0.hasPrefix("-- ") }
    #expect(ends.count == 7 && ends.allSatisfy { $0.hasSuffix("watched") }, "\(said)")
    #expect(rounds.first?.isEmpty == true)
    #expect(rounds.dropFirst().first?.map { $0.hasPrefix(finding("a")) } == [true])
    #expect(rounds.dropFirst(2).first?.count == 2 && rounds.dropFirst(3).first?.count == 1, "\(said)")
    #expect(ends.last == "-- netpol-lint: 2 files watched" && said.last == "== 143")
  }

  /// What cannot be read now may be mended by the next change; a first run that cannot be made is a mistake.
  @Test func goesOnAfterABrokenConfig() throws {
    let said = try watch([
      "echo 'profil: strict' > .netpol-lint.yaml",
      "rm .netpol-lint.yaml",
      "echo 'foo: 1' >> k8s/a.yaml",
    ])
    #expect(said.contains { $0.contains(".netpol-lint.yaml:1:1: there is no key `profil`") }, "\(said)")
    #expect(said.contains { $0.hasPrefix("k8s/a.yaml:5:1: error[NP003]") }, "\(said)")
    let first = try watch([]) { try $0.write(".netpol-lint.yaml", "profil: strict\n") }
    #expect(
      first.contains("-- gone") && first.last == "== 2" && !first.contains { $0.hasSuffix("watched") }, "\(first)")
  }

  @Test func goesWithNothingElse() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("a.yaml", Self.policy)
    for flags in [["-"], ["--fix"], ["--diff"], ["--list-files"], ["--add-ignores", "--reason", "r"]] {
      #expect(try tool.shell("\"$0\" --watch \"$@\"", [Tool.binary] + flags).status == 2)
    }
  }
}

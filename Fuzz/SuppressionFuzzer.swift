import Diagnostics
import Rules
import TestSupport

/// Comments and annotations around a policy with findings: what is suppressed and what is not are what there is without
/// any suppression.
enum SuppressionFuzzer {
  static func complaint(_ bytes: [UInt8]) -> String? {
    let words = String(decoding: bytes.filter { $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A }, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    func word(_ number: Int) -> String { words.indices.contains(number) ? words[number] : "" }
    let comments = (0..<5).map { "# netpol-lint: \(word($0))" }
    let quoted = word(5).replacing("'", with: "")
    let text = """
      \(comments[0])
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: web
        annotations: {'ignore.netpol-lint.io/\(quoted)': '\(word(6).replacing("'", with: ""))'}
      spec:
        podSelector: {} \(comments[1])
        policyTypes: [Ingress]
        \(comments[2])
        ingress:
          - from:
              - namespaceSelector: {} \(comments[3])
            \(comments[4])
            ports: [{port: 80}, {port: 80}]

      """
    let file = SourceFile(id: FileID(0), path: "manifest.yaml", bytes: Array(text.utf8))
    return Fuzzer.wait {
      let rules = Registry.all.filter { !$0.info.id.description.hasPrefix("NP6") }
      let result = await Lint.run([file], rules)
      let bare = await Lint.run([file], rules, suppresses: false)
      let all = (result.findings + result.suppressed.map(\.finding)).map { "\($0.rule) \($0.span)" }.sorted()
      let expected = bare.findings.map { "\($0.rule) \($0.span)" }.sorted()
      return all == expected ? nil : "suppressing changes what is found:\n\(text)\n\(all)\n\(expected)"
    }
  }
}

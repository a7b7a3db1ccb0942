internal import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Reporting
internal import Rules
internal import Traffic
internal import Writing

/// What a place of a document means, in Markdown.
struct Hover {
  let snapshot: Snapshot

  /// - Parameters:
  ///   - line: the text of the line that the place is in.
  ///   - column: the bytes of the line in front of the place.
  func text(at place: SourceSpan, line: String, column: Int) -> String? {
    var parts: [String] = []
    if let rule = rule(in: line, column) { return RulePage.markdown(rule) }
    if let citation = citation(in: line, column) { parts.append(citation) }
    if parts.isEmpty, let words = places(at: place) { parts.append(words) }
    let findings = snapshot.result.findings.filter { $0.span.holds(place) }
    parts += findings.prefix(5).map { "**\($0.rule)** \(Markdown.escaped(DisplayText.escaped($0.placedMessage)))" }
    return parts.isEmpty ? nil : parts.joined(separator: "\n\n")
  }

  /// The rule whose id stands in a comment or an annotation.
  private func rule(in line: String, _ column: Int) -> RuleInfo? {
    word(in: line, column) { $0.isLetter || $0.isNumber }.flatMap { word in
      word.utf8.count == 5 && word.hasPrefix("NP") ? Registry.info(word) : nil
    }
  }

  private func word(in line: String, _ column: Int, _ isPart: (Character) -> Bool) -> String? {
    let bytes = Array(line.utf8)
    let before = String(decoding: bytes.prefix(column), as: UTF8.self).reversed().prefix(while: isPart).reversed()
    let after = String(decoding: bytes.dropFirst(column), as: UTF8.self).prefix(while: isPart)
    let word = String(before) + after
    return word.isEmpty ? nil : word
  }

  private func citation(in line: String, _ column: Int) -> String? {
    guard
      let written = WrittenCitation.find(in: line).first(where: {
        $0.range.contains(column) || $0.range.upperBound == column
      })
    else { return nil }
    let facts = snapshot.project.facts.hipaa
    guard let known = facts.heading(of: written.paragraph) else {
      return "45 CFR §\(written.paragraph): no paragraph of the Security Rule with a heading"
    }
    return "45 CFR §\(written.paragraph): *\(known.title)*. Evidence by a NetworkPolicy: \(known.support.rawValue)."
  }

  // MARK: Policies

  private func places(at place: SourceSpan) -> String? {
    var byText: [(text: String, worlds: [String])] = []
    for found in PolicyPlace.all(at: place, in: snapshot.project) {
      guard let text = words(found) else { continue }
      if let index = byText.firstIndex(where: { $0.text == text }) {
        byText[index].worlds.append(found.view.context.name)
      } else {
        byText.append((text, [found.view.context.name]))
      }
    }
    guard byText.count > 1 else { return byText.first?.text }
    return byText.map { "In \($0.worlds.map { "`\(Markdown.escaped($0))`" }.joined(separator: ", ")): \($0.text)" }
      .joined(separator: "\n\n")
  }

  private func words(_ place: PolicyPlace) -> String? {
    let words = PodsInWords(view: place.view)
    let policy = place.policy
    switch place.part {
    case .subject: return "This policy \(words.subject(of: policy))."
    case .peer(let rule, let peer): return "This peer \(words.peer(peer, of: rule, in: policy))."
    case .port(let rule, let port): return ports(port, rule, place)
    case .rule(let rule):
      let peers = rule.peers.items.map { words.peer($0, of: rule, in: policy) }
      let ends = peers.isEmpty ? [rule.type == .ingress ? "lets everybody in" : "lets out to everywhere"] : peers
      let ports =
        rule.allowsAllPorts ? "all ports" : rule.ports.items.map { Markdown.escaped($0.text) }.joined(separator: ", ")
      return "This rule, on \(ports), " + ends.joined(separator: "; ") + "."
    case .policy: return "This policy \(words.subject(of: policy))."
    }
  }

  /// The Services that lead to the port, and the containers that listen there.
  private func ports(_ port: PolicyPort, _ rule: PolicyRule, _ place: PolicyPlace) -> String? {
    let view = place.view
    let targets =
      rule.type == .ingress
      ? view.selection.pods(of: place.policy).certain
      : rule.peers.items.flatMap { view.selection.pods(of: $0, in: place.policy).certain }
    var lines: [String] = []
    for id in targets.prefix(5) {
      let workload = view.world[id]
      let declared = workload.containers.flatMap(\.ports).filter { Self.means(port, $0) }
      for container in declared.prefix(3) {
        let name = container.name.map { " (`\(Markdown.escaped($0))`)" } ?? ""
        lines.append(
          "\(Markdown.escaped(workload.meta.kind)) `\(Markdown.escaped(workload.meta.name.value))` listens on \(container.number)\(name)"
        )
      }
      for service in view.services.services(of: id) {
        for servicePort in view.world[service].ports {
          guard let number = view.services.target(of: servicePort, on: workload),
            servicePort.transport == port.transport,
            port.range?.contains(number) ?? declared.contains(where: { $0.number == number })
          else { continue }
          let name = Markdown.escaped(view.world[service].meta.name.value)
          lines.append("Service `\(name)` leads port \(servicePort.number) to \(number)")
        }
      }
    }
    var seen: Set<String> = []
    lines = lines.filter { seen.insert($0).inserted }
    let what = rule.type == .ingress ? "of the selected pods" : "of the pods that are called"
    let text = Markdown.escaped(port.text)
    guard !lines.isEmpty else { return "\(text), a port \(what), not of a Service." }
    return "\(text), a port \(what):\n\n" + lines.map { "- \($0)" }.joined(separator: "\n")
  }

  private static func means(_ port: PolicyPort, _ container: ContainerPort) -> Bool {
    guard container.transport == port.transport else { return false }
    switch port.number {
    case .all: return true
    case .range(let range): return range.contains(container.number)
    case .named(let name): return container.name == name
    }
  }
}

internal import Config
internal import Diagnostics
internal import Facts
internal import Traffic

/// Names in a config that lead nowhere, as far as the config alone can tell: clients, sets of ports, paragraphs.
enum ConfigNames {
  static func problems(in configuration: Configuration) -> [ConfigProblem] {
    let names = configuration.components.map(\.name)
    let clients = configuration.components.flatMap { component in
      (component.clients ?? []).compactMap { client(of: component, $0, among: names) }
    }
    return clients + configuration.components.compactMap(portSet)
      + configuration.hipaa.decisions.compactMap(paragraph)
  }

  private static func client(of component: Component, _ text: String, among names: [String]) -> ConfigProblem? {
    let end: End
    do throws(EndProblem) {
      end = try End(text)
    } catch {
      return ConfigProblem("among the clients of \(component.name) \(error.description)", at: component.span)
    }
    guard case .word(let word) = end.meaning, word != "internet", !names.contains(word) else { return nil }
    // Who may send to a third party is a component, and nothing else.
    let rest = component.hasPods ? ", so that it has to be the name of one workload or Service" : ""
    return ConfigProblem(
      "the client `\(word)` of \(component.name) is no component of the config\(rest)"
        + Suggestion.hint(for: word, among: names), at: component.span)
  }

  private static func portSet(of component: Component) -> ConfigProblem? {
    let facts = Facts.shared.portSets
    guard let name = component.portSet, facts.component(named: name) == nil else { return nil }
    return ConfigProblem(
      "there is no set of ports `\(name)`, which \(component.name) names as its portSet"
        + Suggestion.hint(for: name, among: facts.components.map(\.id)), at: component.span)
  }

  private static func paragraph(of decision: Decision) -> ConfigProblem? {
    let catalogues = EvidenceCatalogue.all
    if catalogues.contains(where: { $0.isAddressable(decision.paragraph) }) { return nil }
    return ConfigProblem(
      "hipaa.decisions: \(decision.paragraph) is no addressable specification, and about others nothing is decided",
      at: decision.span)
  }
}

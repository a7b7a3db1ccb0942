internal import Config
internal import Diagnostics
internal import Reporting
internal import Rules
internal import Writing

/// What `config check` says of a config that is right: which rules run, and what it declares.
struct ConfigCheck {
  private let configuration: Configuration
  private let selection: RuleSelection

  init(_ configuration: Configuration, _ selection: RuleSelection) {
    self.configuration = configuration
    self.selection = selection
  }

  /// Lines, each with its end.
  var text: String {
    let files = configuration.files.map(\.path)
    let infos = Registry.infos
    let running = infos.count { selection.enabled.contains($0.id) }
    var lines = [files.isEmpty ? "ok: no config, so that the defaults count" : "ok: \(files.joined(separator: ", "))"]
    lines.append("profile \(configuration.profile.rawValue): \(running) of \(Summary.count(infos.count, "rule")) run")
    let changed = infos.compactMap { info in
      selection.configuredSeverity(of: info.id).map { "\(info.id) \(info.name) (\($0.rawValue))" }
    }
    if !changed.isEmpty { lines.append("with a severity of their own: \(changed.joined(separator: ", "))") }
    let off = infos.filter { info in
      !selection.enabled.contains(info.id)
        && configuration.rules.contains { $0.level == .off && info.isMeant(by: $0.word) }
    }
    if !off.isEmpty { lines.append("off: \(off.map { "\($0.id) \($0.name)" }.joined(separator: ", "))") }
    let declared = [
      (configuration.components.count, "component"), (configuration.flows.count, "flow"),
      (configuration.ignores.count, "accepted fault"),
    ].filter { $0.0 > 0 }.map { Summary.count($0.0, $0.1) }
    if !declared.isEmpty { lines.append("declared: \(declared.joined(separator: ", "))") }
    return lines.map { DisplayText.escaped($0) + "\n" }.joined()
  }
}

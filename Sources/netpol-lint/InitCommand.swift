internal import ArgumentParser
internal import Config
internal import Diagnostics
internal import Input
internal import Model
internal import Rules
internal import Setup
internal import SystemPackage
internal import Traffic
internal import Writing

/// `netpol-lint init`: a config with what the manifests show, and files that run the tool.
struct InitCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a config with what the manifests show; with flags, files for hooks and pipelines.",
    discussion: """
      The config goes to .netpol-lint.yaml in the working directory: recognised components, the network plugin, DNS, and \
      the calls that the manifests name as flows for `netpol-lint verify`. Nothing is replaced without --force; where a \
      flag asks for another file, a config that is there stays.
      """)

  @Argument(help: "Files and folders; - is standard input.")
  var paths: [InputPath] = [InputPath(".")]

  @OptionGroup var input: InputOptions

  @Option(help: "Also write default-deny-NAMESPACE.yaml: no ingress, and no egress but DNS. May be repeated.")
  var defaultDeny: [String] = []

  @Flag(help: "Also write .pre-commit-config.yaml.")
  var preCommit = false

  @Flag(name: .customLong("github"), help: "Also write .github/workflows/netpol-lint.yml.")
  var gitHub = false

  @Flag(name: .customLong("gitlab"), help: "Also write .gitlab-ci.yml.")
  var gitLab = false

  @Flag(help: "Replace files that are there.")
  var force = false

  func validate() throws {
    for namespace in defaultDeny {
      guard let fault = NameSyntax.dnsLabel(namespace) else { continue }
      throw ValidationError("--default-deny takes a namespace; `\(namespace)` \(fault)")
    }
  }

  /// A file that is to be written.
  private struct NewText {
    let path: String
    let text: String
    /// What is said of it behind its name.
    var note: SafeText = ""
  }

  func status() async throws(CommandFailure) -> ExitStatus {
    let run = try await Run.load(paths, input)
    run.tellSkippedInput()
    var files = extraFiles(run)
    let config = ".netpol-lint.yaml"
    if force || files.isEmpty || !Self.isThere(config) {
      let starter = StarterConfig(run.project)
      if let other = run.configuration.files.first?.path, other != config {
        Output.say("netpol-lint: here \(config) goes before \(other): `extends` takes that one in")
      }
      files.insert(NewText(path: config, text: starter.text, note: ": \(starter.summary)"), at: 0)
    } else {
      Output.say("kept \(config)")
    }
    try write(files)
    return run.input.hasUnreadable ? .failure : .clean
  }

  private func extraFiles(_ run: Run) -> [NewText] {
    var files: [NewText] = []
    var seen: Set<String> = []
    for namespace in defaultDeny where seen.insert(namespace).inserted {
      files.append(
        NewText(
          path: "default-deny-\(namespace).yaml", text: DefaultDenyText.file(for: namespace, run.configuration),
          note: ": to be moved to the namespace's other manifests, and listed where a kustomization lists them"))
      if let doubt = doubt(about: namespace, run) { Output.say("netpol-lint: \(doubt)") }
    }
    if preCommit { files.append(NewText(path: ".pre-commit-config.yaml", text: StarterFiles.preCommit)) }
    let note: SafeText = ": write the checksum of the wheel that is to be installed into it"
    if gitHub {
      let text = StarterFiles.gitHub(version: toolVersion)
      files.append(NewText(path: ".github/workflows/netpol-lint.yml", text: text, note: note))
    }
    if gitLab {
      files.append(NewText(path: ".gitlab-ci.yml", text: StarterFiles.gitLab(version: toolVersion), note: note))
    }
    return files
  }

  /// What is said of a namespace that nothing in the input lies in.
  private func doubt(about namespace: String, _ run: Run) -> SafeText? {
    let known = run.project.worlds.reduce(into: Set<String>()) { $0.formUnion($1.world.namespaces) }
    if known.isEmpty || known.contains(namespace) { return nil }
    let hint = Suggestion.hint(for: namespace, among: known.sorted())
    return "nothing in the input is in namespace \(namespace)\(hint)"
  }

  /// Writes all of them or, where one is there or cannot be made, none.
  private func write(_ files: [NewText]) throws(CommandFailure) {
    if !force {
      for file in files where Self.isThere(file.path) {
        throw CommandFailure("\(file.path) is there already (--force replaces it)")
      }
    }
    var outputs: [Output] = []
    for file in files {
      let folder = FilePath(file.path).removingLastComponent()
      if !folder.isEmpty, let fault = FileSystem.makeFolders(folder) {
        throw CommandFailure("cannot make \(folder.string): \(fault.description)")
      }
      outputs.append(try Output.open(file.path))
    }
    for (file, output) in zip(files, outputs) {
      guard output.write({ $0.append(file.text) }) else { throw CommandFailure("\(file.path) was not written") }
      Output.say("wrote \(file.path)\(file.note)")
    }
  }

  private static func isThere(_ path: String) -> Bool {
    FileSystem.isLink(FilePath(path)) || FileSystem.exists(FilePath(path))
  }
}

import Config
import Input
import SystemPackage
import Testing

@Suite struct ConfigLoaderTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func load(_ name: String) -> Result<ConfigLoader.Loaded, ConfigFault> {
    do throws(ConfigFault) {
      return .success(try ConfigLoader.load(named: folder(name), isOff: false, version: "1.2.0"))
    } catch {
      return .failure(error)
    }
  }

  /// What is wrong, without the folder's name.
  private func messages(_ name: String) -> [String] {
    guard case .failure(let fault) = load(name) else { return [] }
    return fault.messages.map { message in
      var message = message
      while let range = message.firstRange(of: folder.path.string + "/") { message.removeSubrange(range) }
      return message
    }
  }

  @Test func layersStandInRisingPrecedence() throws {
    try folder.write(".git/HEAD")
    try folder.write("base.yaml", "profile: strict\nexclude: [a]\n")
    try folder.write("k8s/c.yaml", "extends: [../base.yaml]\nexclude: [b]\n")
    let loaded = try load("k8s/c.yaml").get()
    #expect(loaded.configuration.profile == .strict && loaded.configuration.exclude == ["b"])
    #expect(loaded.layers.count == 2)
  }

  @Test func noConfigIsTheDefaults() throws {
    let loaded = try ConfigLoader.load(named: folder("x.yaml"), isOff: true, version: "1.2.0")
    #expect(loaded.configuration.files.isEmpty && loaded.layers.isEmpty)
  }

  @Test func faultsAreNamed() throws {
    guard case .failure(.missing) = load("none.yaml") else {
      Issue.record("a config that is not there must be a fault")
      return
    }
    #expect(messages("none.yaml") == ["there is no config none.yaml"])
    try folder.write("folder/a.yaml")
    #expect(messages("folder") == ["the config folder is no file"])
    try folder.write("version.yaml", "requiredVersion: 1.3\n")
    #expect(
      messages("version.yaml") == ["version.yaml:1:18: this config is for netpol-lint 1.3 or later, and this is 1.2.0"])
  }

  @Test func whatIsExtendedStaysInsideAndEnds() throws {
    try folder.write("outer.yaml", "profile: strict\n")
    try folder.write("repo/.git/HEAD")
    try folder.write("repo/out.yaml", "extends: [../outer.yaml]\n")
    #expect(
      messages("repo/out.yaml") == ["repo/out.yaml:1:11: extends: `../outer.yaml` lies outside of repo"])
    try folder.write("repo/a.yaml", "extends: [b.yaml]\n")
    try folder.write("repo/b.yaml", "extends: [a.yaml]\n")
    #expect(messages("repo/a.yaml") == ["repo/b.yaml:1:11: extends: the files extend one another"])
    try folder.write("repo/c.yaml", "extends: [gone.yaml]\n")
    #expect(messages("repo/c.yaml") == ["repo/c.yaml:1:11: extends: there is no file `gone.yaml`"])
  }

  @Test func ofALinkOutOfTheRepositoryNothingIsShown() throws {
    try folder.write("outside/secret.yaml", "secret: value\n")
    try folder.write("repo/.git/HEAD")
    try folder.link("repo/link.yaml", to: "../outside/secret.yaml")
    try folder.link("repo/folder", to: "../outside")
    for name in ["link.yaml", "folder/secret.yaml"] {
      #expect(messages("repo/" + name) == ["the config repo/\(name) is a link out of the repository"])
    }
    try folder.write("repo/real.yaml", "profile: strict\n")
    try folder.link("repo/inside.yaml", to: "real.yaml")
    #expect(try load("repo/inside.yaml").get().configuration.profile == .strict)
  }
}

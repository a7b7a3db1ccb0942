import Diagnostics
import Foundation
import Input
import SystemPackage
import Testing

@Suite struct InputFinderTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func find(
    _ paths: [String] = [""], context: [String] = [], _ options: InputFinder.Options = InputFinder.Options()
  ) -> FoundInput {
    var finder = InputFinder(options)
    return finder.find(
      paths.map { InputPath(folder($0).string) }, context: context.map { InputPath(folder($0).string) })
  }

  /// The names of files below the folder.
  private func names(_ found: FoundInput) -> [String] {
    found.files.map { String($0.shownPath.dropFirst(folder.path.length + 1)) }
  }

  @Test func foldersAreReadInOrderOfNamesAndOnlyForManifests() throws {
    for name in ["b.yml", "a/z.yaml", "a/notes.txt", "c.json", "node_modules/x.yaml", ".git/x.yaml"] {
      try folder.write(name)
    }
    let found = find()
    #expect(names(found) == ["a/z.yaml", "b.yml", "c.json"] && found.hasDirectory && found.skipped.isEmpty)
  }

  /// What an editor has open and is not on the disk is found where it will be.
  @Test func filesThatAreNotSavedYetAreFoundInTheirPlace() throws {
    try folder.write(".git/HEAD")
    try folder.write(".gitignore", "out/\n*.tmp.yaml\n")
    for name in ["a/z.yaml", "b.yaml"] { try folder.write(name) }
    let open = [
      "a/zz.yaml", "a/new/x.yaml", "c.yaml", "b.yaml", "out/x.yaml", "a/x.tmp.yaml", "node_modules/x.yaml", "notes.txt",
      "../outside.yaml",
    ]
    var finder = InputFinder(InputFinder.Options())
    let found = finder.find([InputPath(folder("").string)], context: [], unsaved: open.map { folder($0) })
    #expect(names(found) == ["a/new/x.yaml", "a/z.yaml", "a/zz.yaml", "b.yaml", "c.yaml"])
    var other = InputFinder(InputFinder.Options())
    let named = other.find([InputPath(folder("c.yaml").string)], context: [], unsaved: [folder("c.yaml")])
    #expect(names(named) == ["c.yaml"] && named.missing == nil)
  }

  @Test func aFileIsTakenOnceHoweverItIsNamed() throws {
    try folder.write("a.yaml")
    try folder.link("b.yaml", to: "a.yaml")
    #expect(names(find(["a.yaml", "b.yaml", ""])) == ["a.yaml"])
  }

  @Test func gitIgnoreCountsFromTheRootOfTheRepositoryDownwards() throws {
    try folder.write(".git/HEAD")
    try folder.write(".gitignore", "out/\n*.gen.yaml\n")
    try folder.write("k8s/.gitignore", "!kept.gen.yaml\n")
    for name in ["out/a.yaml", "k8s/a.gen.yaml", "k8s/kept.gen.yaml", "k8s/b.yaml"] { try folder.write(name) }
    #expect(names(find(["k8s"])) == ["k8s/b.yaml", "k8s/kept.gen.yaml"])
    #expect(names(find()) == ["k8s/b.yaml", "k8s/kept.gen.yaml"])
  }

  @Test func gitIgnoreOutsideOfARepositoryCountsInItsFolderAlone() throws {
    try folder.write(".gitignore", "*.yaml\n")
    try folder.write("k8s/a.yaml")
    #expect(names(find(["k8s"])) == ["k8s/a.yaml"])
    #expect(names(find()).isEmpty)
  }

  @Test func excludedFilesAreReadWhenTheyAreNamedUnlessThatIsForced() throws {
    try folder.write("gen/a.yaml")
    try folder.write("b.yaml")
    var options = InputFinder.Options()
    options.exclude = [IgnorePatterns(globs: [Array("gen/".utf8)], in: folder.path)]
    #expect(names(find([""], options)) == ["b.yaml"])
    #expect(names(find(["gen/a.yaml"], options)) == ["gen/a.yaml"])
    options.forceExclude = true
    #expect(names(find(["gen/a.yaml"], options)).isEmpty)
  }

  @Test func whatIsLeftOutIsNamedWithItsCause() throws {
    try folder.write(".git/HEAD")
    try folder.write(".gitignore", "out/\nx.json\n")
    for name in ["out/deep/a.yaml", "x.json", "node_modules/m/b.yml", "node_modules/m/c.js", "UPPER.YAML", "ex.yaml"] {
      try folder.write(name)
    }
    for name in [".yaml", ".hidden/d.yaml"] { try folder.write(name) }
    var options = InputFinder.Options()
    options.exclude = [IgnorePatterns(globs: [Array("ex.*".utf8)], in: folder.path)]
    let found = find([""], options)
    #expect(names(found) == [".hidden/d.yaml", ".yaml"])
    func causes(_ found: FoundInput) -> [String] {
      found.ignored.map { "\($0.path.string.dropFirst(folder.path.length + 1)): \($0.cause.rawValue)" }.sorted()
    }
    #expect(
      causes(found) == [
        "UPPER.YAML: its name", "ex.yaml: exclude", "node_modules/m/b.yml: node_modules",
        "out/deep/a.yaml: .gitignore", "x.json: .gitignore",
      ])
    options.ignores = false
    let all = find([""], options)
    #expect(names(all) == [".hidden/d.yaml", ".yaml", "node_modules/m/b.yml", "out/deep/a.yaml", "x.json"])
    #expect(causes(all) == ["UPPER.YAML: its name", "ex.yaml: exclude"])
    options.forceExclude = true
    #expect(causes(find(["ex.yaml"], options)) == ["ex.yaml: exclude"])
  }

  @Test func tooManyNamesOfIgnoredFoldersAreSaid() throws {
    for number in 0..<50_001 { try folder.make("node_modules/\(number)") }
    try folder.write("node_modules/x.yaml")
    let found = find()
    #expect(found.skipped.count == 1 && found.skipped[0].reason.contains("too many files"))
  }

  @Test func hardLinksAreTwoFilesAndLinksWithARoleOfTheirOwnAreReadInIt() throws {
    try folder.write("z/a.yaml")
    try folder.link("b", to: "z")
    try folder.link("c.yaml", to: "z/a.yaml")
    try folder.link("kustomization.yaml", to: "z/a.yaml")
    try FileManager.default.linkItem(atPath: folder("z/a.yaml").string, toPath: folder("z/hard.yaml").string)
    // The name that is no link counts, though it comes later.
    #expect(names(find()) == ["z/a.yaml", "z/hard.yaml", "kustomization.yaml"])
  }

  @Test func filesForFactsAreMarkedAndSortedAmongTheOthers() throws {
    for name in ["a.yaml", "b.yaml", "c.yaml"] { try folder.write(name) }
    let found = find(["b.yaml"], context: [""])
    #expect(names(found) == ["a.yaml", "b.yaml", "c.yaml"] && !found.hasDirectory)
    #expect(found.files.map(\.isContext) == [true, false, true])
  }

  @Test func whatIsNotReadIsSaid() throws {
    try folder.write("k8s/a.yaml")
    try folder.link("k8s/gone.yaml", to: "nowhere.yaml")
    try folder.link("k8s/self", to: ".")
    try folder.link("k8s/up", to: "..")
    let found = find(["k8s", "missing.yaml"])
    #expect(found.missing?.description == folder("missing.yaml").string && !found.hasUnreadable)
    #expect(Set(found.skipped.map(\.reason)).contains("this link leads to no file"))
    #expect(
      Set(found.skipped.map(\.reason)).contains(
        "a symbolic link leads back to this folder, which is read already"))
    #expect(
      found.skipped.contains { $0.file.hasSuffix("k8s/up") && $0.reason.contains("outside of the repository") })
  }

  @Test func whatIsNamedAndNoFileIsUnreadable() {
    var finder = InputFinder(InputFinder.Options())
    let found = finder.find([InputPath("/dev/null")], context: [])
    #expect(found.hasUnreadable && found.skipped.map(\.file) == ["/dev/null"])
  }
}

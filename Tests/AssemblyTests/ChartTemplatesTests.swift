import Assembly
import Testing

/// A chart's templates lie in a folder of that name, with a `Chart.yaml` above.
@Suite struct ChartTemplatesTests {
  @Test(arguments: [
    ("/a/templates/p.yaml", true), ("/a/templates/sub/p.yaml", true), ("/a/charts/b/templates/p.yaml", true),
    ("/a/templates/templates/p.yaml", true), ("/templates/templates/p.yaml", true), ("/a/crds/p.yaml", false),
    ("/a/templates.yaml", false), ("/b/templates/p.yaml", false), ("/templates/p.yaml", false), ("", false),
    ("/aa/templates/p.yaml", false), ("/a/my-templates/p.yaml", false),
  ])
  func ofAFile(path: String, isTemplate: Bool) {
    var templates = ChartTemplates(MemoryTree(["/a/Chart.yaml": "", "/templates/Chart.yaml": ""]))
    #expect(templates.contains(path) == isTemplate)
    #expect(templates.contains(path) == isTemplate)
  }

  @Test func theRootCanBeAChart() {
    var templates = ChartTemplates(MemoryTree(["/Chart.yaml": ""]))
    #expect(templates.contains("/templates/p.yaml") && templates.contains("/b/templates/p.yaml"))
  }
}

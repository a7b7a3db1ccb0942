import Reporting
import Testing

@Suite struct RepositoryPathTests {
  private let paths = RepositoryPaths(root: "/src/repo", workingDirectory: "/src/repo/deploy/k8s")

  @Test func pathsStartAtTheRootOfTheRepository() {
    #expect(paths.path(of: "a.yaml") == "deploy/k8s/a.yaml")
    #expect(paths.path(of: "./x/../a.yaml") == "deploy/k8s/a.yaml")
    #expect(paths.path(of: "../../base/a.yaml") == "base/a.yaml")
    #expect(paths.path(of: "/src/repo/a.yaml") == "a.yaml")
  }

  @Test func whatLiesOutsideKeepsItsName() {
    #expect(paths.path(of: "<stdin>") == "<stdin>")
    #expect(paths.path(of: "../../../other/a.yaml") == "../../../other/a.yaml")
    #expect(paths.path(of: "/src/repository/a.yaml") == "/src/repository/a.yaml")
    #expect(RepositoryPaths().path(of: "x/../a.yaml") == "x/../a.yaml")
  }

  @Test func urisArePercentEncoded() {
    #expect(paths.uri(of: "a:b %é+\"#?.yaml") == "deploy/k8s/a%3Ab%20%25%C3%A9%2B%22%23%3F.yaml")
    #expect(paths.uri(of: "<stdin>") == "%3Cstdin%3E")
    #expect(paths.uri(of: "/tmp/a b.yaml") == "file:///tmp/a%20b.yaml")
  }
}

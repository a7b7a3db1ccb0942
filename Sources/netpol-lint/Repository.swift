internal import Reporting
internal import SystemPackage

extension FileSystem {
  /// How files are named from the root of the repository that holds the working directory.
  static var repositoryPaths: RepositoryPaths {
    let here = workingDirectory
    var directory = here
    repeat {
      if exists(directory.appending(".git")) {
        return RepositoryPaths(root: directory.string, workingDirectory: here.string)
      }
    } while directory.removeLastComponent()
    return RepositoryPaths()
  }
}

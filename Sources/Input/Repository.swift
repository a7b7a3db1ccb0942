package import SystemPackage

/// The repository that holds a folder: what ends every search upwards.
package enum Repository {
  /// The nearest folder that has a `.git`, from `folder` upwards; `nil` outside of a repository.
  ///
  /// - Parameter folder: absolute; links in it are not followed.
  package static func root(above folder: FilePath) -> FilePath? {
    var directory = folder
    repeat {
      if FileSystem.exists(directory.appending(".git")) { return directory }
    } while directory.removeLastComponent()
    return nil
  }
}

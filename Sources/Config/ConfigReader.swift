package import Diagnostics
internal import Model
internal import YAMLSource

/// A config file that agrees with the table of keys, before it is laid over those that it extends.
package struct ConfigLayer: Sendable {
  package let file: SourceFile
  /// `nil` for a file without any key.
  let root: ConfigNode?

  /// The paths under `extends`, as written.
  package var extends: [ConfigText] {
    root?["extends"]?.itemsOrSelf.map { ConfigText($0) } ?? []
  }
}

/// Reads config files.
package enum ConfigReader {
  /// The names under which a config is looked for.
  package static let fileNames = [".netpol-lint.yaml", ".netpol-lint.yml"]

  /// The config of one file, which extends nothing; or everything that is wrong with it, in the order of the text.
  package static func read(_ file: SourceFile) -> Result<Configuration, ConfigProblems> {
    do throws(ConfigProblems) {
      return .success(try configuration(of: [try layer(file)]))
    } catch {
      return .failure(error)
    }
  }

  /// Reads one file, without what it extends.
  package static func layer(_ file: SourceFile) throws(ConfigProblems) -> ConfigLayer {
    ConfigLayer(file: file, root: try root(of: file, ConfigKeys.all).get())
  }

  /// The config that several files make, each laid over the ones before it: maps merge by key, lists and scalars are
  /// replaced.
  package static func configuration(of layers: [ConfigLayer]) throws(ConfigProblems) -> Configuration {
    guard let root = merged(layers) else { return Configuration() }
    var problems: [ConfigProblem] = []
    ConfigChecker.findMissingKeys(root, .object(ConfigKeys.all), "", &problems)
    ClusterRanges.findTooWide(root["cluster"], &problems)
    let flows = FlowReader.read(root["flows"], &problems)
    guard problems.isEmpty else { throw ConfigProblems(problems) }
    var configuration = ConfigDecoder.decode(root)
    configuration.flows = flows
    return configuration
  }

  static func merged(_ layers: [ConfigLayer]) -> ConfigNode? {
    let roots = layers.compactMap(\.root)
    return roots.first.map { first in roots.dropFirst().reduce(first) { $0.overlaid(with: $1) } }
  }

  /// Whether a file holds flows and nothing else, by its name.
  package static func isFlowFile(_ path: String) -> Bool {
    path.hasSuffix(".flows.yaml") || path.hasSuffix(".flows.yml")
  }

  /// The flows of a `*.flows.yaml` file; documents in it that are manifests are not for this reader.
  package static func flows(_ file: SourceFile) throws(ConfigProblems) -> [Flow] {
    let keys = ConfigKeys.all.filter { $0.name == "flows" }
    guard let root = try root(of: file, keys, where: { !$0.isManifest }).get() else { return [] }
    var problems: [ConfigProblem] = []
    ConfigChecker.findMissingKeys(root, .object(keys), "", &problems)
    let flows = FlowReader.read(root["flows"], &problems)
    guard problems.isEmpty else { throw ConfigProblems(problems) }
    return flows
  }

  private static func root(
    of file: SourceFile, _ keys: [ConfigKey], where isWanted: (NodeRef) -> Bool = { _ in true }
  ) -> Result<ConfigNode?, ConfigProblems> {
    do throws(YAMLProblem) {
      let chunks = DocumentSplitter.split(file.bytes)
      var roots: [NodeRef] = []
      for chunk in chunks {
        if let root = try YAMLReader.read(chunk, of: file).root, !root.isNull, isWanted(root) { roots.append(root) }
      }
      guard let root = roots.first else { return .success(nil) }
      guard roots.count == 1 else {
        return .failure(ConfigProblems([ConfigProblem("a config is a single document", at: roots[1].span)]))
      }
      var checker = ConfigChecker()
      checker.checkObject(root, keys, "")
      return checker.problems.isEmpty ? .success(ConfigNode(root)) : .failure(ConfigProblems(checker.problems))
    } catch {
      return .failure(
        ConfigProblems([ConfigProblem("this is not YAML: \(YAMLProblemMessage.text(error.kind))", at: error.span)]))
    }
  }
}

extension NodeRef {
  /// Whether it is an object of Kubernetes, and no flows, whatever the file is called.
  fileprivate var isManifest: Bool { self["kind"] != nil && self["flows"] == nil }
}

/// All that is wrong with config files, in the order of the text.
package struct ConfigProblems: Error, Sendable {
  package let problems: [ConfigProblem]

  package init(_ problems: [ConfigProblem]) { self.problems = problems.sorted { $0.span < $1.span } }
}

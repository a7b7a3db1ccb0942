internal import Diagnostics
internal import Facts
internal import Model
internal import YAMLSource

/// `replacements`: values of one object's fields written into those of others (kustomize: `replacement.Filter`).
struct Replacements {
  private let builder: KustomizeBuilder
  private let file: KustomizationFile
  private let context: BuildContext
  private var facts: KustomizeFacts { builder.facts }

  init(_ builder: KustomizeBuilder, _ file: KustomizationFile, _ context: BuildContext) {
    self.builder = builder
    self.file = file
    self.context = context
  }

  func run(_ result: inout Accumulation) throws(BuildRefusal) {
    for entry in file.items("replacements") {
      for replacement in try replacements(entry, &result) { try apply(replacement, to: &result) }
    }
  }

  /// The replacement itself, or those of the file that it names.
  private func replacements(
    _ entry: TreeNode, _ result: inout Accumulation
  ) throws(BuildRefusal) -> [TreeNode] {
    guard let name = entry["path"], let text = name.text, !text.isEmpty else { return [entry] }
    let path = Paths.join(file.directory, text)
    guard builder.files.kind(of: path) == .file else {
      throw BuildRefusal(
        "kustomize refuses this build: there is no file `\(text)`", at: name.span,
        remedy: "add the file, or delete the entry")
    }
    try ResourceLoader(builder, file, context).checkRoot(path, name)
    result.usedFiles.insert(UsedFile(path: path, role: .data))
    let root: TreeNode?
    do throws(YAMLProblem) {
      root = try builder.documents.replacements(of: path)
    } catch {
      throw BuildRefusal(
        "kustomize refuses this build: \(YAMLProblemMessage.text(error.kind))", at: error.span, remedy: "mend the YAML")
    }
    guard let root else { return [] }
    let list = root.isSequence ? root : TreeNode(.sequence([root]), at: root.span)
    if let refusal = FieldShape.replacements.refusal(of: list, at: "replacements") { throw refusal }
    return FieldShape.replacements.spelled(list).items
  }

  private func apply(_ replacement: TreeNode, to result: inout Accumulation) throws(BuildRefusal) {
    let value: ReplacementSource
    if let text = replacement["sourceValue"], !text.isNull {
      if let source = replacement["source"], !source.isNull {
        throw refusal("a replacement has either a source or a sourceValue", source.firstPlace)
      }
      value = ReplacementSource(value: TreeNode(plainResource: text.rawText, at: text.span))
    } else {
      guard let found = try source(replacement, &result) else { return try leaveOpen(replacement, &result) }
      value = found
    }
    guard let targets = replacement["targets"]?.items, !targets.isEmpty else {
      throw refusal("a replacement needs targets", replacement.firstPlace)
    }
    for target in targets { try write(value, target, to: &result) }
  }

  /// Notes which objects a replacement changes whose source was not read.
  private func leaveOpen(_ replacement: TreeNode, _ result: inout Accumulation) throws(BuildRefusal) {
    let folder = builder.files.shown(file.directory)
    let gap = BuildGap(
      .targets, "the source of a replacement of \(folder) was not read", at: replacement.firstPlace)
    result.gaps.insert(gap)
    for target in replacement["targets"]?.items ?? [] {
      for number in try select(target, &result) { result.change(number) { $0.gap = $0.gap ?? gap } }
    }
  }

  // MARK: Source

  /// `nil` where the source may be among the objects that were not read.
  private func source(
    _ replacement: TreeNode, _ result: inout Accumulation
  ) throws(BuildRefusal) -> ReplacementSource? {
    guard let source = replacement["source"], !source.isNull else {
      throw refusal("a replacement needs a source", replacement.firstPlace)
    }
    func text(_ key: String) -> String? { source[key]?.text.flatMap { $0.isEmpty ? nil : $0 } }
    let candidates = result.candidates(name: text("name"), kind: text("kind"))
    try result.spend(candidates.count, at: source.firstPlace)
    let matching = candidates.filter { Replacements.isSource(result.resources[$0], source, facts) }
    if matching.isEmpty, result.mayHoldMore { return nil }
    guard matching.count == 1, let number = matching.first else {
      throw refusal(
        matching.isEmpty ? "no object is the source of this replacement" : "several objects match the source",
        source.firstPlace)
    }
    let path = text("fieldPath") ?? "metadata.name"
    let place = source["fieldPath"]?.span ?? source.firstPlace
    let found: TreeNode?
    do throws(FieldPath.Failure) {
      found = try FieldPath(path).node(in: result.resources[number].root)
    } catch {
      throw refusal("the source has no field `\(path)`: \(error.message)", place)
    }
    guard let value = found, value.isScalar ? !value.isNull : !value.isEmpty else {
      throw refusal("the source has no field `\(path)`", place)
    }
    guard let options = source["options"], let delimiter = Replacements.delimiter(options) else {
      return ReplacementSource(value: value.unshared, number: number, path: FieldPath(path))
    }
    guard value.isScalar else { throw refusal("only a text can be cut at a delimiter", place) }
    let parts = Replacements.parts(value, delimiter)
    let index = Replacements.index(options)
    guard parts.indices.contains(index) else {
      throw refusal("the source has no part \(index)", options.firstPlace)
    }
    return ReplacementSource(value: ReplacedValue.text(parts[index], like: value))
  }

  /// Sources are found by texts that are equal, not by patterns.
  private static func isSource(_ resource: Resource, _ source: TreeNode, _ facts: KustomizeFacts) -> Bool {
    resource.ids(facts).contains { id in
      func matches(_ key: String, _ text: String) -> Bool {
        guard let wanted = source[key]?.text, !wanted.isEmpty else { return true }
        return wanted == text
      }
      return matches("group", id.group) && matches("version", id.version) && matches("kind", id.kind)
        && matches("name", id.name) && matches("namespace", id.namespace ?? "")
    }
  }

  /// What a replacement that holds its own value comes to soon, and no real one does; by weight.
  private static let mostWritten = 200_000
  /// To write into an object is as much as so many other steps.
  private static let writeCost = 8

  private static func index(_ options: TreeNode) -> Int { options["index"]?.text.flatMap { Int($0) } ?? 0 }

  private static func delimiter(_ options: TreeNode?) -> String? {
    options?["delimiter"]?.text.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func parts(_ node: TreeNode, _ delimiter: String) -> [String] {
    node.rawText.split(separator: delimiter, omittingEmptySubsequences: false).map(String.init)
  }

  // MARK: Targets

  /// The objects that a target means, by their numbers.
  private func select(_ target: TreeNode, _ result: inout Accumulation) throws(BuildRefusal) -> [Int] {
    guard let select = target["select"], !select.isNull else {
      throw refusal("a target needs `select`", target.firstPlace)
    }
    let selector = try TargetSelector(select)
    var rejected: [TargetSelector] = []
    for node in target["reject"]?.items ?? [] where !node.isEmpty { rejected.append(try TargetSelector(node)) }
    let candidates = result.candidates(name: selector.onlyName, kind: selector.onlyKind)
    try result.spend(candidates.count * (rejected.count + 1), at: select.firstPlace)
    let numbers = candidates.filter { number in
      let resource = result.resources[number]
      return selector.selectsAny(resource, facts) && !rejected.contains { $0.rejects(resource, facts) }
    }
    if numbers.isEmpty, !result.mayHoldMore { result.idleTargets.insert(select.firstPlace) }
    return numbers
  }

  private func write(
    _ source: ReplacementSource, _ target: TreeNode, to result: inout Accumulation
  ) throws(BuildRefusal) {
    let written = target["fieldPaths"]?.items ?? []
    let paths = written.isEmpty ? [TreeNode(string: "metadata.name", at: target.firstPlace)] : written
    for number in try select(target, &result) {
      var work = 0
      try result.spend(paths.count * Replacements.writeCost, at: target.firstPlace)
      try result.change(number) { (resource: inout Resource) throws(BuildRefusal) in
        for path in paths {
          work += source.value.weight(atMost: Replacements.mostWritten)
          if work > Replacements.mostWritten { throw refusal("it writes more than is built here", path.span) }
          try write(source.value, at: path, target["options"], in: &resource)
          source.refresh(number, resource.root)
        }
      }
      try result.spend(work, at: target.firstPlace)
    }
  }

  private func write(
    _ value: TreeNode, at path: TreeNode, _ options: TreeNode?, in resource: inout Resource
  ) throws(BuildRefusal) {
    let id = resource.id(facts)
    let creates = options?["create"]?.bool ?? false
    var shared = SharedScalars()
    let count: Int
    do throws(FieldPath.Failure) {
      count = try FieldPath(path.text ?? "").change(
        &resource.root, makes: creates ? ReplacedValue.leaf(for: value) : nil, at: value.span
      ) { (node: inout TreeNode) throws(FieldPath.Failure) in
        guard let options, let delimiter = Replacements.delimiter(options) else {
          node = shared.replace(node, by: ReplacedValue.value(value, for: node))
          return
        }
        guard node.isScalar else { throw FieldPath.Failure(message: "only a text can be cut at a delimiter") }
        var parts = Replacements.parts(node, delimiter)
        let index = Replacements.index(options)
        if index < 0 {
          parts.insert(value.rawText, at: 0)
        } else if index >= parts.count {
          parts.append(value.rawText)
        } else {
          parts[index] = value.rawText
        }
        let text = TreeNode(string: parts.joined(separator: delimiter), at: value.span)
        node = shared.replace(node, by: ReplacedValue.value(text, for: node))
      }
    } catch {
      throw refusal("\(id.text) has no field `\(path.text ?? "")`: \(error.message)", path.span)
    }
    if !shared.isEmpty { shared.propagate(in: &resource.root) }
    resource.isReplaced = true
    guard count > 0 else { throw refusal("\(id.text) has no field `\(path.text ?? "")`", path.span) }
  }

  private func refusal(_ message: String, _ span: SourceSpan) -> BuildRefusal {
    BuildRefusal("kustomize refuses this build: \(message)", at: span, remedy: "mend the replacement")
  }
}

/// What a replacement writes: the field itself, so that one which writes into its own source goes on with that.
private final class ReplacementSource {
  private(set) var value: TreeNode
  private let number: Int?
  private let path: FieldPath?

  init(value: TreeNode, number: Int? = nil, path: FieldPath? = nil) {
    self.value = value
    self.number = number
    self.path = path
  }

  /// To be called when an object was written into.
  func refresh(_ number: Int, _ root: TreeNode) {
    guard number == self.number, let node = (try? path?.node(in: root)) ?? nil else { return }
    value = node.unshared
  }
}

/// What becomes of a field that a replacement writes: a scalar keeps the type of what stood there.
private enum ReplacedValue {
  /// A tag that no document can hold: of a scalar that was just made, and takes the type of its text.
  static func leaf(for value: TreeNode) -> TreeNode {
    switch value.content {
    case .mapping: TreeNode(.mapping([]), at: value.span)
    case .sequence: TreeNode(.sequence([]), at: value.span)
    case .scalar: TreeNode(.scalar(TreeScalar(text: "", style: .plain, tag: .merge)), at: value.span)
    }
  }

  /// A text that is none of the old one's type is given that type all the same, which kustomize cannot write in the end
  /// (`Resource.unwritable`).
  static func value(_ value: TreeNode, for old: TreeNode) -> TreeNode {
    guard case .scalar(let scalar) = old.content else { return value }
    if scalar.tag == .merge { return plain(value) }
    if scalar.value == .string, scalar.tag.isText { return TreeNode(string: value.rawText, at: value.span) }
    var new = scalar
    if new.tag == .none { new.tag = scalar.value.tag }
    new.text = value.rawText
    return TreeNode(.scalar(new), at: value.span)
  }

  /// A part of a text, with the type of the whole.
  static func text(_ text: String, like node: TreeNode) -> TreeNode {
    node.string == nil
      ? TreeNode(.scalar(TreeScalar(text: text, style: .plain)), at: node.span) : TreeNode(string: text, at: node.span)
  }

  /// The text as a plain scalar, as kustomize reads it.
  private static func plain(_ value: TreeNode) -> TreeNode { TreeNode(plainResource: value.rawText, at: value.span) }
}

extension Scalar {
  fileprivate var tag: NodeTag {
    switch self {
    case .null: .null
    case .bool: .boolean
    case .integer: .integer
    case .float: .float
    case .string: .string
    }
  }
}

extension NodeTag {
  fileprivate var isText: Bool { ![.integer, .float, .boolean, .null].contains(self) }
}

extension TreeScalar {
  /// Whether its text can be of the type that its tag says.
  fileprivate var isOfItsType: Bool {
    switch (tag, value) {
    case (.integer, .integer), (.float, .integer), (.float, .float), (.boolean, .bool), (.null, .null): true
    default: tag.isText
    }
  }
}

extension TreeNode {
  /// The first scalar that is not of the type which a replacement left to it.
  var unwritable: TreeNode? {
    switch content {
    case .scalar(let scalar): scalar.isOfItsType ? nil : self
    case .sequence(let items): items.lazy.compactMap(\.unwritable).first
    case .mapping(let entries): entries.lazy.compactMap(\.value.unwritable).first
    }
  }
}

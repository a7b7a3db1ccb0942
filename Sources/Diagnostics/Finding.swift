/// The Kubernetes object that a finding is about. Immutable, for findings and what they account for share it.
package final class ObjectReference: Hashable, Sendable {
  /// How an object is called in its file.
  package struct Written: Hashable, Sendable {
    /// Empty when none is written.
    package let namespace: String
    package let name: String

    package init(namespace: String, name: String) {
      self.namespace = namespace
      self.name = name
    }
  }

  /// The API group; empty for the core group.
  package let group: String
  package let kind: String
  /// `nil` for objects that have no namespace.
  package let namespace: String?
  package let name: String
  /// What stands in its file, before any build changed it: what fingerprints hold.
  package let asWritten: Written

  /// - Parameter asWritten: `nil` where the object is called the same in its file.
  package init(group: String, kind: String, namespace: String?, name: String, asWritten: Written? = nil) {
    self.group = group
    self.kind = kind
    self.namespace = namespace
    self.name = name
    self.asWritten = asWritten ?? Written(namespace: namespace ?? "", name: name)
  }

  package static func == (a: ObjectReference, b: ObjectReference) -> Bool {
    a === b
      || a.name == b.name && a.namespace == b.namespace && a.kind == b.kind && a.group == b.group
        && a.asWritten == b.asWritten
  }

  /// What tells most objects apart: findings are looked up by their objects very often.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(namespace)
  }
}

/// Another place that a finding speaks of.
package struct RelatedPlace: Hashable, Sendable {
  package var span: SourceSpan
  /// Says what that place has to do with the finding; a few words.
  package var message: String

  package init(_ span: SourceSpan, _ message: String) {
    self.span = span
    self.message = message
  }
}

/// A change of the input that mends a finding.
package struct Fix: Hashable, Sendable {
  package enum Safety: String, Sendable {
    /// What the manifest means to the cluster stays as it is, or becomes what it can only have meant.
    case safe
    /// The meaning changes; a person has to agree.
    case unsafe
  }

  package struct Edit: Hashable, Sendable {
    package var span: SourceSpan
    package var replacement: String

    package init(_ span: SourceSpan, _ replacement: String) {
      self.span = span
      self.replacement = replacement
    }
  }

  package var safety: Safety
  /// An imperative sentence: what the change does.
  package var description: String
  /// In order of place, not overlapping; empty when the change cannot be written down mechanically.
  package var edits: [Edit]

  package init(_ safety: Safety, _ description: String, edits: [Edit] = []) {
    self.safety = safety
    self.description = description
    self.edits = edits
  }
}

/// One fault at one place, with the fields of `Content`.
///
/// A value behind one reference, for findings are sorted, merged and handed on far more often than changed: who changes
/// one that others hold gets a copy of its own.
@usableFromInline
@dynamicMemberLookup
package struct Finding: Sendable {
  /// What a finding says.
  @usableFromInline
  package struct Content: Hashable, Sendable {
    package var rule: RuleID
    package var severity: Severity
    /// *What* is wrong, in one sentence without a full stop.
    package var message: String
    /// The message without the names that tell this fault from the same one of other objects: findings that have it in
    /// common are shown together. The message itself counts when `nil`.
    package var commonMessage: String?
    package var span: SourceSpan
    /// A few words shown under the marked text; nothing when `nil`.
    package var label: String?
    /// *Why* it matters here; the rule's rationale when `nil`.
    package var why: String?
    /// *What to do* here; the description of `fix`, or else the rule's remedy, when `nil`.
    package var remedy: String?
    package var object: ObjectReference?
    /// The API server's field path; empty for findings that concern no field.
    package var path: String
    package var related: [RelatedPlace] = []
    package var citations: [Citation] = []
    package var fix: Fix?
    /// What tells two findings of one rule at one path apart (the CIDR or the label, say); part of the fingerprint.
    package var key = ""
    /// What it accounts for: a finding about one of these, of a rule that yields to this one or follows from it, is said
    /// with this one.
    package var accountsFor: [Subject] = []
    /// Where a finding that accounts for this one is looked for beside its own place.
    package var mayFollowFrom: [Subject] = []
    /// The finding that this one is a consequence of.
    package var cause: FindingID?
    /// The finding that it is said with, though it does not follow from it: the suppression of that one is over, say.
    package var saidWith: FindingID?
    /// The worlds in which it holds, in their order; empty where worlds say nothing of it.
    package var worlds: [String] = []
    /// The builds that have it, in their order.
    package var builds: [String] = []
    /// Where it holds, if not everywhere that its place is used: "in overlays/prod only".
    package var scope: String?
    /// The template of a chart that its place was rendered from.
    package var template: String?

    init(rule: RuleID, severity: Severity, message: String, at place: Place) {
      self.rule = rule
      self.severity = severity
      self.message = message
      span = place.span
      object = place.object
      path = place.path
    }
  }

  /// Changed only where one value alone holds it; that value is what is guarded against overlapping changes.
  @usableFromInline
  package final class Shared: @unchecked Sendable {
    @exclusivity(unchecked)
    @usableFromInline
    package var content: Content

    @usableFromInline
    package init(_ content: Content) { self.content = content }
  }

  @usableFromInline package var shared: Shared

  init(_ content: Content) { shared = Shared(content) }

  @inlinable
  package subscript<Value>(dynamicMember field: WritableKeyPath<Content, Value>) -> Value {
    get { shared.content[keyPath: field] }
    _modify {
      if !isKnownUniquelyReferenced(&shared) { shared = Shared(shared.content) }
      yield &shared.content[keyPath: field]
    }
  }
}

extension Finding: Hashable {
  @inlinable
  package static func == (a: Finding, b: Finding) -> Bool {
    a.shared === b.shared || a.shared.content == b.shared.content
  }

  /// By what tells a finding from all others of a run.
  @usableFromInline
  package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension Finding {
  /// The message, with the template where there is one, for those who know no other place for it.
  package var placedMessage: String { self.template.map { "\(self.message) (in \($0))" } ?? self.message }

  /// The order of every report: by place, then by rule, then by what tells findings of one rule apart.
  package static func inReportOrder(_ a: Finding, _ b: Finding) -> Bool {
    if a.span != b.span { return a.span < b.span }
    if a.rule != b.rule { return a.rule < b.rule }
    return (a.path, a.key, a.message) < (b.path, b.key, b.message)
  }
}

/// Something that a rule could not decide, and what is missing for it.
package struct Undecided: Hashable, Comparable, Sendable {
  package var rule: RuleID
  /// `nil` where the question is about the whole input.
  package var namespace: String?
  /// What is missing, without the namespace: the summary goes on with "for namespace NAME".
  package var reason: String

  package init(rule: RuleID, namespace: String?, reason: String) {
    self.rule = rule
    self.namespace = namespace
    self.reason = reason
  }

  package static func < (a: Undecided, b: Undecided) -> Bool {
    (a.rule, a.namespace ?? "", a.reason) < (b.rule, b.namespace ?? "", b.reason)
  }
}

/// Input that was not read, and why.
package struct SkippedInput: Hashable, Comparable, Sendable {
  package var file: String
  package var reason: String
  /// What keeps a file with a NetworkPolicy from being read, such as `.gitignore`; `nil` for other input.
  package var ignoredBy: String?
  /// Whether the input was read, and something about it is to be said all the same.
  package private(set) var isNote = false

  package init(file: String, reason: String) {
    self.file = file
    self.reason = reason
  }

  /// Whether it says that a NetworkPolicy is not judged as it is written.
  package var isAboutPolicy: Bool { ignoredBy != nil || reason.contains("NetworkPolic") }

  /// A file that holds a NetworkPolicy and is ignored.
  package init(file: String, ignoredBy cause: String) {
    self.init(file: file, reason: "it is ignored by \(cause), and holds a NetworkPolicy")
    ignoredBy = cause
  }

  /// Something about a file that was read.
  package init(note: String, on file: String) {
    self.init(file: file, reason: note)
    isNote = true
  }

  package static func < (a: SkippedInput, b: SkippedInput) -> Bool { (a.file, a.reason) < (b.file, b.reason) }
}

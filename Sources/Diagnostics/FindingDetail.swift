extension Finding {
  /// What a rule may say of a finding besides its message and its place. What it leaves out is as the rule's metadata say,
  /// or not there.
  package enum Detail: Sendable {
    /// Another severity than the rule's own, where it is not `nil`: a lower one that the rule's metadata names.
    case severity(Severity?)
    /// A few words under the marked text.
    case label(String?)
    /// Why it matters here; the rule's rationale when `nil`.
    case why(String?)
    /// What to do here; the description of the fix, or else the rule's remedy, when `nil`.
    case remedy(String?)
    /// Other places that it speaks of, behind those that are there already.
    case related([RelatedPlace])
    case citations([Citation])
    case fix(Fix?)
    /// What tells two findings at one path apart.
    case key(String)
    /// What else it explains than its own place.
    case accountsFor([Subject])
    /// Where else than at its own place its cause may be found.
    case mayFollowFrom([Subject])
    /// The finding that it is said with, though it does not follow from it.
    case saidWith(FindingID?)
    /// The message without names, where objects that differ in these alone have one fault.
    case common(String?)

    /// Another place that it speaks of, if there is one.
    package static func related(_ span: SourceSpan?, _ message: String) -> Detail {
      .related(span.map { [RelatedPlace($0, message)] } ?? [])
    }
  }

  package init(rule: RuleID, severity: Severity, message: String, at place: Place, _ details: Detail...) {
    var content = Content(rule: rule, severity: severity, message: message, at: place)
    for detail in details { content.add(detail) }
    self.init(content)
  }
}

extension Finding.Content {
  mutating func add(_ detail: Finding.Detail) {
    switch detail {
    case .severity(let severity): self.severity = severity ?? self.severity
    case .label(let label): self.label = label
    case .why(let why): self.why = why
    case .remedy(let remedy): self.remedy = remedy
    case .related(let places): related += places
    case .citations(let citations): self.citations = citations
    case .fix(let fix): self.fix = fix
    case .key(let key): self.key = key
    case .accountsFor(let subjects): accountsFor += subjects
    case .mayFollowFrom(let subjects): mayFollowFrom += subjects
    case .saidWith(let finding): saidWith = finding
    case .common(let message): commonMessage = message
    }
  }
}

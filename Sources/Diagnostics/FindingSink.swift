/// What one rule says about one input: its findings, and the questions that it could not decide.
///
/// A rule gets its own sink, so that rules can run in parallel; the results are sorted afterwards.
package struct FindingSink: Sendable {
  package let rule: RuleInfo
  package private(set) var findings: [Finding] = []
  package private(set) var undecided: Set<Undecided> = []
  /// What was given up because the input asks for more work than a rule does.
  package private(set) var givenUp: [GivenUp] = []

  private let worlds: [String]
  /// The objects that the rule is asked about; all when `nil`. What it says of others does not count.
  private let asked: Set<ObjectReference>?
  /// The objects of which it found something together with others: what is said of one hangs on them all.
  package private(set) var entangled: Set<ObjectReference> = []

  /// A question that a rule gave up.
  package struct GivenUp: Sendable {
    package let reason: String
    package let place: Place
  }

  /// - Parameters:
  ///   - worlds: those that the rule is asked about, in their order; empty where worlds say nothing of what it finds.
  ///   - asked: the objects that the rule is asked about; all when `nil`.
  package init(rule: RuleInfo, worlds: [String] = [], asked: Set<ObjectReference>? = nil) {
    self.rule = rule
    self.worlds = worlds
    self.asked = asked
  }

  /// Whether the rule is asked about some objects alone.
  package var asksAboutSome: Bool { asked != nil }

  /// Whether the rule is asked about an object: where it is not, a rule may leave out the work.
  package func isAsked(_ object: ObjectReference) -> Bool {
    asked.map { $0.contains(object) || entangled.contains(object) } ?? true
  }

  /// Says that what is found about some objects hangs on all of them.
  package mutating func entangle(_ objects: some Sequence<ObjectReference>) { entangled.formUnion(objects) }

  /// Adds a finding.
  ///
  /// - Parameters:
  ///   - message: what is wrong, in one sentence without a full stop.
  ///   - place: where it stands.
  ///   - details: what is to be said of it besides.
  package mutating func report(_ message: String, at place: Place, _ details: Finding.Detail...) {
    report(message, at: place, details)
  }

  /// The same with details that some findings have in common; of two that exclude each other the later one counts.
  package mutating func report(_ message: String, at place: Place, _ details: [Finding.Detail]) {
    var content = Finding.Content(rule: rule.id, severity: rule.severity, message: message, at: place)
    content.citations = rule.citations
    content.worlds = worlds
    for detail in details { content.add(detail) }
    precondition(content.severity <= rule.severity, "\(rule.id) must not report above its own severity")
    assert(
      content.severity == rule.severity || rule.lower.contains(content.severity),
      "\(rule.id): its metadata must name \(content.severity)")
    findings.append(Finding(content))
  }

  /// Takes back what was found in namespaces of which not enough is known.
  ///
  /// - Parameter reason: why a namespace's findings are open; `nil` where they stand.
  package mutating func leaveUndecided(_ reason: (String) -> String?) {
    var taken: [Undecided] = []
    findings.removeAll { finding in
      guard let object = finding.object, let namespace = object.kind == "Namespace" ? object.name : object.namespace,
        let reason = reason(namespace)
      else { return false }
      taken.append(Undecided(rule: rule.id, namespace: namespace, reason: reason))
      return true
    }
    undecided.formUnion(taken)
  }

  /// Says that a question was given up, for it would take more work than any input that is meant well: it is undecided,
  /// and a finding of the rule about limits says where, so that nobody switches a rule off in silence.
  ///
  /// - Parameter reason: what there is too much of; a sentence of its own.
  package mutating func giveUp(namespace: String?, _ reason: String, at place: Place) {
    undecided(namespace: namespace, reason)
    givenUp.append(GivenUp(reason: reason, place: place))
  }

  /// Adds findings about objects that the rule was not asked about, and leaves out what it says of such ones now.
  ///
  /// - Parameters:
  ///   - kept: what it said before of all objects.
  ///   - isAsked: whether a finding is about an object that it was asked about.
  package mutating func complete(with kept: [Finding], _ isAsked: (Finding) -> Bool) {
    findings = findings.filter(isAsked) + kept.filter { !isAsked($0) }
  }

  /// Changes what was found.
  package mutating func changeFindings(_ body: (inout Finding) -> Void) {
    for index in findings.indices { body(&findings[index]) }
  }

  /// Says that the rule could not decide something, and what is missing; equal entries count once.
  package mutating func undecided(namespace: String?, _ reason: String) {
    undecided.insert(Undecided(rule: rule.id, namespace: namespace, reason: reason))
  }
}

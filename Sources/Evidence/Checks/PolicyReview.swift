internal import Config
internal import Rules

/// When a policy was looked at last, and when it is to be looked at next.
struct PolicyReview {
  enum State {
    case fresh(next: String)
    case overdue(String)
    case future(String)
    case undated
    case unreadable(String)
  }

  let last: String?
  /// As written or as reckoned from the last one, whichever is earlier: nobody gives more time than the organisation does.
  let next: String?
  let state: State

  init(_ review: PolicyRecord.Review, _ configuration: Configuration) {
    last = review.last
    let reckoned = review.last.flatMap { DateText.adding(days: configuration.hipaa.reviewIntervalDays, to: $0) }
    // A next review that lies before the last one has been held.
    let written = review.next.flatMap { next in next > review.last ?? "" ? next : nil }
    next = [written, reckoned].compactMap(\.self).min()
    if let last, last > configuration.today {
      state = .future(last)
    } else if let next, last != nil || next < configuration.today {
      state = next < configuration.today ? .overdue(next) : .fresh(next: next)
    } else if let text = review.unreadable {
      state = .unreadable(text)
    } else {
      state = .undated
    }
  }

  var word: String {
    switch state {
    case .fresh: "fresh"
    case .overdue: "overdue"
    case .future: "in the future"
    case .undated: "no date"
    case .unreadable: "cannot be read"
    }
  }
}

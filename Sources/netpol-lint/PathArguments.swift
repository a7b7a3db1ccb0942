internal import ArgumentParser
internal import Input

extension InputPath: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }

  static var defaultCompletionKind: CompletionKind { .file() }
}

import Foundation
import TestSupport
import Testing

/// What the system does not give: memory, room on the disk, threads, open descriptors, files that stay as they are. Each
/// has its outcome: a line on standard error and 2, or the answer, and never a trace, half a file or a run without end.
@Suite struct FaultTests {
  private let environment = ProcessInfo.processInfo.environment
  private static let policy = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 80}]}]

    """

  private static func policies(_ count: Int) -> String {
    (0..<count).map { "---\n" + policy.replacing("name: web,", with: "name: web-\($0),") }.joined()
  }

  private func withTool(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("a.yaml", Self.policy)
    try body(tool)
  }

  // MARK: Disk

  @Test func aFullDiskKeepsTheOldFile() throws {
    try withTool { tool in
      try tool.write("many.yaml", Self.policies(40))
      let device = try tool.run("a.yaml", "--output", "json:/dev/full")
      #expect(device.status == 2)
      #expect(device.errors.contains("netpol-lint: cannot write /dev/full: No space left on device\n"))
      let disk = try tool.shell(
        """
        mkdir small && mount -t tmpfs -o size=8k tmpfs small 2>/dev/null || { echo skipped; exit; }
        echo old >small/report
        "$0" many.yaml --output json:small/report; echo $?
        "$0" docs small; echo $?
        ls -A small | grep -c netpol-lint; cat small/report; umount small
        """, [Tool.binary])
      guard disk.output != "skipped\n" else { return }
      #expect(disk.output == "2\n2\n0\nold\n")
      #expect(disk.errors.contains("netpol-lint: cannot write small/report: No space left on device\n"))
    }
  }

  @Test func aFolderThatMayNotBeWrittenToIsSaid() throws {
    try withTool { tool in
      let run = try tool.shell(
        """
        mkdir read-only; mv a.yaml read-only; chmod 755 .; cp "$0" ./tool; chmod 755 ./tool; as=
        if [ "$(id -u)" = 0 ]; then chown -R 65534 read-only; as="setpriv --reuid 65534"; fi
        chmod 555 read-only
        for arguments in "read-only/a.yaml --output json:read-only/x" "connectivity read-only/a.yaml --output read-only/x" \
          "read-only/a.yaml --add-ignores --reason because" "docs read-only"; do
          $as ./tool $arguments; echo $?
        done
        ls -A read-only; chmod 755 read-only
        """, [Tool.binary])
      #expect(run.output == "2\n2\n2\n2\na.yaml\n")
      let lines = run.errors.split(separator: "\n")
      #expect(lines.count == 4 && lines.allSatisfy { $0.hasSuffix(": Permission denied") }, "\(run.errors)")
    }
  }

  @Test func aReaderThatGoesAwayEndsTheRunQuietly() throws {
    try withTool { tool in
      try tool.write("many.yaml", Self.policies(2000))
      for arguments in [["many.yaml", "-q"], ["many.yaml", "--format", "json", "-q"], ["explain", "NP203"]] {
        let run = try tool.shell(
          "\"$0\" \"$@\" | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}", [Tool.binary] + arguments)
        #expect(run.output == (arguments[0] == "explain" ? "0\n" : "1\n") && run.errors.isEmpty, "\(arguments)")
      }
    }
  }

  /// Kills what writes at many moments of its life: what stands under the name is the old file or the whole new one.
  @Test func whoeverIsKilledLeavesNoHalfFile() throws {
    try withTool { tool in
      let run = try tool.shell(
        """
        RANDOM=1
        round() { # NAME ARGUMENTS: after a run that is not disturbed
          name=$1; shift; cp "$name" old; begin=${EPOCHREALTIME/./}; "$tool" "$@" >/dev/null 2>&1
          length=$((${EPOCHREALTIME/./} - begin)); cp "$name" new
          cmp -s old new && echo "nothing was written: $*"
          for ((count = 0; count < 50; count++)); do
            cp old "$name"
            timeout -s KILL $(printf 0.%06d $(((RANDOM * 32768 + RANDOM) % (length * 5 / 4 % 900000) + 1000))) "$tool" "$@" >/dev/null 2>&1
            cmp -s old "$name" || cmp -s new "$name" || { echo "half a file: $*"; return; }
          done
          cp old "$name"
        }
        tool=$0; mkdir pages; echo old >report; echo old >pages/NP203.md
        round report a.yaml --output json:report
        round a.yaml a.yaml --add-ignores --reason because
        round a.yaml a.yaml --fix --unsafe-fixes
        round pages/NP203.md docs pages
        """, [Tool.binary])
      #expect(run.output.isEmpty, "\(run.output)")
    }
  }

  // MARK: Input

  @Test func filesThatChangeWhileTheyAreReadDoNotStopTheRun() throws {
    try withTool { tool in
      try tool.write("b.yaml", Self.policies(300))
      try tool.write("sub/c.yaml", Self.policy)
      let run = try tool.shell(
        """
        cp b.yaml whole
        while :; do
          mv sub gone; head -c $RANDOM whole >b.yaml; rm -f a.yaml; mv gone sub; cp whole b.yaml; cp sub/c.yaml a.yaml
        done 2>/dev/null & other=$!
        for ((count = 0; count < 20; count++)); do "$0" . --format json -q >report; echo $?; done
        kill -KILL $other; wait $other 2>/dev/null; true
        """, [Tool.binary])
      // At some moments there is no policy at all, which is 3.
      let statuses = run.output.split(separator: "\n")
      #expect(statuses.count == 20 && statuses.allSatisfy { ["1", "2", "3"].contains($0) }, "\(run.output)")
      #expect(!run.errors.contains("fault of netpol-lint"), "\(run.errors)")
    }
  }

  /// As deep as `NETPOL_DEPTH` says: a debug build takes minutes for a thousand, which a release build walks at once.
  @Test func foldersFarInsideOneAnotherAreWalked() throws {
    let depth = environment["NETPOL_DEPTH"].flatMap(Int.init) ?? (Tool.isOptimized ? 1000 : 150)
    try withTool { tool in
      let run = try tool.shell(
        """
        folder=deep; for ((count = 0; count < \(depth); count++)); do folder+=/d; done
        mkdir -p "$folder" && cp a.yaml "$folder" && "$0" deep --format concise --select NP402
        status=$?; rm -r deep; exit $status
        """, [Tool.binary])
      #expect(run.status == 1 && run.output.hasPrefix("deep/d/d/") && run.output.contains("/d/d/a.yaml:7:"))
    }
  }

  /// As many files as `NETPOL_FILES` says.
  @Test func manySmallFilesAreRead() throws {
    let count = environment["NETPOL_FILES"].flatMap(Int.init) ?? 2000
    try withTool { tool in
      for number in 0..<count {
        let text = Self.policy.replacing("name: web,", with: "name: web-\(number),")
        try tool.write("many/\(number / 1000)/\(number).yaml", text)
      }
      let run = try tool.run("many", "--select", "NP402", "--format", "concise")
      #expect(run.status == 1 && run.output.split(separator: "\n").count == count)
      #expect(run.errors.contains("in \(count) policies, \(count) files"))
    }
  }

  @Test func whatIsTooLargeIsRefusedAtOnce() throws {
    try withTool { tool in
      let run = try tool.shell(
        "truncate -s 257M large.yaml; ulimit -v 300000; \"$0\" . --select NP402 --format concise", [Tool.binary])
      #expect(run.status == 2 && run.output.hasPrefix("a.yaml:7:"))
      #expect(run.errors.contains("large.yaml: it has more than 256 MiB, which is more than netpol-lint reads"))
      try tool.write("documents.yaml", String(repeating: "---\na: 1\n", count: (1 << 18) + 1) + "---\n" + Self.policy)
      let documents = try tool.run("documents.yaml", "--format", "concise")
      #expect(documents.status == 1)
      #expect(
        documents.output.hasPrefix(
          "documents.yaml:524289:1: error[NP001] this file has more than 262144 documents: from here on none is read\n"),
        "\(documents.output)")
    }
  }

  @Test func endlessInputIsNotReadToItsEnd() throws {
    try withTool { tool in
      let run = try tool.shell(
        """
        mkfifo pipe
        for path in pipe /dev/null /dev/zero; do timeout 60 "$0" $path -q >/dev/null; echo $?; done
        timeout 60 "$0" a.yaml --config pipe; echo $?
        timeout 60 "$0" a.yaml --context pipe >/dev/null; echo $?
        timeout 60 "$0" diff a.yaml pipe >/dev/null; echo $?
        """, [Tool.binary])
      #expect(run.output == "2\n2\n2\n2\n2\n2\n")
      #expect(run.errors.contains("/dev/zero: this is no regular file; netpol-lint - reads standard input"))
    }
  }

  @Test func namesWithLineEndsAreOneLine() throws {
    try withTool { tool in
      let run = try tool.shell(
        #"mkdir $'d\n::error::' && cp a.yaml $'d\n::error::/b\r.yaml' && "$0" . --list-files; "$0" . --format concise"#,
        [Tool.binary])
      let lines = run.output.split(separator: "\n")
      #expect(lines.count >= 4 && run.status == 1, "\(run.output)")
      #expect(lines.allSatisfy { $0.hasPrefix("a.yaml") || $0.hasPrefix("d\\n::error::/b\\r.yaml") }, "\(run.output)")
    }
  }

  // MARK: The process

  @Test func aBareEnvironmentChangesNothing() throws {
    try withTool { tool in
      let run = try tool.shell(
        """
        "$0" a.yaml >here; echo $?; env -i "$0" a.yaml </dev/null >bare; echo $?
        env -i LANG=C LC_ALL=C TERM=dumb TZ=Nowhere HOME= setsid -w "$0" a.yaml >c; echo $?
        cmp here bare && cmp here c
        """, [Tool.binary])
      #expect(run.status == 0 && run.output == "1\n1\n1\n", "\(run.output)\(run.errors)")
    }
  }

  @Test func streamsThatAreClosedAreNotTakenForFiles() throws {
    try withTool { tool in
      let run = try tool.shell(
        """
        "$0" a.yaml --output json:first 2>&-; echo $?
        "$0" a.yaml --output json:second --output text 2>/dev/null >&-; echo $?
        timeout 60 "$0" - 2>message >/dev/null <&-; echo $?; cat message
        "$0" a.yaml --output json:third <&- >&- 2>&-; echo $?
        cmp first second; cmp first third; tail -1 first
        """, [Tool.binary])
      #expect(
        run.output == """
          1
          2
          2
          netpol-lint: <stdin>: the file cannot be read: Bad file descriptor
          1
          }

          """)
      #expect(run.errors.isEmpty)
    }
  }

  /// From too little to load the libraries up to enough: libdispatch waits for ever where it gets no thread, and Swift's
  /// runtime stops with a signal where it gets no memory.
  @Test(.enabled(if: Fixture.isLinux)) func tooLittleMemoryIsAFailure() throws {
    try withTool { tool in
      try tool.write("many.yaml", Self.policies(3000))
      var statuses: [Int32] = []
      for kibibytes in stride(from: 30_000, through: 170_000, by: 10_000) {
        let run = try tool.shell(
          "ulimit -c 0; ulimit -v \(kibibytes); timeout 100 \"$0\" many.yaml --output json:report",
          [Tool.binary], environment: ["SWIFT_BACKTRACE": "enable=yes"])
        // The loader's own failure.
        if run.status == 127 { continue }
        statuses.append(run.status)
        let lines = run.errors.split(separator: "\n")
        guard run.status != 1 else { continue }
        #expect(run.status == 2, "\(kibibytes) KiB: \(run.status) \(run.errors)")
        #expect(lines.contains { $0.hasPrefix("netpol-lint: ") && $0.contains("there is no memory left") })
        // The runtime's own words, once for each thread: that it finds no program for traces, and what it failed to allocate.
        let ofRuntime = ["swift runtime: ", "Fatal error: failed to allocate ", "Current stack trace:"]
        let others = lines.filter { line in !ofRuntime.contains { line.hasPrefix($0) } }
        #expect(others.allSatisfy { $0.hasPrefix("netpol-lint: ") }, "\(run.errors)")
      }
      #expect(statuses.contains(2))
    }
  }
}

extension Fixture {
  /// Where the address space of a process can be limited.
  fileprivate static var isLinux: Bool {
    #if os(Linux)
      true
    #else
      false
    #endif
  }
}

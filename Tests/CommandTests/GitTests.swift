import Foundation
import TestSupport
import Testing

/// Commits that are read without being checked out.
@Suite struct GitTests {
  private static let strace = ["/usr/bin/strace", "/bin/strace"].first(where: FileManager.default.isExecutableFile)

  private static let pods = """
    {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}
    ---
    {apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}, spec: {containers: [{name: c, image: i}]}}

    """

  private static func policy(_ peer: String) -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: db, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: db}}
      ingress:
        - from: [\(peer)]
          ports: [{port: 5432}]

    """
  }

  /// A repository whose branch `open` lets more in than `main` does, through a kustomization; the working tree is empty.
  private func withRepository(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k8s/pods.yaml", Self.pods)
    try tool.write("k8s/policy", Self.policy("{podSelector: {matchLabels: {app: web}}}"))
    try tool.write("k8s/kustomization.yaml", "resources: [pods.yaml, policy]\n")
    try git(
      tool,
      """
      git init -q -b main .; git add .; git commit -q -m one; git tag v1
      git checkout -q -b open
      """)
    try tool.write("k8s/policy", Self.policy("{namespaceSelector: {}}, {ipBlock: {cidr: 203.0.113.0/24}}"))
    try git(tool, "git commit -q -a -m two; git rm -q -r k8s; git commit -q -m none; git checkout -q --detach")
    try body(tool)
  }

  private func git(_ tool: Tool, _ script: String) throws {
    let settings =
      "export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b"
    let run = try tool.shell("set -e; \(settings); " + script, [])
    try #require(run.status == 0, "\(run.errors)")
  }

  /// What lies in a repository of its own is no news as long as its commit stays.
  @Test func submodulesAreReadWhereTheyAreCheckedOut() throws {
    try withRepository { tool in
      try git(tool, "git checkout -q v1")
      let parent = try Tool()
      defer { parent.remove() }
      try git(
        parent,
        """
        git init -q -b main .
        git -c protocol.file.allow=always submodule --quiet add \(tool.directory.path) sub; git commit -q -m one
        """)
      #expect(try parent.run("lint", "--format", "concise").status == 1)
      let none = try parent.run("lint", "--against", "HEAD", "--format", "concise")
      #expect(none.status == 0 && none.output.isEmpty && !none.errors.contains("is not read"), "\(none)")
      try git(parent, "git -C sub checkout -q origin/open~1")
      let new = try parent.run("lint", "--against", "HEAD", "--format", "concise")
      #expect(new.status == 1 && new.output.contains("sub/k8s/policy:"), "\(new)")
      try git(parent, "git -C sub checkout -q v1; git submodule --quiet deinit -f sub")
      let missing = try parent.run("lint", "--against", "HEAD", "--allow-empty")
      #expect(missing.errors.contains("HEAD: sub is a repository of its own, which is not read"), "\(missing)")
    }
  }

  @Test func commitsAreComparedAsFoldersAre() throws {
    try withRepository { tool in
      try git(
        tool,
        "git worktree add -q --detach ../$(basename $PWD).old v1; git worktree add -q --detach ../$(basename $PWD).new open~1"
      )
      let name = tool.directory.lastPathComponent
      defer {
        for end in ["old", "new"] { try? FileManager.default.removeItem(atPath: tool.directory.path + "." + end) }
      }
      let folders = try tool.run("diff", "../\(name).old/k8s", "../\(name).new/k8s", "--format", "json")
      let commits = try tool.run("diff", "--git", "v1", "open~1", "k8s", "--format", "json")
      // The places of findings are those of the folders.
      func connections(_ run: Tool.Run) -> String.SubSequence? { run.output.split(separator: "\"findings\"").first }
      #expect(
        connections(folders) == connections(commits) && commits.output.contains("203.0.113.0/24"), "\(commits.errors)")
      let text = try tool.run("diff", "--git", "main", "open~1")
      #expect(text.output.hasPrefix("+ 203.0.113.0/24 -> shop/db [Pod]: TCP 5432\n"), "\(text.output)\(text.errors)")
      #expect(text.output.contains("(k8s/policy:7)"))
      #expect(try tool.run("diff", "--git", "main", "main", "--fail-on", "any").status == 0)
      #expect(try tool.run("diff", "--git", "main", "open~1", "--fail-on", "added").status == 1)
      // Other pods are told in every format; what they may newly do counts as added.
      let comment = try tool.run("diff", "--git", "main", "open~1", "--format", "markdown", "--fail-on", "removed")
      #expect(comment.status == 0 && comment.output.contains("**1 connection added, 0 removed;"), "\(comment.output)")
      #expect(
        comment.output.contains(
          "For pods that no manifest shows (one without labels): 1 newly allowed, 0 newly blocked."))
      #expect(comment.output.contains("| other pods | shop/db &#91;Pod&#93; | TCP 5432 |"))
      // Without a second commit it is HEAD, which has nothing any more.
      #expect(try tool.run("diff", "--git", "main").output.contains("shop/db [Pod] is gone"))
      #expect(try tool.shell("git status --porcelain", []).output == "")
    }
  }

  @Test func whatIsNoCommitIsRefused() throws {
    try withRepository { tool in
      for words in [
        "nothere", "--upload-pack=touch x", "^main", "main..open", "main:k8s", "", "main\nopen", "HEAD^{tree}",
      ] {
        let run = try tool.run("diff", "--git=\(words)", "main", "k8s")
        #expect(run.status == 2 && run.output.isEmpty && run.errors.contains("commit"), "\(words): \(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1)
      }
      #expect(try tool.run("diff", "--git", "main", "open~1", "k9s").errors.contains("in either commit"))
      try tool.write("here/pods.yaml", Self.pods)
      #expect(try tool.run("diff", "--git", "main", "here").errors.contains("as in `diff --git main HEAD here`"))
      #expect(try tool.run("diff", "--git", "main", "open~1", "-").status == 2)
      #expect(try tool.run("diff", "--git", "main", "open~1", "../").status == 2)
      let bare = try tool.shell("cd / && \"$0\" diff --git main", [Tool.binary])
      #expect(bare.status == 2 && bare.errors.contains("lies in no git repository"))
      let without = try tool.run("diff", "--git", "main", environment: ["PATH": "/nowhere"])
      #expect(without.status == 2 && !without.errors.isEmpty)
    }
  }

  /// Links that leave the commit lead to nothing, whatever lies on the disk, and names that git would not write are left
  /// out.
  @Test func aCommitReachesNothingOutsideOfItself() throws {
    try withRepository { tool in
      try tool.write("outside.yaml", Self.policy("{ipBlock: {cidr: 198.51.100.0/24}}"))
      try tool.write("k8s/pods.yaml", Self.pods)
      try git(
        tool,
        """
        ln -s "$PWD/outside.yaml" k8s/a.yaml; ln -s ../../../../etc k8s/etc; ln -s loop k8s/loop; ln -s . k8s/self
        ln -s ../outside.yaml k8s/b.yaml; git add k8s; git commit -q -m links
        blob=$(git hash-object -w outside.yaml)
        tree=$(printf '100644 blob %s\\t..\\n100644 blob %s\\tz.yaml\\n' $blob $blob | git mktree)
        git tag names $(git commit-tree -m names $tree); rm -r k8s
        """)
      let run = try tool.run("diff", "--git", "main", "HEAD", "k8s")
      #expect(!run.output.contains("198.51.100") && run.output.contains("NEW: Not read: k8s/a.yaml"), "\(run.output)")
      let names = try tool.run("connectivity", "outside.yaml")
      #expect(names.status == 0)
      #expect(try tool.run("diff", "--git", "main", "names").status == 0)
    }
  }

  /// Nothing that a repository's own config names is started.
  @Test(.enabled(if: strace != nil, "strace is not installed"))
  func gitAloneIsStarted() throws {
    try withRepository { tool in
      try git(
        tool,
        """
        printf '#!/bin/sh\\ntouch "$0".ran\\n' > .git/evil; chmod +x .git/evil
        for key in core.fsmonitor core.pager core.sshCommand diff.external core.hooksPath filter.x.smudge credential.helper uploadpack.packObjectsHook; do
          git config $key "$PWD/.git/evil"; done
        git config extensions.partialClone origin; git config remote.origin.url "ext::$PWD/.git/evil"
        git config remote.origin.promisor true
        """)
      let run = try tool.shell(
        #""$1" -f -qq -e trace=execve,connect -s 300 -o ../trace.$$ "$0" diff --git main open~1 --format markdown; cat ../trace.$$; rm ../trace.$$"#,
        [Tool.binary, Self.strace ?? ""])
      let started = run.output.split(separator: "\n").filter { $0.contains("execve(") && $0.hasSuffix("= 0") }
      #expect(started.dropFirst().allSatisfy { $0.contains("/git\", [\"git\"") }, "\(started)")
      #expect(started.count > 3 && !run.output.contains("connect("))
      #expect(
        try tool.shell("ls .git", []).output.contains("evil\n")
          && !(try tool.shell("ls .git", []).output.contains(".ran")))
    }
  }

  @Test func onlyNewFindingsAreLeft() throws {
    try withRepository { tool in
      try git(tool, "git checkout -q open~1")
      let all = try tool.run("lint", "k8s", "--format", "concise")
      let new = try tool.run("lint", "k8s", "--against", "main", "--format", "concise")
      #expect(new.status == 1 && new.output.contains("error[NP409]"), "\(new.output)\(new.errors)")
      #expect(new.output.split(separator: "\n").count < all.output.split(separator: "\n").count)
      #expect(try tool.run("lint", "k8s", "--against", "HEAD").status == 0)
      let sarif = try tool.run("lint", "k8s", "--against", "main", "--format", "sarif")
      #expect(sarif.output.contains("\"ruleId\": \"NP409\"") || sarif.output.contains("\"ruleId\":\"NP409\""))
      try git(tool, "git worktree add -q ../$(basename $PWD).w main")
      defer { try? FileManager.default.removeItem(atPath: tool.directory.path + ".w") }
      let folder = try tool.run(
        "lint", "k8s", "--against", "../\(tool.directory.lastPathComponent).w/k8s", "--format", "concise")
      #expect(folder.output == new.output)
      // A folder with the name of a branch takes the place of neither.
      try tool.write("main/a.yaml", Self.policy("{namespaceSelector: {}}"))
      let both = try tool.run("lint", "k8s", "--against", "main")
      #expect(both.status == 2 && both.errors.contains("is a path and a commit"))
      #expect(try tool.run("lint", "k8s", "--against", "refs/heads/main").status == 1)
      #expect(try tool.run("lint", "k8s", "--against", "nothere").status == 2)
      #expect(try tool.run("lint", "-", "--against", "v1", input: Self.pods).status == 2)
      #expect(try tool.run("lint", "k8s", "--against", "v1", "--baseline", "b").status == 2)
    }
  }
}

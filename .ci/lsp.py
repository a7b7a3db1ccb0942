"""Tries the language server with a real client, pygls': python3 lsp.py BINARY [--record]

A session with a small system is held end to end: open, type, save, fix, ask. What the server says is compared with
Fixtures/server/session.json, which --record writes.
"""

import asyncio
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

from lsprotocol import types
from pygls.lsp.client import LanguageClient

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = str(pathlib.Path(sys.argv[1]).resolve())
EDITS = int(os.environ.get("NETPOL_LSP_EDITS", "400"))
GOLDEN = ROOT / "Fixtures/server/session.json"
problems = []

# A small system, with what the tests of the server do not need.
POLICY = (ROOT / "Fixtures/server/policy.yaml").read_text().replace("app: api", "app: ápi")
POLICY = POLICY.replace("namespace: shop}", "namespace: shop} # 164.312(a)(1)")
PODS = (ROOT / "Fixtures/server/pods.yaml").read_text() + """\
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 15432, targetPort: 5432}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
"""


# What most editors show.
SHOWN = types.TextDocumentClientCapabilities(
    publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
        related_information=True, tag_support=types.ClientDiagnosticsTagOptions([types.DiagnosticTag.Unnecessary])
    ),
    code_action=types.CodeActionClientCapabilities(
        code_action_literal_support=types.ClientCodeActionLiteralOptions(
            types.ClientCodeActionKindOptions([types.CodeActionKind.QuickFix, types.CodeActionKind.Source])
        )
    ),
)


def expect(what, holds, shown=""):
    if not holds:
        problems.append(f"{what}: {shown}")


class Client(LanguageClient):
    def __init__(self):
        super().__init__("netpol-lint-check", "1")
        self.diagnostics = {}
        self.messages = []
        self.news = asyncio.Event()

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(parameters):
            self.diagnostics[parameters.uri] = parameters
            self.news.set()

        @self.feature(types.WINDOW_SHOW_MESSAGE)
        def shown(parameters):
            self.messages.append(parameters.message)
            self.news.set()

    async def until(self, holds):
        """Waits for news until something holds; a minute at most."""

        async def wait():
            while not holds():
                self.news.clear()
                await self.news.wait()

        await asyncio.wait_for(wait(), 60)


def codes(published):
    return sorted({diagnostic.code for diagnostic in published.diagnostics})


def plain(value, folder):
    """An answer as JSON, without the place of the scratch folder."""
    from pygls.protocol import default_converter

    text = json.dumps(default_converter().unstructure(value), sort_keys=True, ensure_ascii=False)
    return json.loads(text.replace(folder.as_uri(), "file:///workspace"))


async def session(folder):
    said = {}
    (folder / ".git").mkdir()
    (folder / "k8s").mkdir()
    (folder / "k8s/pods.yaml").write_text(PODS)
    policy = folder / "k8s/policy.yaml"
    policy.write_text(POLICY)
    client = Client()
    await client.start_io(BINARY, "server", "--today", "2026-11-24", cwd="/")
    answer = await client.initialize_async(
        types.InitializeParams(capabilities=types.ClientCapabilities(text_document=SHOWN), root_uri=folder.as_uri())
    )
    expect("UTF-16 is what counts by default", answer.capabilities.position_encoding == "utf-16")
    said["capabilities"] = plain(answer.capabilities, folder)
    client.initialized(types.InitializedParams())
    uri = policy.as_uri()
    document = types.TextDocumentIdentifier(uri=uri)
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(uri=uri, language_id="yaml", version=1, text=POLICY))
    )
    await client.until(lambda: uri in client.diagnostics and client.diagnostics[uri].version == 1)
    said["opened"] = plain(client.diagnostics[uri], folder)
    expect("a wrong label value is found", "NP005" in codes(client.diagnostics[uri]), codes(client.diagnostics[uri]))

    # The character in front of the place takes two bytes, and one unit of UTF-16.
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(uri=uri, version=2),
            content_changes=[
                types.TextDocumentContentChangePartial(
                    range=types.Range(types.Position(12, 19), types.Position(12, 22)), text="apo"
                ),
                types.TextDocumentContentChangePartial(
                    range=types.Range(types.Position(14, 16), types.Position(14, 20)), text="15432"
                ),
            ],
        )
    )
    await client.until(lambda: client.diagnostics[uri].version == 2)
    expect("what is typed counts", "NP302" in codes(client.diagnostics[uri]), codes(client.diagnostics[uri]))
    expect("a mended fault is gone", "NP005" not in codes(client.diagnostics[uri]))
    said["typed"] = plain(client.diagnostics[uri], folder)

    def place(line, character):
        return types.Position(line, character)

    async def hover(line, character):
        result = await client.text_document_hover_async(types.HoverParams(document, place(line, character)))
        return result.contents.value if result else None

    said["hover"] = {
        "selector": await hover(6, 8),
        "peer": await hover(12, 16),
        "port": await hover(14, 16),
        "rule": await hover(9, 6),
        "citation": await hover(2, 45),
    }
    expect("hover says the workloads", "StatefulSet `db`" in (said["hover"]["selector"] or ""), said["hover"])
    expect("hover says what is near", "api" in (said["hover"]["peer"] or ""), said["hover"]["peer"])
    expect("hover says the Service", "15432" in (said["hover"]["port"] or ""), said["hover"]["port"])
    expect("hover says the title", "Access control" in (said["hover"]["citation"] or ""), said["hover"]["citation"])

    found = await client.text_document_definition_async(types.DefinitionParams(document, place(6, 8)))
    said["definition"] = plain(found, folder)
    expect("a selector leads to its workload", [p.uri for p in found] == [(folder / "k8s/pods.yaml").as_uri()], found)
    pods = types.TextDocumentIdentifier(uri=(folder / "k8s/pods.yaml").as_uri())
    found = await client.text_document_references_async(
        types.ReferenceParams(types.ReferenceContext(False), pods, place(11, 18))
    )
    said["references"] = plain(found, folder)
    expect("a workload leads to its policies", [p.uri for p in found] == [uri], found)

    lenses = await client.text_document_code_lens_async(types.CodeLensParams(document))
    said["lenses"] = plain(lenses, folder)
    expect("a lens counts", lenses[0].command.title == "isolates 1 workload for ingress, lets 0 workloads in", lenses)

    completion = await client.text_document_completion_async(types.CompletionParams(document, place(12, 19)))
    labels = [item.label for item in completion.items]
    expect("values of a label are offered", labels == ["api", "db"], labels)
    completion = await client.text_document_completion_async(types.CompletionParams(document, place(12, 14)))
    labels = [item.label for item in completion.items]
    expect("labels are offered", "app: api" in labels, labels)

    diagnostic = next(d for d in client.diagnostics[uri].diagnostics if d.code == "NP302")
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(document, diagnostic.range, types.CodeActionContext([diagnostic]))
    )
    said["actions"] = plain(actions, folder)
    titles = [action.title for action in actions]
    expect("there is a suppression", any("ignore NP302" in title for title in titles), titles)
    expect("there is a fix", any("5432" in title for title in titles), titles)
    explain = next(action for action in actions if action.title == "netpol-lint: explain NP302")
    await client.workspace_execute_command_async(
        types.ExecuteCommandParams("netpol-lint.explain", ["NP302"])
    )
    await client.until(lambda: client.messages)
    expect("the rule is explained", client.messages[-1].startswith("NP302 "), client.messages)

    # A change of one file shows in another one.
    text = PODS.replace("targetPort: 5432", "targetPort: 5433").replace("port: 15432", "port: 5432")
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(
            types.TextDocumentItem(uri=pods.uri, language_id="yaml", version=1, text=text)
        )
    )
    await client.until(lambda: "NP302" not in codes(client.diagnostics[uri]))

    # A config that is being written.
    config = folder / ".netpol-lint.yaml"
    config.write_text("profile: strict\n")
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(
            types.TextDocumentItem(uri=config.as_uri(), language_id="yaml", version=1, text="profil: strict\n")
        )
    )
    await client.until(lambda: config.as_uri() in client.diagnostics)
    said["config"] = plain(client.diagnostics[config.as_uri()], folder)
    expect("a wrong key is found", "profile" in client.diagnostics[config.as_uri()].diagnostics[0].message)
    document = types.TextDocumentIdentifier(uri=config.as_uri())
    completion = await client.text_document_completion_async(types.CompletionParams(document, place(0, 0)))
    expect("keys are offered", "components" in [item.label for item in completion.items])

    # Safe fixes.
    broken = POLICY.replace("port: 5432", "port: '5432'").replace("ápi", "api")
    document = types.TextDocumentIdentifier(uri=uri)
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(uri=uri, version=3),
            content_changes=[types.TextDocumentContentChangeWholeDocument(text=broken.replace("Ingress]", "Ingres]"))],
        )
    )
    await client.until(lambda: client.diagnostics[uri].version == 3)
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            document,
            types.Range(place(0, 0), place(0, 0)),
            types.CodeActionContext([], only=[types.CodeActionKind.SourceFixAll]),
        )
    )
    said["fixAll"] = plain(actions, folder)
    expect("all safe fixes are one action", len(actions) == 1, actions)

    await malformed(client)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    expect("the server ends with 0", client._server.returncode == 0, client._server.returncode)
    return said


DENY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: lane}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""
# Clients of another namespace, and a policy that covers others.
YARD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: yard, namespace: yard}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Egress]
  egress:
    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: lane}}, podSelector: {matchLabels: {app: db}}}]
      ports: [{port: 5432}, {port: sql}]
    - to: [{podSelector: {matchLabels: {app: db}}}]
"""
KUSTOMIZATION = "namespace: prod\nresources: [../base]\n"
OTHERS = {
    "other/extra.yaml": POLICY.replace("ápi", "db").replace("name: db,", "name: extra,"),
    ".netpol-lint.yaml": "rules: {NP601: off}\n",
    ".gitignore": "ignored/\n",
}
# A build, and next to it plain files.
SYSTEM = {
    "base/kustomization.yaml": "resources: [pods.yaml, policy.yaml]\n",
    "base/pods.yaml": PODS,
    "base/policy.yaml": POLICY.replace("ápi", "api"),
    "prod/kustomization.yaml": KUSTOMIZATION,
    **OTHERS,
}
# Without builds the server asks rules again about those policies alone that a change may touch.
PLAIN = {
    "plain/pods.yaml": PODS.replace("shop", "lane"),
    "plain/db.yaml": POLICY.replace("ápi", "api").replace("shop", "lane"),
    "plain/deny.yaml": DENY,
    "plain/yard.yaml": PODS.replace("shop", "yard"),
    "plain/clients.yaml": YARD,
    "plain/all.yaml": YARD.replace("name: yard,", "name: all,").replace("{matchLabels: {app: api}}", "{}"),
    **OTHERS,
}
# What a text may become, at random.
CHANGES = [
    ("app: api", "app: apj"), ("app: apj", "app: api"), ("5432", "5433"), ("5433", "5432"), ("namespace: shop", "namespace: shoq"),
    ("namespace: shoq", "namespace: shop"), ("[Ingress]", "[Ingress, Egress]"), ("spec:", "spec: # netpol-lint: ignore[NP1]: so"),
    ("\n", "\n\n"), ("metadata", "metadata:"), ("metadata::", "metadata:"), ("prod", "test"), ("resources", "resource"),
    ("resource:", "resources:"), ("NP601", "NP101"), ("off", "error"), ("rules", "rulez"), ("rulez", "rules"),
]  # fmt: skip


async def reader(folder, cwd="/"):
    """A client that asks for diagnostics itself."""
    client = LanguageClient("netpol-lint-check", "1")
    await client.start_io(BINARY, "server", "--today", "2026-11-24", cwd=cwd)
    pull = types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities())
    workspace = types.WorkspaceClientCapabilities(diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True))
    client.feature(types.WORKSPACE_DIAGNOSTIC_REFRESH)(lambda *_: None)
    await client.initialize_async(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(text_document=pull, workspace=workspace), root_uri=folder.as_uri()
        )
    )
    client.initialized(types.InitializedParams())
    return client


async def ended(client):
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()


def written(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


async def shown(client, folder):
    """Rule, file and line of everything that the server finds."""
    answer = await client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(previous_result_ids=[]))
    return sorted(
        (pathlib.PurePosixPath(report.uri.removeprefix("file://")).relative_to(folder).as_posix(), found.range.start.line + 1, found.code)
        for report in answer.items
        for found in report.items
        if found.code
    )


def linted(folder):
    """The same of a lint, or `None` where the config is wrong."""
    result = subprocess.run(
        [BINARY, ".", "--today", "2026-11-24", "--format", "json", "--quiet"], cwd=folder, capture_output=True, text=True
    )
    if result.returncode > 1:
        return None
    return sorted((f["file"], f["line"], f["rule"]) for f in json.loads(result.stdout)["findings"])


async def fresh(folder, system):
    """Whatever is typed: the server says what a lint says of the same texts on the disk."""
    (folder / "server/.git").mkdir(parents=True)
    (folder / "disk/.git").mkdir(parents=True)
    for side in ("server", "disk"):
        written(folder / side, system)
    (folder / "link").symlink_to(folder / "server")
    # Through a link, and from a working directory elsewhere.
    client = await reader(folder / "link")
    expect("the config and builds count", await shown(client, folder / "link") == linted(folder / "disk"), folder)
    texts = dict(system)
    del texts[".gitignore"]
    texts["new/added.yaml"] = texts["other/extra.yaml"].replace("name: extra,", "name: added,")
    texts["ignored/policy.yaml"] = texts["new/added.yaml"]
    for name, text in texts.items():
        client.text_document_did_open(
            types.DidOpenTextDocumentParams(
                types.TextDocumentItem(uri=(folder / "link" / name).as_uri(), language_id="yaml", version=1, text=text)
            )
        )
    dice = random.Random(7)
    compared = 0
    name = None
    for version in range(2, 62):
        if name and linted(folder / "disk") is None:
            # With a wrong config there is nothing to compare: it is mended at once.
            old, new, texts[name] = "all", "as before", system[name]
        else:
            name = dice.choice(sorted(texts))
            old, new = dice.choice([change for change in CHANGES if change[0] in texts[name]])
            texts[name] = texts[name].replace(old, new, dice.choice([1, -1]))
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                text_document=types.VersionedTextDocumentIdentifier(uri=(folder / "link" / name).as_uri(), version=version),
                content_changes=[types.TextDocumentContentChangeWholeDocument(text=texts[name])],
            )
        )
        written(folder / "disk", texts)
        expected = linted(folder / "disk")
        if expected is None:
            continue
        compared += 1
        found = await shown(client, folder / "link")
        expect(f"edit {version} of {name} ({old!r}, {new!r})", found == expected, set(found) ^ set(expected))
    expect("edits are compared", compared > 25, compared)
    # What is closed is as it is on the disk.
    for name in texts:
        client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri=(folder / "link" / name).as_uri()))
        )
    written(folder / "disk", system)
    shutil.rmtree(folder / "disk/new")
    shutil.rmtree(folder / "disk/ignored")
    expect("closed texts are gone", await shown(client, folder / "link") == linted(folder / "disk"), folder)
    await ended(client)


def resident(process):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{process}/status").read_text()).group(1))


def busy(process):
    """The seconds that a process has worked; 0 where nobody says it."""
    path = pathlib.Path(f"/proc/{process}/stat")
    times = path.read_text().rsplit(")", 1)[1].split()[11:13] if path.exists() else []
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


async def memory(folder):
    """The memory of a server that has worked for long is that of one that has worked a little."""
    if not pathlib.Path("/proc/self/status").exists():
        return
    (folder / ".git").mkdir(parents=True)
    written(folder, SYSTEM)
    client = await reader(folder)
    document = (folder / "base/policy.yaml").as_uri()
    text = SYSTEM["base/policy.yaml"]
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(uri=document, language_id="yaml", version=0, text=text))
    )
    sizes = {}
    for version in range(1, EDITS + 1):
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                text_document=types.VersionedTextDocumentIdentifier(uri=document, version=version),
                content_changes=[types.TextDocumentContentChangeWholeDocument(text=text + "#" * (version % 50))],
            )
        )
        await client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri=document))
        )
        if version in (EDITS // 4, EDITS):
            sizes[version] = resident(client._server.pid)
    expect("memory stays as it is", sizes[EDITS] < sizes[EDITS // 4] + 4096, sizes)
    await ended(client)


async def keystrokes(folder):
    """How long the answer after a keystroke takes in a repository of 1,000 policies; 100 ms are the aim."""
    if "debug" in BINARY:
        return
    (folder / ".git").mkdir(parents=True)
    generator = ROOT / "Benchmarks/generate.py"
    made = subprocess.run([sys.executable, generator, "1000", "1000", "10"], capture_output=True, text=True, check=True)
    for number, text in enumerate(made.stdout.split("---\n")):
        written(folder, {f"{number % 10}/{number}.yaml": text})
    client = await reader(folder)
    await shown(client, folder)
    for kind, edits in (
        ("NetworkPolicy", [("", "#"), ("port: ", "port: 1")]),
        ("Deployment", [("", "#"), ("containerPort: ", "containerPort: 1")]),
        ("Service", [("", "#"), ("targetPort: ", "targetPort: 1")]),
    ):
        files = [path for path in sorted(folder.glob("*/*.yaml")) if f"kind: {kind}\n" in path.read_text()]
        expect("there are 1,000 policies", kind != "NetworkPolicy" or len(files) == 1000, len(files))
        if files:
            await typing(client, kind, files[:: len(files) // 10], edits)
    await ended(client)


async def typing(client, kind, files, edits):
    """Says how long the answers take to edits of some files."""
    seconds = []
    before = busy(client._server.pid)
    for path in files:
        text = path.read_text()
        document = types.TextDocumentIdentifier(uri=path.as_uri())
        client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri=document.uri, language_id="yaml", version=0, text=text))
        )
        await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(document))
        typed = [text.replace(old, new) if old else text + new for old, new in edits] + ["\n" + text]
        for version, typed in enumerate(typed, 1):
            start = time.monotonic()
            client.text_document_did_change(
                types.DidChangeTextDocumentParams(
                    text_document=types.VersionedTextDocumentIdentifier(uri=document.uri, version=version),
                    content_changes=[types.TextDocumentContentChangeWholeDocument(text=typed)],
                )
            )
            await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(document))
            seconds.append(time.monotonic() - start)
    seconds.sort()
    used = (busy(client._server.pid) - before) / len(seconds)
    print(
        f"lsp: an answer after a keystroke in a {kind} takes {seconds[0] * 1000:.0f} ms or more, half of them "
        f"{seconds[len(seconds) // 2] * 1000:.0f} ms; {used * 1000:.0f} ms of a processor"
    )


async def malformed(client):
    """Errors of the protocol, by a request that there is not."""
    try:
        await client.protocol.send_request_async("netpol-lint/nonsense", {})
        problems.append("an unknown method is answered")
    except Exception as error:
        expect("an unknown method is refused", getattr(error, "code", 0) == -32601, repr(error))


def raw(folder):
    """What no client sends: bytes that are no message end the server with a line and 2."""
    result = subprocess.run([BINARY, "server"], input=b"GET / HTTP/1.1\r\n\r\n", cwd=folder, capture_output=True)
    expect("no message of the protocol", result.returncode == 2 and b"Content-Length" in result.stderr, result)
    result = subprocess.run([BINARY, "server"], input=b"", cwd=folder, capture_output=True)
    expect("a client that goes away", result.returncode == 1 and not result.stdout, result)
    body = b"{nonsense"
    result = subprocess.run(
        [BINARY, "server"], input=b"Content-Length: %d\r\n\r\n%s" % (len(body), body), cwd=folder, capture_output=True
    )
    expect("what is no JSON is refused", b"-32700" in result.stdout, result)


def neovim(folder):
    """The config of the documentation, in Neovim where it is there."""
    editor = shutil.which("nvim")
    if not editor:
        print("lsp: nvim is not there, and did not try the server", file=sys.stderr)
        return
    config = re.search(r'^```lua title="init.lua"\n(.*?)^```$', (ROOT / "docs/editors.md").read_text(), re.M | re.S).group(1)
    (folder / ".git").mkdir(parents=True)
    (folder / "init.lua").write_text(config)
    (folder / "bin").mkdir()
    (folder / "bin/netpol-lint").symlink_to(BINARY)
    (folder / "policy.yaml").write_text(POLICY)
    wait = "vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end)"
    show = "for _, d in ipairs(vim.diagnostic.get(0)) do print(d.code) end"
    result = subprocess.run(
        [editor, "--headless", "-u", "init.lua", "policy.yaml", "-c", "set ft=yaml", "-c", f"lua {wait}; {show}", "-c", "qa!"],
        cwd=folder,
        env={"PATH": f"{folder}/bin:/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    expect("Neovim shows the finding", "NP005" in result.stdout + result.stderr, result)


# Opens a file as Eglot does, and says what it shows.
EGLOT = """\
(load-file "init.el")
(unless (fboundp 'yaml-mode) (define-derived-mode yaml-mode text-mode "YAML"))
(setq eglot-sync-connect 20)
(find-file "policy.yaml")
(yaml-mode)
(call-interactively 'eglot)
(dotimes (_ 200) (unless (flymake-diagnostics) (flymake-start) (accept-process-output nil 0.1)))
(dolist (found (flymake-diagnostics)) (princ (flymake-diagnostic-text found)))
(goto-char (point-min))
(forward-line 6)
(forward-char 8)
(princ (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover (eglot--TextDocumentPositionParams)))
(eglot-shutdown (eglot--current-server-or-lose))
"""


def emacs(folder):
    """The config of the documentation, in Emacs where it is there with Eglot."""
    editor = shutil.which("emacs")
    batch = [editor or "emacs", "--batch", "--no-init-file"]
    if not editor or subprocess.run([*batch, "--eval", "(require 'eglot)"], capture_output=True).returncode:
        print("lsp: emacs with eglot is not there, and did not try the server", file=sys.stderr)
        return
    config = re.search(r'^```lisp title="init.el"\n(.*?)^```$', (ROOT / "docs/editors.md").read_text(), re.M | re.S).group(1)
    (folder / ".git").mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "bin/netpol-lint").symlink_to(BINARY)
    written(folder, {"init.el": config, "try.el": EGLOT, "policy.yaml": POLICY, "pods.yaml": PODS})
    result = subprocess.run(
        [*batch, "--load", "try.el"],
        cwd=folder,
        env={"PATH": f"{folder}/bin:/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    expect("Emacs shows the finding", "NP005" in result.stdout, result)
    expect("Emacs shows what a selector means, as plain text", "StatefulSet db." in result.stdout, result)


def vscode(folder):
    """The extension, in a stand-in for VS Code, with the real server."""
    node = shutil.which("node")
    if not node:
        print("lsp: node is not there, and did not try the extension", file=sys.stderr)
        return
    (folder / ".git").mkdir(parents=True)
    (folder / "pods.yaml").write_text(PODS)
    (folder / "policy.yaml").write_text(POLICY)
    result = subprocess.run(
        [node, ROOT / ".ci/vscode.js", ROOT / "editors/vscode/extension.js", BINARY, folder / "policy.yaml"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    expect("the extension works", result.returncode == 0 and not result.stderr, result)
    if result.returncode:
        return
    said = json.loads(result.stdout)
    fault = said["fault"]
    expect("findings are shown", fault["range"]["start"] == {"line": 14, "character": 16} and fault["severity"] == 0, fault)
    expect("findings lead to pages", fault["code"]["target"] == {"text": "https://example.com/NP302/"}, fault)
    expect("the Service is shown beside", fault["relatedInformation"], fault)
    expect("hover", "StatefulSet `db`" in said["hover"]["contents"]["value"], said["hover"])
    expect("definition", said["definition"][0]["uri"]["text"].endswith("/pods.yaml"), said["definition"])
    expect("completion", [item["label"] for item in said["completion"]["items"]] == ["api", "db"], said["completion"])
    edit = said["actions"][0]["edit"]["edits"][0]
    expect("a fix is an edit", edit[0].endswith("/policy.yaml") and edit[2] == "5432", said["actions"])
    expect("lenses", "isolates 1 workload" in said["lenses"][0]["command"]["title"], said["lenses"])
    expect("rules are explained", said["messages"][-1].startswith("NP302 "), said["messages"])


async def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary).resolve() / "system"
        folder.mkdir()
        raw(folder)
        neovim(folder.parent / "neovim")
        emacs(folder.parent / "emacs")
        vscode(folder.parent / "vscode")
        await fresh(folder.parent / "fresh", SYSTEM)
        await fresh(folder.parent / "plain", PLAIN)
        await memory(folder.parent / "memory")
        await keystrokes(folder.parent / "keystrokes")
        said = json.dumps(await session(folder), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if "--record" in sys.argv:
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(said, "utf-8")
    elif not GOLDEN.exists() or GOLDEN.read_text("utf-8") != said:
        problems.append(f"{GOLDEN.relative_to(ROOT)} is not what the server says: `make lsp RECORD=--record` writes it")
    for text in problems:
        print(text, file=sys.stderr)
    return 1 if problems else 0


sys.exit(asyncio.run(main()))

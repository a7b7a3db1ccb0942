"""Opens the page of `report html` in a real browser: python3 .ci/browser.py BINARY FOLDER [SCREENSHOTS]

It drives headless Chromium through its own protocol over a pipe. Every kind of click and every filter is tried; an
error on the console, an exception, a request for anything but the page, or a serious fault that axe-core finds ends the
run with 1. FOLDER is for the pages and pictures; axe.min.js is taken from it where it is there.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(sys.argv[1]).resolve()
FOLDER = pathlib.Path(sys.argv[2]).resolve()
# What docs/reports.md promises of 2,000 workloads; the fastest of a few times counts, for the machine has other work too.
SLOWEST_LARGE = 2.0
LARGEST = 20 << 20
failures = []


def check(truth, message):
    if not truth:
        failures.append(message)
        print(f'browser: {message}', file=sys.stderr)


class Browser:
    """One Chromium, with one page."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory(prefix='netpol-browser-')
        to_read, to_write = os.pipe(), os.pipe()

        def prepare():
            # The numbers may be among those that are wanted, so that they go out of the way first.
            a, b = os.dup(to_read[0]), os.dup(to_write[1])
            os.dup2(a, 3)
            os.dup2(b, 4)

        arguments = [program, '--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', '--no-first-run',
                     '--disable-background-networking', '--disable-component-update', '--disable-sync', '--hide-scrollbars',
                     '--disable-extensions', f'--user-data-dir={self.folder.name}', 'about:blank']
        self.process = subprocess.Popen(arguments, preexec_fn=prepare, close_fds=False, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read[0])
        os.close(to_write[1])
        self.input, self.output = to_read[1], os.fdopen(to_write[0], 'rb', buffering=0)
        self.rest, self.number, self.events = b'', 0, []
        self.session = None
        target = self.send('Target.createTarget', url='about:blank')['targetId']
        self.session = self.send('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in ['Page', 'Runtime', 'Network', 'Log', 'DOM']:
            self.send(f'{domain}.enable')

    def send(self, method, **parameters):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': parameters}
        if self.session:
            message['sessionId'] = self.session
        data = json.dumps(message).encode() + b'\0'
        while data:
            data = data[os.write(self.input, data):]
        while True:
            answer = self.receive()
            if answer.get('id') == self.number:
                if 'error' in answer:
                    raise RuntimeError(f'{method}: {answer["error"]}')
                return answer['result']
            self.events.append(answer)

    def receive(self):
        while b'\0' not in self.rest:
            chunk = self.output.read(1 << 20)
            if not chunk:
                raise RuntimeError('the browser has ended')
            self.rest += chunk
        message, self.rest = self.rest.split(b'\0', 1)
        return json.loads(message)

    def open(self, path, seconds=60):
        """Loads a page; the seconds until its load event."""
        start = time.monotonic()
        self.events = []
        self.send('Page.navigate', url=f'file://{path}')
        while not any(event.get('method') == 'Page.loadEventFired' for event in self.events):
            self.events.append(self.receive())
            if time.monotonic() - start > seconds:
                raise RuntimeError(f'{path} does not load')
        return time.monotonic() - start

    def run(self, script):
        result = self.send('Runtime.evaluate', expression=script, returnByValue=True, awaitPromise=True)
        if 'exceptionDetails' in result:
            raise RuntimeError(f'{script}: {result["exceptionDetails"]}')
        return result['result'].get('value')

    def key(self, name):
        for kind in ['keyDown', 'keyUp']:
            self.send('Input.dispatchKeyEvent', type=kind, key=name, code=name,
                      windowsVirtualKeyCode={'Enter': 13, 'Tab': 9, 'ArrowRight': 39, 'ArrowDown': 40}[name],
                      **({'text': '\r'} if name == 'Enter' and kind == 'keyDown' else {}))

    def size(self, width, height):
        self.send('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1, mobile=False)

    def media(self, scheme='light', media=''):
        self.send('Emulation.setEmulatedMedia', media=media, features=[{'name': 'prefers-color-scheme', 'value': scheme}])

    def picture(self, name):
        import base64
        data = self.send('Page.captureScreenshot', format='png')['data']
        (FOLDER / f'{name}.png').write_bytes(base64.b64decode(data))

    def faults(self, name, path):
        """What must not happen: messages of the console, exceptions, requests."""
        for event in self.events:
            method, parameters = event.get('method'), event.get('params', {})
            if method == 'Runtime.exceptionThrown':
                check(False, f'{name}: {parameters["exceptionDetails"]}')
            elif method == 'Runtime.consoleAPICalled':
                check(False, f'{name}: console.{parameters["type"]}')
            elif method == 'Log.entryAdded' and parameters['entry']['level'] in ('error', 'warning'):
                check(False, f'{name}: {parameters["entry"]["text"]}')
            elif method == 'Network.requestWillBeSent':
                url = parameters['request']['url']
                check(url.split('#')[0] == f'file://{path}', f'{name}: asks for {url}')

    def close(self):
        try:
            self.session = None
            self.send('Browser.close')
        except (RuntimeError, OSError):
            pass
        self.process.wait(timeout=20)
        self.folder.cleanup()


def page(name, *arguments, cwd):
    """Writes a page; its path and the seconds that took."""
    path = FOLDER / f'{name}.html'
    start = time.monotonic()
    done = subprocess.run([BINARY, 'report', 'html', '-q', '--today', '2026-11-30', '-o', path, *arguments], cwd=cwd,
                          capture_output=True, text=True, timeout=300)
    check(done.returncode == 0, f'{name}: {done.stderr}')
    check(path.stat().st_size < LARGEST, f'{name}: {path.stat().st_size} bytes')
    return path, time.monotonic() - start


def accessible(browser, name):
    source = FOLDER / 'axe.min.js'
    if not source.exists():
        return
    browser.run(source.read_text() + ';0')
    found = browser.run('axe.run({resultTypes: ["violations"]}).then((r) => r.violations.map((v) => '
                        '[v.id, v.impact, v.help, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200))]))')
    for fault in found:
        check(False, f'{name}: axe-core: {fault}')


def try_matrix(browser, name):
    """Every cell and every workload, by mouse and by keys."""
    count = browser.run('''
      (() => {
        const bad = [];
        const cells = () => [...document.querySelectorAll('#grid td[tabindex]')];
        for (const cell of cells().slice(0, 400)) {
          cell.click();
          const detail = document.getElementById('detail');
          if (!detail.querySelector('h3') || detail.textContent.includes('undefined') || detail.textContent.includes('NaN')) bad.push(cell.title);
          if (cell.classList.contains('none') && !detail.querySelector('.verdict.no')) bad.push(`not blocked: ${cell.title}`);
          if (cell.textContent && detail.querySelector('.verdict.no')) bad.push(`blocked: ${cell.title}`);
        }
        for (const button of [...document.querySelectorAll('#grid tbody th button')].filter((b) => !b.hasAttribute('aria-expanded')).slice(0, 100)) {
          button.click();
          const text = document.getElementById('detail').textContent;
          if (text.includes('undefined') || !text.includes('Whom it may call')) bad.push(`row: ${button.textContent}`);
        }
        return [cells().length, bad];
      })()''')
    check(count[0] > 8, f'{name}: {count[0]} cells')
    check(not count[1], f'{name}: {count[1][:5]}')
    browser.run("document.querySelector('#grid td[tabindex]').focus()")
    before = browser.run('document.activeElement.title')
    browser.key('ArrowRight')
    browser.key('ArrowDown')
    after = browser.run('document.activeElement.title')
    check(before != after and '→' in (after or ''), f'{name}: arrow keys lead from {before!r} to {after!r}')
    browser.key('Enter')
    check(browser.run("document.activeElement.getAttribute('aria-selected')") == 'true', f'{name}: Enter chooses nothing')
    folded = browser.run('''
      (() => {
        const rows = () => document.querySelectorAll('#grid tbody tr').length;
        document.getElementById('fold').click();
        const few = rows();
        const space = document.querySelector('#grid button[aria-expanded="false"]');
        if (space) space.click();
        const more = rows();
        const search = document.getElementById('search');
        search.value = 'no such workload';
        search.dispatchEvent(new Event('input'));
        const none = rows();
        search.value = '';
        search.dispatchEvent(new Event('input'));
        return [few, more, none, rows(), !!space];
      })()''')
    few, more, none, again, has_spaces = folded
    # No more than so many rows are shown at once, folded or not.
    check(none == 3 and again == more and (more > few or few == 160 or not has_spaces), f'{name}: folding and searching: {folded}')
    pairs = browser.run('''
      (() => {
        document.getElementById('fold').click();
        const cell = [...document.querySelectorAll('#grid td[tabindex]')].find((c) => c.textContent && c.dataset.row > 2 && c.dataset.column > 2);
        if (!cell) return null;
        cell.click();
        const link = document.querySelector('#detail li .link');
        if (link) link.click();
        return document.getElementById('detail').textContent;
      })()''')
    check(pairs is None or 'undefined' not in pairs, f'{name}: a folded cell says {pairs!r}')


def try_answers(browser, name, cwd):
    """The cells of a page whose workloads all have names of their own are what `connectivity` lists."""
    listed = subprocess.run([BINARY, 'connectivity', '--format', 'json', '-q'], cwd=cwd, capture_output=True, text=True)
    ends = lambda connection: [connection[side].get('name') for side in ('source', 'destination')]
    wanted = {tuple(ends(c)) for c in json.loads(listed.stdout)['connections'] if all(ends(c))}
    shown = {tuple(pair) for pair in browser.run('''
      [...document.querySelectorAll('#grid td[tabindex]')].filter((c) => c.textContent && c.textContent !== '?'
        && c.dataset.row > 2 && c.dataset.column > 2).map((c) => c.title.split(': ')[0].split(' → '))''')}
    check(wanted == shown and wanted, f'{name}: the page and connectivity differ: {sorted(wanted ^ shown)}')


def try_details(browser, name):
    """What stands beside a cell is what lets it through, and beside a workload its zone and its flows."""
    cell, row = browser.run("""
      (() => {
        const detail = document.getElementById('detail');
        [...document.querySelectorAll('#grid td[tabindex]')].find((c) => c.title.startsWith('voiceassist-api-gateway → redis')).click();
        const cell = detail.textContent;
        [...document.querySelectorAll('#grid tbody th button')].find((b) => b.textContent === 'redis').click();
        return [cell, detail.textContent];
      })()""")
    check('spec.egress[2] (' in cell and 'spec.egress[4] (' not in cell, f'{name}: rules that do not matter: {cell[:300]}')
    for text in ['Zone: ePHI store', 'Declared flows (', 'does not hold (deny) nobody reaches Redis in clear text']:
        check(text in row, f'{name}: the row of redis does not say {text!r}')


def docs_picture(browser, path):
    """What docs/reports.md shows of the page."""
    browser.size(1240, 640)
    browser.open(path)
    browser.run('''
      [...document.querySelectorAll('#grid td[tabindex]')].find((c) => c.title.startsWith('voiceassist-api-gateway → redis')).click();
      document.getElementById('matrix').scrollIntoView()''')
    browser.picture('docs-page')
    browser.size(1400, 1000)


def try_filters(browser, name):
    result = browser.run('''
      (() => {
        const shown = () => [...document.querySelectorAll('.finding')].filter((f) => !f.hidden);
        const all = shown().length;
        const wrong = [];
        for (const box of document.querySelectorAll('#filters input[type=checkbox]')) {
          box.click();
          if (shown().some((f) => f.dataset.severity === box.value)) wrong.push(box.value);
          box.click();
        }
        for (const id of ['rule', 'namespace', 'in-world']) {
          const select = document.getElementById(id);
          for (const option of [...select.options].slice(1, 6)) {
            select.value = option.value;
            select.dispatchEvent(new Event('change'));
            const values = (f) => f.dataset[{ rule: 'rule', namespace: 'namespace', 'in-world': 'worlds' }[id]].split('\\n');
            const holds = (f) => values(f).includes(option.value) || (id === 'in-world' && values(f)[0] === '');
            if (!shown().length || !shown().every(holds)) wrong.push(`${id} ${option.value}`);
          }
          select.value = '';
          select.dispatchEvent(new Event('change'));
        }
        const words = document.getElementById('words');
        words.value = 'zzzz no such text';
        words.dispatchEvent(new Event('input'));
        if (shown().length) wrong.push('search');
        words.value = '';
        words.dispatchEvent(new Event('input'));
        document.getElementById('unfold').click();
        if (shown().some((f) => !f.open)) wrong.push('unfold');
        document.getElementById('unfold').click();
        if (shown().some((f) => f.open)) wrong.push('fold');
        const verdict = document.querySelector('#findings p').textContent;
        const sum = [...verdict.split(' in ')[0].matchAll(/\\d+/g)].reduce((sum, match) => sum + Number(match[0]), 0);
        return [all, shown().length, wrong, document.getElementById('count').textContent, sum];
      })()''')
    check(result[0] > 0 and result[0] == result[1] and not result[2], f'{name}: filters: {result}')
    # All numbers of findings on the page agree.
    check(result[3] == f'{all_of(result[0])} faults shown, with {all_of(result[4])} findings', f'{name}: numbers: {result}')


def all_of(number):
    return f'{number} of {number}'


def try_without_script(browser, name, path):
    """The tables for readers without scripts say of each pair what the script's matrix says."""
    browser.run(f'plainText = {json.dumps(path.read_text())}; 0')
    differing = browser.run('''
      (() => {
        const plain = new DOMParser().parseFromString(plainText, 'text/html').querySelector('table.matrix');
        const said = new Map();
        const heads = [...plain.querySelectorAll('thead th')].slice(1).map((th) => th.textContent);
        for (const line of plain.querySelectorAll('tbody tr')) {
          [...line.querySelectorAll('td')].forEach((td, index) => said.set(`${line.querySelector('th').textContent} → ${heads[index]}`, td.textContent));
        }
        const data = JSON.parse(document.getElementById('data').textContent).worlds[0];
        const full = new Map(data.ends.map((end) => [end[1], `${data.namespaces[end[0]]}/${end[1]}`]));
        let count = 0;
        const differing = [];
        for (const td of document.querySelectorAll('#grid td[tabindex]')) {
          const pair = td.title.split(': ')[0].split(' → ').map((end) => full.get(end) || end).join(' → ');
          if (!said.has(pair)) continue;
          count++;
          if (said.get(pair) !== td.textContent) differing.push([pair, said.get(pair), td.textContent]);
        }
        return [count, differing];
      })()''')
    check(differing[0] > 20 and not differing[1], f'{name}: the table without script differs: {differing}')


def try_composed(browser, name, path):
    """What the script says of large matrices, whose sentences are not in the page: the same rules and the same policies as
    in the sentences, of which this page is robbed."""
    text = path.read_text()
    start = text.index('id="data"')
    start = text.index('>', start) + 1
    stop = text.index('</script>', start)
    data = json.loads(text[start:stop])
    told = [(world['sentences'], world['why']) for world in data['worlds']]
    for world in data['worlds']:
        del world['sentences'], world['why']
    robbed = path.with_name(f'{path.stem}-robbed.html')
    robbed.write_text(text[:start] + json.dumps(data).replace('<', '\\u003c') + text[stop:])
    browser.open(robbed)
    names = ['outside', 'ingress controller', 'other pods'] + [
        f"{data['worlds'][0]['namespaces'][end[0]]}/{end[1]}" for end in data['worlds'][0]['ends']]
    shown = browser.run('''
      (() => [...document.querySelectorAll('#grid td[tabindex]')].map((cell) => {
        cell.click();
        const sides = { egress: '', ingress: '' };
        let side = null;
        for (const part of document.getElementById('detail').children) {
          if (part.tagName === 'H4') side = part.textContent;
          else if (side) sides[side] += ' ' + part.textContent;
        }
        const ends = document.querySelector('#detail h3').textContent.split(' → ');
        return [ends[0], ends[1], sides.egress, sides.ingress];
      }))()''')
    sentences, why = told[0]
    count = 0
    for source, destination, *sides in shown:
        entries = why[names.index(source)]
        pair = next((entries[i + 1:i + 3] for i in range(0, len(entries), 3) if entries[i] == names.index(destination)), None)
        for number, composed in zip(pair or [], sides):
            # Of the ingress controller's own policies the script speaks in the row of its pods.
            if number < 0 or (source == 'ingress controller' and composed is sides[0]):
                continue
            count += 1
            sentence = sentences[number]
            # Every rule that decides, and every policy that isolates.
            for policy, path_of_rule in re.findall(r'(\S+/\S+) allows it by (spec\.(?:in|e)gress\[\d+\])', sentence):
                check(f'{policy} {path_of_rule}' in composed, f'{name}: {source} → {destination}: {sentence!r}, but composed {composed!r}')
            isolated = ' is isolated' in sentence and 'allows it by' not in sentence
            check(not isolated or 'is isolated by' in composed or 'Rules that match' in composed,
                  f'{name}: {source} → {destination}: {sentence!r}, but composed {composed!r}')
            check(('isolates' in sentence and sentence.startswith('no policy')) <= ('no policy' in composed),
                  f'{name}: {source} → {destination}: {sentence!r}, but composed {composed!r}')
    check(count > 20, f'{name}: {count} sides are compared')


def try_looks(browser, name, path):
    for scheme in ['light', 'dark']:
        browser.media(scheme)
        back = browser.run('getComputedStyle(document.body).backgroundColor')
        check((back == 'rgb(255, 255, 255)') == (scheme == 'light'), f'{name}: {scheme} is {back}')
        accessible(browser, f'{name} {scheme}')
        browser.picture(f'{name}-{scheme}')
    browser.media('light', 'print')
    check(browser.run("getComputedStyle(document.querySelector('.bar')).display") == 'none', f'{name}: controls are printed')
    browser.picture(f'{name}-print')
    browser.media()
    browser.faults(name, path)
    browser.send('Emulation.setScriptExecutionDisabled', value=True)
    browser.open(path)
    browser.picture(f'{name}-without-js')
    browser.send('Emulation.setScriptExecutionDisabled', value=False)
    # What is there without the script is looked at with one that is not the page's.
    text = path.read_text()
    check('<table class="matrix">' in text and '<script src' not in text and 'http' not in text.split('<main>')[0].replace('http-equiv', ''),
          f'{name}: no table, or something from elsewhere')


def opened(browser, path):
    """The seconds until a page is drawn."""
    browser.open(path)
    return browser.run('new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))') / 1000


def large(folder, workloads, namespaces):
    folder = FOLDER / folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lines = []
    for number in range(workloads):
        space = number % namespaces
        tier = ['frontend', 'backend', 'db', 'worker'][number // namespaces % 4]
        lines.append(f'''apiVersion: apps/v1
kind: Deployment
metadata: {{name: app-{number:05}, namespace: team-{space:03}, labels: {{app: app-{number:05}, tier: {tier}}}}}
spec:
  template:
    metadata: {{labels: {{app: app-{number:05}, tier: {tier}}}}}
    spec: {{containers: [{{name: main, image: i, ports: [{{containerPort: {8000 + number % 5}}}]}}]}}
---
''')
    for space in range(namespaces):
        lines.append(f'''apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: default-deny, namespace: team-{space:03}}}
spec: {{podSelector: {{}}, policyTypes: [Ingress, Egress]}}
---
''')
        for tier, port, other in [('backend', 8000, 'frontend'), ('db', 5432, 'backend'), ('worker', 9000, 'backend')]:
            for side, field, own, peer in [('Ingress', 'from', tier, other), ('Egress', 'to', other, tier)]:
                lines.append(f'''apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {other}-{tier}-{side.lower()}, namespace: team-{space:03}}}
spec:
  podSelector: {{matchLabels: {{tier: {own}}}}}
  policyTypes: [{side}]
  {side.lower()}:
    - {field}:
        - podSelector: {{matchLabels: {{tier: {peer}}}}}
          {'namespaceSelector: {}' if space % 7 == 0 else ''}
      ports: [{{port: {port}}}]
---
''')
    (folder / 'all.yaml').write_text(''.join(lines))
    return folder


def hostile():
    folder = FOLDER / 'hostile'
    folder.mkdir(parents=True, exist_ok=True)
    name = r'</script><script>hacked=1</script><img src=x onerror=hacked=1>\u202e\"''' + "'"
    (folder / 'a.yaml').write_text(f'''apiVersion: v1
kind: Pod
metadata: {{name: "{name}", namespace: "n{name}", labels: {{app: x}}}}
spec: {{containers: [{{name: c, image: i}}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: "p{name}", namespace: "n{name}", annotations: {{x: "{name}"}}}}
spec:
  podSelector: {{}}
  ingress:
    - from: [{{podSelector: {{matchLabels: {{"a": "b"}}}}}}] # </script><script>hacked=1</script> --> <!--
      ports: [{{port: "{name}"}}, {{port: 80}}]
''')
    return folder


def main():
    program = next((path for path in map(shutil.which, ['chromium', 'chromium-browser', 'google-chrome']) if path), None)
    if not program:
        print('browser: there is no Chromium, so that nobody looks at the page', file=sys.stderr)
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    browser = Browser(program)
    try:
        browser.size(1400, 1000)
        found = ROOT / 'Fixtures/voiceassist/as-found'
        for name, arguments, cwd in [
            ('small', [], found), ('against', ['.', '--against', '../as-documented'], found),
            ('hostile', ['--allow-empty'], hostile()),
        ]:
            path, _ = page(name, *arguments, cwd=cwd)
            browser.open(path)
            if name == 'small':
                try_answers(browser, name, cwd)
                try_details(browser, name)
                try_without_script(browser, name, path)
                try_composed(browser, name, path)
                browser.open(path)
            if name != 'hostile':
                try_matrix(browser, name)
                try_filters(browser, name)
            check(browser.run('typeof hacked') == 'undefined', f'{name}: the input has run')
            if name == 'against':
                # Folded namespaces, as these are now, show what changes in them.
                said = browser.run('''
                  (() => {
                    const cell = [...document.querySelectorAll('td.added, td.removed')].find((td) => td.title.startsWith('other pods → voiceassist (5): '));
                    if (cell) cell.click();
                    return cell && [cell.title, document.getElementById('detail').textContent];
                  })()''')
                check(said and 'something is newly' in said[0] and 'Newly allowed: other pods → voiceassist/' in said[1],
                      f'against: what changes in a folded namespace: {said}')
            browser.events = [event for event in browser.events if event.get('method') != 'Page.loadEventFired']
            try_looks(browser, name, path)
            if name == 'small':
                docs_picture(browser, path)
        # The largest page that holds its sentences, and what the script makes of it without them.
        path, _ = page('medium', cwd=large('input-60', 60, 6))
        browser.open(path)
        try_without_script(browser, 'medium', path)
        try_composed(browser, 'medium', path)
        count = 2000
        path, seconds = page('large', cwd=large(f'input-{count}', count, 40))
        ready = min(opened(browser, path) for _ in range(3))
        check(ready < SLOWEST_LARGE, f'large: {count} workloads open in {ready:.1f} s')
        try_matrix(browser, 'large')
        try_looks(browser, 'large', path)
        print(f'browser: {count} workloads: {path.stat().st_size >> 10} KiB written in {seconds:.1f} s, open in {ready:.1f} s')
        if os.environ.get('NETPOL_BROWSER_LARGEST'):
            path, seconds = page('largest', cwd=large('input-10000', 10000, 200))
            ready = opened(browser, path)
            try_matrix(browser, 'largest')
            browser.picture('largest')
            print(f'browser: 10,000 workloads: {path.stat().st_size >> 10} KiB written in {seconds:.1f} s, open in {ready:.1f} s')
    finally:
        browser.close()
    if failures:
        sys.exit(1)


main()

'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  document.documentElement.classList.add('js');
  const SPECIAL = ['outside', 'ingress controller', 'other pods'];
  const MOST_OPEN = 60; // workloads that are shown one by one from the start
  const MOST_SHOWN = 160; // rows and columns at once
  const MOST_LISTED = 60;
  const byId = (id) => document.getElementById(id);

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === 'onclick') element.addEventListener('click', value);
      else if (value !== null && value !== undefined) element.setAttribute(key, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  // MARK: The matrix

  const state = { world: 0, open: new Set(), filter: '', row: null, column: null };
  let shown = [];
  let world = null;

  function load(number) {
    state.world = number;
    world = data.worlds[number];
    if (!world) return;
    if (!world.ranges) prepare(world);
    state.open = new Set(world.ends.length <= MOST_OPEN ? world.namespaces.keys() : []);
    state.row = state.column = null;
    draw();
    byId('detail').replaceChildren(make('p', { class: 'soft' }, 'Choose a cell to see why, or the name of a workload to see all about it. Arrow keys move, Enter chooses.'));
  }

  function prepare(world) {
    // Workloads of a namespace stand together; end numbers start after the special ones.
    world.ranges = world.namespaces.map(() => [Infinity, -1]);
    world.ends.forEach((end, index) => {
      const range = world.ranges[end[0]];
      range[0] = Math.min(range[0], index + 3);
      range[1] = Math.max(range[1], index + 4);
    });
    world.rulesOf = world.policies.map(() => []);
    world.rules.forEach((rule) => world.rulesOf[rule[0]].push(rule));
    world.changed = new Map();
    const numbers = new Map(world.ends.map((end, index) => [`${world.namespaces[end[0]]}/${end[1]} [${end[2]}]`, index + 3]));
    const number = (name) => name === '' ? 0 : name === 'ingress controller' ? 1 : name === 'other pods' ? 2 : numbers.get(name);
    for (const change of world.changes || []) {
      const [from, to] = [number(change[0]), number(change[1])];
      if (from === undefined || to === undefined) continue;
      const key = `${from}>${to}`;
      if (!world.changed.has(key)) world.changed.set(key, []);
      world.changed.get(key).push(change);
    }
  }

  const nameOf = (end) => end < 3 ? SPECIAL[end] : world.ends[end - 3][1];
  const fullName = (end) => end < 3 ? SPECIAL[end] : `${world.namespaces[world.ends[end - 3][0]]}/${world.ends[end - 3][1]}`;
  const row = (end) => world.rowTable[world.rowOf[end]];

  function cellAt(from, to) {
    const runs = row(from);
    for (let i = 0; i < runs.length; i += 3) {
      if (runs[i] > to) return 0;
      if (to < runs[i] + runs[i + 1]) return runs[i + 2];
    }
    return 0;
  }

  /// What has a row and a column: ends, and whole namespaces where these are folded.
  function items() {
    const result = SPECIAL.map((name, end) => ({ name, start: end, stop: end + 1 }));
    const words = state.filter.toLowerCase().trim();
    let hidden = 0;
    world.namespaces.forEach((namespace, number) => {
      const [start, stop] = world.ranges[number];
      if (words) {
        for (let end = start; end < stop; end++) {
          if (!fullName(end).toLowerCase().includes(words)) continue;
          if (result.length < MOST_SHOWN) result.push({ name: fullName(end), start: end, stop: end + 1 });
          else hidden++;
        }
      } else if (state.open.has(number)) {
        result.push({ name: namespace, namespace: number, isOpen: true, start, stop: start });
        for (let end = start; end < stop; end++) {
          if (result.length < MOST_SHOWN) result.push({ name: nameOf(end), start: end, stop: end + 1, isInner: true });
          else hidden++;
        }
      } else if (result.length < MOST_SHOWN) {
        result.push({ name: `${namespace} (${stop - start})`, namespace: number, start, stop });
      } else hidden += stop - start;
    });
    const way = words ? 'search for more of the name' : state.open.size ? 'fold namespaces, or search by name' : 'search by name';
    byId('hidden').textContent = hidden ? `${hidden} workloads are not shown: ${way}.` : '';
    return result;
  }

  /// For one row of items: how each column's pairs are connected.
  function summaries(item, columns) {
    const sums = columns.map(() => null);
    const alike = new Map();
    for (let end = item.start; end < item.stop; end++) alike.set(world.rowOf[end], (alike.get(world.rowOf[end]) || 0) + 1);
    for (const [number, times] of alike) {
      const runs = world.rowTable[number];
      let place = 0;
      for (let i = 0; i < runs.length; i += 3) {
        const [from, to] = [runs[i], runs[i] + runs[i + 1]];
        while (place > 0 && columns[place - 1].stop > from) place--;
        while (place < columns.length && columns[place].stop <= from) place++;
        for (let c = place; c < columns.length && columns[c].start < to; c++) {
          const overlap = Math.min(to, columns[c].stop) - Math.max(from, columns[c].start);
          if (overlap <= 0) continue;
          const sum = sums[c] || (sums[c] = { count: 0, cell: runs[i + 2], mixed: false });
          if (sum.cell !== runs[i + 2]) sum.mixed = true;
          sum.count += overlap * times;
        }
      }
    }
    // Rows may hold a cell for the workload itself, so that more of them are alike; it means nothing.
    for (let end = item.start; end < item.stop; end++) {
      if (!cellAt(end, end)) continue;
      const c = columns.findIndex((column) => end >= column.start && end < column.stop);
      if (c >= 0 && sums[c] && --sums[c].count === 0) sums[c] = null;
    }
    return sums;
  }

  function meaningless(from, to) {
    return to.start === 1 || (from.start === 0 && to.start === 0) || (from.start === 2 && to.start === 2) || (from.start === 1 && to.start === 2)
      || from.isOpen || to.isOpen || (from.start === to.start && from.stop === from.start + 1 && to.stop === from.stop);
  }

  function look(sum, from, to) {
    let pairs = (from.stop - from.start) * (to.stop - to.start);
    if (from.start === to.start) pairs -= from.stop - from.start;
    if (!sum) return { kind: 'none', text: '', label: data.empty };
    const cell = world.cells[sum.cell];
    const partial = sum.mixed || sum.count < pairs || (cell[2] & 4);
    if (sum.mixed) return { kind: 'ports some', text: '…', label: `${sum.count} of ${pairs} pairs, on different ports` };
    const kind = cell[2] & 3;
    const base = kind === 3 ? 'unknown' : kind === 2 ? 'all' : 'ports';
    const label = (kind === 3 ? 'cannot tell' : cell[1]) + (sum.count < pairs ? `, ${sum.count} of ${pairs} pairs` : '') + (cell[2] & 4 ? ', for some addresses' : '');
    return { kind: base + (partial && kind !== 3 ? ' some' : '') + (cell[2] & 8 ? ' unknown' : ''), text: cell[0], label };
  }

  /// What changes between the items that are shown, by the numbers of row and column: a folded namespace stands for its pods.
  function changesShown() {
    const itemOf = new Map();
    shown.forEach((item, index) => { for (let end = item.start; end < item.stop; end++) itemOf.set(end, index); });
    const found = new Map();
    for (const [key, changes] of world.changed) {
      const [r, c] = key.split('>').map((end) => itemOf.get(Number(end)));
      if (r === undefined || c === undefined) continue;
      found.set(`${r}>${c}`, [...(found.get(`${r}>${c}`) || []), ...changes]);
    }
    return found;
  }

  function draw() {
    shown = items();
    const changes = changesShown();
    const head = make('tr', {}, make('th', { scope: 'col' }, 'from ↓   to →'));
    for (const item of shown) {
      const title = make('div', { class: 'up' }, item.name);
      head.append(make('th', { scope: 'col', title: item.name, class: item.isOpen ? 'space' : null }, title));
    }
    const body = make('tbody');
    shown.forEach((item, r) => {
      const line = make('tr', { class: item.start === 0 ? 'outside' : null });
      const isSpace = item.namespace !== undefined;
      const button = make('button', { type: 'button', 'aria-expanded': isSpace ? String(!!item.isOpen) : null,
        onclick: () => isSpace ? toggle(item.namespace) : showEnd(item.start) }, isSpace ? `${item.isOpen ? '▾' : '▸'} ${item.name}` : item.name);
      line.append(make('th', { scope: 'row', class: isSpace ? 'space' : item.isInner ? 'inner' : null }, button));
      const sums = item.isOpen ? [] : summaries(item, shown);
      shown.forEach((column, c) => {
        if (meaningless(item, column)) return line.append(make('td', { class: 'none' }, item.start === column.start && item.start > 2 && !item.isOpen && !column.isOpen ? '·' : ''));
        const cell = look(sums[c], item, column);
        const changed = changes.get(`${r}>${c}`) || [];
        const news = [1, 0].filter((kind) => changed.some((change) => change[2] === kind));
        const label = cell.label + news.map((kind) => kind ? ', something is newly allowed' : ', something is newly blocked').join('');
        const td = make('td', { class: cell.kind, tabindex: '-1', title: `${item.name} → ${column.name}: ${label}`,
          'aria-label': `${item.name} to ${column.name}: ${label}` }, cell.text);
        for (const kind of news) td.classList.add(kind ? 'added' : 'removed');
        td.dataset.row = r;
        td.dataset.column = c;
        line.append(td);
      });
      body.append(line);
    });
    const table = make('table', { class: 'matrix', role: 'grid', 'aria-label': 'What may connect to what' }, make('thead', {}, head), body);
    byId('grid').replaceChildren(table);
    const first = table.querySelector('td[tabindex]');
    if (first) first.tabIndex = 0;
    table.addEventListener('click', (event) => {
      const td = event.target.closest('td[tabindex]');
      if (td) choose(td);
    });
    table.addEventListener('keydown', (event) => move(event, table));
  }

  function toggle(namespace) {
    if (state.open.has(namespace)) state.open.delete(namespace); else state.open.add(namespace);
    draw();
    const again = [...byId('grid').querySelectorAll('tbody th button')].find((button) => button.textContent.slice(2).split(' (')[0] === world.namespaces[namespace]);
    if (again) again.focus();
  }

  function choose(td) {
    for (const other of byId('grid').querySelectorAll('[aria-selected]')) other.removeAttribute('aria-selected');
    for (const other of byId('grid').querySelectorAll('td[tabindex="0"]')) other.tabIndex = -1;
    td.setAttribute('aria-selected', 'true');
    td.tabIndex = 0;
    td.focus();
    showCell(shown[td.dataset.row], shown[td.dataset.column]);
  }

  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  function move(event, table) {
    const td = event.target.closest('td[tabindex]');
    if (!td) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      return choose(td);
    }
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    let [r, c] = [Number(td.dataset.row), Number(td.dataset.column)];
    while (true) {
      r += step[0];
      c += step[1];
      if (r < 0 || c < 0 || r >= shown.length || c >= shown.length) return;
      const next = table.rows[r + 1].cells[c + 1];
      if (!next.hasAttribute('tabindex')) continue;
      td.tabIndex = -1;
      next.tabIndex = 0;
      return next.focus();
    }
  }

  // MARK: Why

  function holds(ranges, number) {
    for (let i = 0; i < ranges.length; i += 2) if (number >= ranges[i] && number < ranges[i] + ranges[i + 1]) return true;
    return false;
  }

  function policiesOf(end, side) { return end < 3 ? [] : world.sideTable[world.sides[side][end - 3]]; }
  const place = (policy) => `${data.files[policy[1]]}:${policy[2]}`;

  /// What one side says: `side` 0 is the destination's ingress, 1 the source's egress.
  function side(side, own, other) {
    const name = side ? 'egress' : 'ingress';
    if (own === 0) return { name, words: `${SPECIAL[own]}: no policy of this cluster speaks for it`, rules: [], opens: true };
    if (own === 1) return { name, words: 'the ingress controller: only what Ingresses and Routes lead to is shown; its own policies stand in the row of its pods, where these were read', rules: [], opens: true };
    if (own === 2) return { name, words: 'other pods: no policy that was read selects them', rules: [], opens: true };
    if (world.ends[own - 3][3] & 4) return { name, words: `pods of ${fullName(own)} use their node's network, where policies do not isolate them`, rules: [], opens: true };
    const policies = policiesOf(own, side);
    // Where policies for the whole cluster are not shown, no word of them.
    const kind = world.hasClusterPolicies && !world.why ? 'NetworkPolicy' : 'policy';
    if (!policies.length) return { name, words: `no ${kind} isolates ${fullName(own)}`, rules: [], opens: true };
    const rules = policies.flatMap((policy) => world.rulesOf[policy]).filter((rule) => rule[1] === side);
    const matching = rules.filter((rule) => rule[5] || holds(rule[6], other) || (other === 0 && rule[7]));
    const isolating = policies.map((policy) => `${world.policies[policy][0]} (${place(world.policies[policy])})`);
    if (matching.length) return { name, words: null, rules: matching, opens: true, other };
    return { name, words: `${fullName(own)} is isolated by ${list(isolating)}, and no rule lets ${side ? 'it go to' : 'in'} ${fullName(other)}`, rules: [], opens: false, near: rules.slice(0, 3) };
  }

  /// What `can-reach` says of a side; null where the page does not hold it.
  function sentence(from, to, name) {
    const entries = world.why ? world.why[from] : [];
    for (let i = 0; i < entries.length; i += 3) {
      if (entries[i] === to) return world.sentences[entries[i + (name === 'egress' ? 1 : 2)]] || null;
    }
    return null;
  }

  /// The ranges that a text of ports names: `6379/TCP, 8000-8010/TCP` of rules, `TCP 6379, 8000; UDP 53` of cells.
  function rangesOf(text) {
    const found = [];
    for (const part of text.split('; ')) {
      const cell = part.match(/^(TCP|UDP|SCTP) (.*)$/);
      for (const item of (cell ? cell[2] : part).split(', ')) {
        const match = item.match(/^(\d+)(?:-(\d+))?(?:\/(TCP|UDP|SCTP))?$/);
        if (!match) return null;
        found.push([match[3] || (cell && cell[1]), Number(match[1]), Number(match[2] || match[1])]);
      }
    }
    return found;
  }

  /// Whether a rule may be about the ports of a cell; yes where that cannot be told from the texts.
  function concerns(rule, cell) {
    const [own, other] = [rangesOf(rule[4]), rangesOf(cell[1])];
    return !own || !other || own.some((a) => other.some((b) => a[0] === b[0] && a[1] <= b[2] && b[1] <= a[2]));
  }

  /// The rules to show of those that match the other end: those that are named, else those about the cell's ports.
  function shownRules(rules, told, cell, isAllowed) {
    const named = told ? rules.filter((rule) => told.includes(world.policies[rule[0]][0]) && told.includes(rule[2])) : [];
    if (named.length) return named;
    return isAllowed ? rules.filter((rule) => concerns(rule, cell)) : rules;
  }

  function list(texts) {
    return texts.length <= 3 ? texts.join(' and ') : `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more`;
  }

  function ruleView(rule, other) {
    const policy = world.policies[rule[0]];
    const cidrs = other === 0 && rule[7] ? `, for ${rule[7]}` : '';
    return make('div', { class: 'rule' }, make('p', {}, `${policy[0]} ${rule[2]} (${data.files[policy[1]]}:${rule[3]}): ${rule[4]}${cidrs}`),
      rule[8].length ? make('pre', {}, rule[8].map((line, index) => `${String(rule[3] + index).padStart(4)} | ${line}`).join('\n')) : null);
  }

  function showCell(from, to) {
    const detail = byId('detail');
    if (from.stop - from.start > 1 || to.stop - to.start > 1) return showPairs(from, to);
    const [a, b] = [from.start, to.start];
    const number = cellAt(a, b);
    const cell = world.cells[number];
    const kind = cell[2] & 3;
    const verdict = kind === 0 ? ['no', data.empty] : kind === 3 ? ['open', 'cannot tell'] : ['yes', `${cell[1]}${cell[2] & 4 ? ', for some addresses' : ''}`];
    const parts = [make('h3', {}, endLink(a), ' → ', endLink(b)), make('p', { class: `verdict ${verdict[0]}` }, verdict[1])];
    for (const change of world.changed.get(`${a}>${b}`) || []) {
      parts.push(make('p', { class: change[2] ? 'added-text' : 'removed-text' }, `${change[2] ? 'Newly allowed' : 'Newly blocked'}: ${change[3]}`));
    }
    const answers = [side(1, a, b), side(0, b, a)];
    for (const answer of answers) {
      parts.push(make('h4', {}, answer.name));
      const told = sentence(a, b, answer.name);
      const rules = shownRules(answer.rules, told, cell, kind === 1);
      if (told) parts.push(make('p', {}, told), ...rules.slice(0, 12).map((rule) => ruleView(rule, answer.other)));
      else if (answer.words) parts.push(make('p', {}, answer.words));
      else parts.push(make('p', {}, kind === 0 || kind === 3 ? 'Rules that match the other end:' : 'Allowed by:'), ...rules.slice(0, 12).map((rule) => ruleView(rule, answer.other)));
      if (answer.near && answer.near.length) parts.push(make('p', { class: 'soft' }, 'What comes near:'), ...answer.near.map((rule) => ruleView(rule, b)));
    }
    if (kind === 0 && a === 1) parts.push(make('p', {}, 'No Ingress or Route that was read leads there, or not to ports that are let in.'));
    else if (kind === 0 && answers.every((answer) => answer.rules.length)) parts.push(make('p', {}, 'Both sides have rules for each other, on different ports.'));
    if (world.hasClusterPolicies && !answers.some((answer) => sentence(a, b, answer.name))) parts.push(make('p', {}, 'Policies for the whole cluster have a say too, and are not shown here: can-reach tells which one decides.'));
    if (kind === 3 || cell[2] & 8) parts.push(make('p', {}, 'What is missing to tell stands under ', make('a', { href: '#undecided' }, 'Not certain'), '.'));
    if (a > 2 && b > 2) parts.push(make('p', { class: 'soft' }, 'On the command line: ', make('code', {}, `netpol-lint can-reach ${fullName(a)} ${fullName(b)}:PORT`)));
    detail.replaceChildren(...parts);
    detail.scrollTop = 0;
  }

  /// The pairs behind a cell of a folded namespace.
  function showPairs(from, to) {
    const rows = [];
    let count = 0;
    for (let a = from.start; a < from.stop; a++) {
      for (let b = to.start; b < to.stop; b++) {
        const number = a === b ? 0 : cellAt(a, b);
        if (!number) continue;
        if (++count <= MOST_LISTED) {
          rows.push(make('li', {}, make('button', { type: 'button', class: 'link', onclick: () => showCell({ start: a, stop: a + 1 }, { start: b, stop: b + 1 }) }, `${fullName(a)} → ${fullName(b)}`), `: ${textOf(number)}`));
        }
        if (count > 5000) break;
      }
    }
    const changes = [];
    for (const [key, found] of world.changed) {
      const [a, b] = key.split('>').map(Number);
      if (a < from.start || a >= from.stop || b < to.start || b >= to.stop || changes.length >= MOST_LISTED) continue;
      for (const change of found) changes.push(make('p', { class: change[2] ? 'added-text' : 'removed-text' }, `${change[2] ? 'Newly allowed' : 'Newly blocked'}: ${fullName(a)} → ${fullName(b)}: ${change[3]}`));
    }
    const more = count > MOST_LISTED ? make('p', { class: 'soft' }, `and ${count > 5000 ? 'more' : count - MOST_LISTED + ' more'}: unfold a namespace to see them.`) : null;
    byId('detail').replaceChildren(make('h3', {}, `${from.name} → ${to.name}`), count ? make('ul', {}, ...rows) : make('p', { class: 'verdict no' }, data.empty), ...(more ? [more] : []), ...changes);
  }

  const textOf = (number) => (world.cells[number][2] & 3) === 3 ? 'cannot tell' : world.cells[number][1] + (world.cells[number][2] & 8 ? ', perhaps more' : '');

  function endLink(end) {
    return end < 3 ? fullName(end) : make('button', { type: 'button', class: 'link', onclick: () => showEnd(end) }, fullName(end));
  }

  // MARK: One workload

  function showEnd(end) {
    if (end < 3) return showSpecial(end);
    const [callers, callees] = [[], []];
    for (let other = 0; other < world.ends.length + 3; other++) {
      if (other === end) continue;
      const [into, out] = [cellAt(other, end), other === 1 ? 0 : cellAt(end, other)];
      if (into) callers.push([other, into]);
      if (out) callees.push([other, out]);
    }
    const info = world.ends[end - 3];
    const lists = (title, partners, isInto) => [make('h4', {}, `${title} (${partners.length})`), partners.length ? make('ul', {}, ...partners.slice(0, MOST_LISTED).map(([other, cell]) => make('li', {},
      make('button', { type: 'button', class: 'link', onclick: () => showCell(item(isInto ? other : end), item(isInto ? end : other)) }, fullName(other)), `: ${textOf(cell)}`)),
      partners.length > MOST_LISTED ? make('li', { class: 'soft' }, `and ${partners.length - MOST_LISTED} more`) : null) : make('p', {}, 'nobody')];
    const policies = [...new Set([...policiesOf(end, 0), ...policiesOf(end, 1)])];
    const names = new Set([fullName(end), ...policies.map((policy) => world.policies[policy][0])]);
    const findings = [...document.querySelectorAll('.finding')].filter((finding) => valuesOf(finding, 'object').some((name) => names.has(name)));
    const flows = (world.flows || []).filter((flow) => flow[4].includes(end));
    byId('detail').replaceChildren(
      make('h3', {}, `${fullName(end)} [${info[2]}]`),
      make('p', {}, info[4] ? `Ports that its containers name: ${info[4]}. ` : '', info[5] ? make('b', {}, `Zone: ${info[5]}. `) : '', info[3] & 4 ? 'Uses its node\'s network. ' : '', info[3] & 1 ? 'No workload that was read: what a selector asks for.' : ''),
      neighbours(end, callers, callees),
      ...lists('Who may call it', callers, true), ...lists('Whom it may call', callees, false),
      make('h4', {}, `Policies that select it (${policies.length})`),
      policies.length ? make('ul', {}, ...policies.map((policy) => make('li', {}, `${world.policies[policy][0]} (${place(world.policies[policy])})`))) : make('p', {}, 'none: it is not isolated'),
      ...(flows.length ? [make('h4', {}, `Declared flows (${flows.length})`), make('ul', {}, ...flows.map((flow) => make('li', {},
        make('b', { class: flow[2] ? 'added-text' : 'removed-text' }, flow[2] ? 'holds' : 'does not hold'), ` (${flow[1]}) ${flow[0]}: ${flow[3]}`)))] : []),
      make('h4', {}, `Findings (${findings.length})`),
      findings.length ? make('ul', {}, ...findings.slice(0, 20).map((finding) => make('li', {}, make('a', { href: `#${finding.id}`, onclick: () => { finding.hidden = false; finding.open = true; } }, finding.querySelector('summary').textContent.trim())))) : make('p', {}, 'none'));
    byId('detail').scrollTop = 0;
  }

  const item = (end) => ({ name: fullName(end), start: end, stop: end + 1 });

  function showSpecial(end) {
    const found = [];
    for (let other = 3; other < world.ends.length + 3; other++) {
      const cell = cellAt(end, other);
      if (cell) found.push([other, cell]);
    }
    byId('detail').replaceChildren(make('h3', {}, SPECIAL[end]),
      make('p', { class: 'soft' }, ['Any address outside the cluster.', 'What leads the traffic of Ingresses and Routes into the cluster.', 'A pod without labels, in a namespace that was not read.'][end]),
      make('h4', {}, `Whom it may call (${found.length})`),
      make('ul', {}, ...found.slice(0, MOST_LISTED).map(([other, cell]) => make('li', {}, make('button', { type: 'button', class: 'link', onclick: () => showCell(item(end), item(other)) }, fullName(other)), `: ${textOf(cell)}`)),
        found.length > MOST_LISTED ? make('li', { class: 'soft' }, `and ${found.length - MOST_LISTED} more`) : null));
  }

  function svg(tag, attributes, text) {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text) element.textContent = text;
    return element;
  }

  /// Callers on the left, the workload in the middle, whom it calls on the right.
  function neighbours(end, callers, callees) {
    const most = 8;
    const [left, right] = [callers.slice(0, most), callees.slice(0, most)];
    const height = Math.max(left.length, right.length, 1) * 30 + 10;
    const picture = svg('svg', { viewBox: `0 0 560 ${height}`, role: 'img', 'aria-label': `${callers.length} callers, ${callees.length} called` });
    const middle = height / 2;
    const short = (text, size) => text.length > size ? `${text.slice(0, size - 1)}…` : text;
    const box = (x, y, text, isSelf) => {
      picture.append(svg('rect', { x, y: y - 11, width: 150, height: 22, rx: 4, class: isSelf ? 'self' : '' }), svg('text', { x: x + 6, y: y + 4 }, short(text, 24)));
    };
    const draw = (partners, x, isInto) => partners.forEach(([other, cell], index) => {
      const y = 20 + index * 30 + (height - 10 - partners.length * 30) / 2;
      const [from, to] = isInto ? [[150, y], [205, middle]] : [[355, middle], [410, y]];
      picture.append(svg('line', { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }));
      box(x, y, nameOf(other), false);
    });
    draw(left, 0, true);
    draw(right, 410, false);
    box(205, middle, nameOf(end), true);
    return picture;
  }

  // MARK: Findings

  const findings = [...document.querySelectorAll('.finding')];
  /// An element may hold several findings: their rules, namespaces, objects and worlds.
  const valuesOf = (finding, name) => finding.dataset[name] ? finding.dataset[name].split('\n') : [];
  const countOf = (elements) => elements.reduce((sum, finding) => sum + Number(finding.dataset.count), 0);
  const total = countOf(findings);

  function options(id, name) {
    const select = byId(id);
    for (const value of [...new Set(findings.flatMap((finding) => valuesOf(finding, name)))].sort()) select.append(make('option', { value }, value));
    select.parentElement.hidden = select.options.length < 2;
    select.addEventListener('change', filter);
  }

  function filter() {
    const severities = new Set([...document.querySelectorAll('#filters input[type=checkbox]')].filter((box) => box.checked).map((box) => box.value));
    const [rule, namespace, inWorld] = ['rule', 'namespace', 'in-world'].map((id) => byId(id).value);
    const words = byId('words').value.toLowerCase();
    for (const finding of findings) {
      const worlds = valuesOf(finding, 'worlds');
      finding.hidden = !(severities.has(finding.dataset.severity) && (!rule || valuesOf(finding, 'rule').includes(rule))
        && (!namespace || valuesOf(finding, 'namespace').includes(namespace)) && (!inWorld || !worlds.length || worlds.includes(inWorld))
        && (!words || finding.textContent.toLowerCase().includes(words)));
    }
    const left = findings.filter((finding) => !finding.hidden);
    byId('count').textContent = `${left.length} of ${findings.length} faults shown, with ${countOf(left)} of ${total} findings`;
  }

  if (byId('filters')) {
    options('rule', 'rule');
    options('namespace', 'namespace');
    options('in-world', 'worlds');
    for (const box of document.querySelectorAll('#filters input')) box.addEventListener('input', filter);
    byId('unfold').addEventListener('click', () => {
      const isOpen = findings.some((finding) => !finding.hidden && !finding.open);
      for (const finding of findings) if (!finding.hidden) finding.open = isOpen;
    });
    filter();
  }

  // MARK: Start

  const choice = byId('world');
  data.worlds.forEach((world, number) => choice.append(make('option', { value: number }, world.name)));
  choice.parentElement.hidden = data.worlds.length < 2;
  choice.addEventListener('change', () => load(Number(choice.value)));
  byId('search').addEventListener('input', (event) => {
    state.filter = event.target.value;
    draw();
  });
  byId('fold').addEventListener('click', () => {
    state.open.clear();
    draw();
  });
  window.addEventListener('beforeprint', () => { for (const finding of findings) finding.open = !finding.hidden; });
  if (data.worlds.length) load(0);
})();

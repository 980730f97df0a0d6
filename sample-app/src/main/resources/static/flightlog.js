'use strict';

// The live page: asks /status every second and listens to /flights/tail.
(() => {
  const TIERS = {TIER0: 'Tier 0, hot', TIER1: 'Tier 1, warm', TIER2: 'Tier 2, cold'};
  const WHAT = {
    TIER0: 'memory-mapped', TIER1: 'compressed, local', TIER2: 'objects, everything sealed',
  };
  const PHASES = {
    STARTING: 'starting', VERIFYING: 'verifying what was there', APPENDING: 'appending flights',
    MOVING: 'moving to the colder tiers', REPLAYING: 'replaying all of it', SERVING: 'serving',
    FAILED: 'not what was written',
  };
  const TAIL_ROWS = 12;
  const $ = id => document.getElementById(id);
  const count = n => Math.round(n).toLocaleString('en');
  const bytes = n => n >= 2 ** 30 ? (n / 2 ** 30).toFixed(2) + ' GB'
      : n >= 2 ** 20 ? (n / 2 ** 20).toFixed(1) + ' MB'
      : n >= 2 ** 10 ? (n / 2 ** 10).toFixed(1) + ' KB' : n + ' B';

  let picked = null;
  let before = null;
  let listening = false;

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function showFacts(status, now) {
    const {start, next, durable, archived} = status.offsets;
    const raw = status.segments.filter(s => s.compressedBytes);
    const sum = key => raw.reduce((total, s) => total + s[key], 0);
    $('records').textContent = count(next - start);
    $('durable').textContent = count(next - durable);
    $('archived').textContent = count(archived - start);
    $('lag').textContent = bytes(status.uploadLagBytes);
    $('ratio').textContent = raw.length
        ? (sum('bytes') / sum('compressedBytes')).toFixed(2) + ' : 1' : '–';
    if (before) {
      $('rate').textContent = count((next - before.next) * 1000 / (now - before.at));
    }
    before = {next, at: now};
  }

  function showPhase(status) {
    const serving = status.phase === 'SERVING';
    $('phase').textContent = PHASES[status.phase]
        + (status.step && !serving ? ' ' + Math.floor(status.share * 100) + ' %' : '');
    $('phase').classList.toggle('busy', !serving);
    $('progress').hidden = serving;
    $('progress').firstElementChild.style.width = status.share * 100 + '%';
    $('root').textContent = status.root;
  }

  function showTiers(status) {
    const largest = Math.max(1, ...status.tiers.map(t => t.bytes));
    $('tiers').replaceChildren(...status.tiers.map(tier => {
      const row = element('div', 'tier');
      const name = element('span', '', TIERS[tier.tier] + ' ');
      name.append(element('small', '', WHAT[tier.tier]));
      const amount = bytes(tier.bytes) + (tier.limitBytes ? ' of ' + bytes(tier.limitBytes) : '');
      const text = element('span', '', amount + ' ');
      text.append(element('small', '', count(tier.segments) + ' segments'));
      const bar = element('div', 'bar');
      const fill = element('div', tier.tier);
      fill.style.width = Math.min(100, 100 * tier.bytes / (tier.limitBytes || largest)) + '%';
      bar.append(fill);
      row.append(name, text, bar);
      return row;
    }));
    const waits = Object.entries(status.waits)
        .map(([kind, w]) => kind + ' ' + count(w.waits) + ' waited, ' + count(w.refusals) + ' refused');
    $('waits').textContent = waits.length ? 'Backpressure: ' + waits.join('; ') : '';
  }

  function describe(segment) {
    const where = segment.residency.map(tier => TIERS[tier]).join(' + ') || 'nowhere';
    return 'Segment ' + segment.id + ', ' + segment.state.toLowerCase() + ', in ' + where + ': '
        + count(segment.records) + ' records from offset ' + count(segment.baseOffset) + ', '
        + bytes(segment.bytes)
        + (segment.compressedBytes ? ', compressed ' + bytes(segment.compressedBytes) : '')
        + (segment.objectKey ? ', object ' + segment.objectKey : '')
        + (segment.needsRecovery ? '; a copy is missing and is being fetched' : '');
  }

  // Columns are kept and changed in place, so that focus and touch survive the next second.
  function showSegments(segments) {
    const strip = $('segments');
    while (strip.children.length > segments.length) strip.lastElementChild.remove();
    segments.forEach((segment, index) => {
      let column = strip.children[index];
      if (!column) {
        column = element('button');
        column.type = 'button';
        column.append(element('i'), element('i'), element('i'));
        column.addEventListener('click', () => { picked = Number(column.dataset.id); poll(); });
        strip.append(column);
      }
      column.dataset.id = segment.id;
      column.title = describe(segment);
      column.setAttribute('aria-label', column.title);
      column.className = (segment.id === picked ? 'picked ' : '')
          + (segment.needsRecovery ? 'damaged' : '');
      Object.keys(TIERS).forEach((tier, row) => {
        const here = segment.residency.includes(tier);
        column.children[row].className = here ? tier
            + (tier === 'TIER0' && segment.state === 'ACTIVE' ? ' receiving' : '') : '';
      });
      if (segment.id === picked) $('segment').textContent = describe(segment);
    });
    $('segmentCount').textContent = count(segments.length);
  }

  async function poll() {
    try {
      const response = await fetch('status', {cache: 'no-store'});
      if (!response.ok) throw new Error(response.status);
      const status = await response.json();
      if (status.phase === 'SERVING' && !listening) listen();
      showPhase(status);
      showFacts(status, performance.now());
      showTiers(status);
      showSegments(status.segments);
    } catch (gone) {
      $('phase').textContent = 'not running';
      $('phase').classList.add('busy');
      before = null;
    }
  }

  // At most one batch of rows is drawn per frame, and only the newest are kept.
  let waiting = [];
  function showTail() {
    const rows = waiting.slice(-TAIL_ROWS).reverse().map(record => {
      const {flight} = record;
      const row = element('tr');
      row.append(
          element('td', '', count(record.offset)),
          element('td', '', flight.origin + ' → ' + flight.destination),
          element('td', '', count(flight.distance)),
          element('td', '', flight.delay > 0 ? '+' + flight.delay : String(flight.delay)));
      return row;
    });
    waiting = [];
    $('tail').prepend(...rows);
    while ($('tail').children.length > TAIL_ROWS) $('tail').lastElementChild.remove();
    $('tailEmpty').hidden = $('tail').children.length > 0;
  }

  // Not before the start is over: a browser cannot follow half a million flights a second.
  function listen() {
    listening = true;
    const events = new EventSource('flights/tail');
    events.onopen = () => { $('tailState').textContent = 'live'; };
    events.onerror = () => {
      $('tailState').textContent = 'reconnecting';
      if (events.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
    };
    events.addEventListener('flight', message => {
      if (waiting.length === 0) requestAnimationFrame(showTail);
      waiting.push(JSON.parse(message.data));
      waiting = waiting.slice(-TAIL_ROWS);
    });
  }

  $('append').addEventListener('submit', async submitted => {
    submitted.preventDefault();
    const form = new FormData(submitted.target);
    const flight = {
      origin: form.get('origin').toUpperCase(),
      destination: form.get('destination').toUpperCase(),
      distance: Number(form.get('distance')),
    };
    const response = await fetch('flights', {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify(flight),
    }).catch(() => null);
    const answer = response && await response.json().catch(() => null);
    $('answer').textContent = !answer ? 'no answer'
        : response.ok ? 'offset ' + count(answer.offset) + ', ' + answer.durability.toLowerCase()
        : answer.detail;
  });

  // Nobody looks at a hidden page, so it asks for nothing.
  setInterval(() => { if (!document.hidden) poll(); }, 1000);
  poll();
})();

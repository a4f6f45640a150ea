// Comfort only: every page works without this file. Plain syntax, for browsers of 2017 and older.
// The service worker (worker.js) loads it too, for the outbox alone.
(function (self) {
  'use strict';
  var SECOND = 1000;
  var MINUTE = 60 * SECOND;
  var DAY = 24 * 60 * MINUTE;

  function nothing() {}

  // ---- outbox: an answer is here before it is sent, and until the server says that it has it

  var PATIENCE = 12 * SECOND; // for one acknowledgement; with a later one nothing is stored twice, thanks to the key
  var LEASE = PATIENCE + 5 * SECOND; // other tabs leave an answer alone that long while one sends it
  var database = null;

  function opened() {
    if (!database) {
      database = new Promise(function (resolve, reject) {
        var asked = self.indexedDB.open('outbox', 1);
        asked.onupgradeneeded = function () { asked.result.createObjectStore('answers', { keyPath: 'id' }); };
        asked.onerror = reject;
        asked.onsuccess = function () {
          asked.result.onversionchange = function () { asked.result.close(); database = null; };
          resolve(asked.result);
        };
      });
      database.catch(function () { database = null; });
    }
    return database;
  }

  // What `work(answers, say)` last said, once the transaction is over.
  function change(work, options) {
    return opened().then(function (open) {
      return new Promise(function (resolve, reject) {
        var made, said;
        try {
          made = open.transaction('answers', 'readwrite', options || {});
        } catch (closed) {
          database = null;
          throw closed;
        }
        made.oncomplete = function () { resolve(said); };
        made.onabort = made.onerror = reject;
        work(made.objectStore('answers'), function (value) { said = value; });
      });
    });
  }

  function through(answers, range, visit) {
    answers.openCursor(range).onsuccess = function (event) {
      var cursor = event.target.result;
      if (cursor && visit(cursor) !== false) cursor.continue();
    };
  }

  function list() {
    return change(function (answers, say) {
      var found = [];
      say(found);
      through(answers, null, function (cursor) { found.push(cursor.value); });
    });
  }

  // The tap of a key is number 0, its criteria are number 1: sorted by id, the tap goes first.
  // What is being sent under the same id stays so: its successor waits until that is decided.
  function mark(entry) {
    return change(function (answers) {
      answers.get(entry.id).onsuccess = function (event) {
        var before = event.target.result;
        entry.lease = before ? before.lease : 0;
        answers.put(entry);
      };
    }, { durability: 'strict' }); // a power cut a moment later must not take it
  }

  function discard(id) {
    return change(function (answers) { answers.delete(id); });
  }

  // One sends an answer at a time. The browser's lock ends with its page; where there is none a lease runs out.
  var locks = self.navigator.locks;

  function leased(entry) {
    var left = entry.lease - Date.now();
    return !locks && left > 0 && left <= LEASE; // a clock that was set back must not hold it for years
  }

  function alone(key, work) {
    if (!locks) return work();
    return locks.request('send ' + key, { ifAvailable: true }, function (lock) {
      return lock ? work() : { busy: true, left: true };
    });
  }

  // The next answer of a key to send, held for us; 'busy' while somebody else sends one of them.
  function claim(key) {
    return change(function (answers, say) {
      through(answers, self.IDBKeyRange.bound(key + ' 0', key + ' 1'), function (cursor) {
        var entry = cursor.value;
        if (leased(entry)) { say('busy'); return false; }
        if (entry.refused) return true;
        entry.lease = Date.now() + LEASE;
        cursor.update(entry);
        say(entry);
        return false;
      });
    });
  }

  function settle(entry, verdict) {
    return change(function (answers) {
      answers.get(entry.id).onsuccess = function (event) {
        var now = event.target.result;
        if (!now) return;
        var same = now.serial === entry.serial; // else it was corrected meanwhile, and that is not sent yet
        if (same && verdict.stored) { answers.delete(entry.id); return; }
        now.lease = 0;
        if (same && verdict.refused) now.refused = Date.now();
        answers.put(now);
      };
    });
  }

  // Only an answer that repeats the key is from our server: a hotel's or a cafe's sign-in page says 200 to anything.
  function verdictOf(response, key) {
    var ours = response && response.headers.get('X-Outbox') === key;
    var status = ours ? response.status : 0;
    return {
      stored: status === 204,
      refused: status >= 400 && status < 500 && status !== 408 && status !== 429,
      away: !ours || status === 429 || status === 503, // no use in trying others now
      wait: ours ? (parseInt(response.headers.get('Retry-After'), 10) || 0) * SECOND : 0,
      next: ours ? response.headers.get('X-Next') : null
    };
  }

  function post(entry, patience) {
    var stop = self.AbortController ? new self.AbortController() : null;
    var options = {
      method: 'POST',
      body: entry.body,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Outbox': entry.key },
      credentials: 'same-origin',
      redirect: 'manual',
      cache: 'no-store',
      // Goes on when the tab is closed. Chrome before 81 fails with a header of our own; WeakRef came soon after.
      keepalive: !!self.WeakRef && entry.body.length < 50000
    };
    if (stop) options.signal = stop.signal;
    return new Promise(function (resolve) {
      var timer = setTimeout(function () { done(null); if (stop) stop.abort(); }, patience);
      function done(response) { clearTimeout(timer); resolve(verdictOf(response, entry.key)); }
      self.fetch(entry.url, options).then(done, function () { done(null); });
    });
  }

  var failures = 0; // of a server that is there: one answer it cannot take must not keep back the others

  // Sends what is kept of a key, in order. `left` tells that something stayed behind.
  function deliver(key, patience) {
    var outcome = {};
    function go() {
      return claim(key).then(function (entry) {
        outcome.left = outcome.busy = entry === 'busy';
        if (!entry || outcome.busy) return outcome;
        return post(entry, patience).then(function (verdict) {
          return settle(entry, verdict).then(function () {
            if (verdict.stored) outcome.next = verdict.next;
            outcome.refused = verdict.refused;
            if (verdict.stored || verdict.refused) return go();
            outcome.left = true;
            outcome.away = verdict.away || (failures += 1) > 4;
            outcome.wait = verdict.wait;
            return outcome;
          });
        });
      });
    }
    return alone(key, go);
  }

  // Everything, one key after the other, until nobody answers. Gives how long the server asked to wait, 0 mostly.
  function deliverAll() {
    failures = 0;
    return list().then(function (entries) {
      var keys = entries.map(function (entry) { return entry.key; });
      return keys.reduce(function (before, key, place) {
        return before.then(function (outcome) {
          return outcome.away || keys.indexOf(key) < place ? outcome : deliver(key, PATIENCE);
        });
      }, Promise.resolve({}));
    }).then(function (outcome) { return outcome.wait || 0; });
  }

  if (!self.document) {
    self.outbox = { deliverAll: deliverAll, list: list };
    return;
  }

  // ---- the page

  var document = self.document;
  var location = self.location;
  var PAUSE = 4 * SECOND; // after this a second press is meant: the first may have been stopped by hand
  var SHORT = 5 * SECOND; // patience where others wait already: the network is known to be away
  var LONGEST_PAUSE = 5 * MINUTE;
  var form = document.querySelector('form[data-survey]');
  var box = document.getElementById('outbox');
  var summary = document.getElementById('summary');
  var words = box ? box.dataset : {};
  var newPerson = !!form && form.hasAttribute('data-new-person');
  var key = form && form.elements.key;
  var kiosk = form ? form.elements.k.value === 'kiosk' : /[?&]k=kiosk(&|$)/.test(location.search);
  // Back to a tap just sent corrects it; later, or on a shared tablet, the next person is at the screen.
  var correctable = kiosk ? MINUTE / 2 : 60 * MINUTE;
  var busy = false;
  var pressed = null;
  var attempt = 0;
  var awaiting = false; // this page's own answer is kept and not sent

  function each(items, visit) { Array.prototype.forEach.call(items, visit); }

  function feature(name) {
    try { return self[name] || null; } catch (refused) { return null; }
  }

  function element(name, text) {
    var made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  function leave(address) {
    if (kiosk) location.replace(address); else location.assign(address);
  }

  var storing = !!(box && self.Promise && self.fetch && feature('indexedDB'));

  // ---- keys: one person, one response

  function newKey() {
    var bytes = new Uint8Array(16);
    self.crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (byte) {
      return (byte + 256).toString(16).slice(1);
    }).join('');
  }

  function chooseKey() {
    if (givenBack()) return; // what is sent again is the same answer, mended
    var sent = self.history.state && self.history.state.sent;
    var age = sent ? Date.now() - sent.at : -1; // below 0 after the clock was set back: nobody knows, so anew
    key.value = age >= 0 && age < correctable ? sent.key : newKey();
  }

  // The entry in the history remembers the key: no cookie and no storage is needed for it.
  function rememberKey() {
    self.history.replaceState({ sent: { key: key.value, at: Date.now() } }, '');
  }

  // ---- the form's contents

  function isChoice(field) { return field.type === 'radio' || field.type === 'checkbox'; }

  function fields() {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && !field.disabled && field.type !== 'submit' && (field.checked || !isChoice(field));
    });
  }

  function bodyOf(button) {
    var pairs = fields().map(function (field) { return [field.name, field.value]; });
    if (button && button.name) pairs.push([button.name, button.value]);
    return pairs.map(function (pair) {
      return encodeURIComponent(pair[0]) + '=' + encodeURIComponent(pair[1]);
    }).join('&');
  }

  // What was answered, as words: for showing it again should the server not take it.
  function readable(button) {
    function line(field, answer) {
      for (var around = field; around && around.nodeName !== 'FIELDSET';) around = around.parentNode;
      var label = form.querySelector('label[for="' + field.id + '"]');
      var legend = around && around.querySelector('legend');
      var asked = legend && (isChoice(field) || !label) ? legend : label;
      return (asked ? asked.textContent.trim() + ' – ' : '') + (answer || label.textContent).trim();
    }
    var lines = fields().filter(function (field) {
      return field.type !== 'hidden' && field.value;
    }).map(function (field) {
      if (isChoice(field)) return line(field, '');
      return line(field, field.options ? field.options[field.selectedIndex].text : field.value);
    });
    return button && button.name ? [line(button, button.textContent)].concat(lines) : lines;
  }

  // ---- draft: what is entered and not sent yet, under the key of this form alone, never on a shared tablet

  var DRAFT = 'draft ';

  function keepDraft() {
    if (kiosk || busy || newPerson || !form) return;
    var entered = fields().filter(function (field) {
      return field.type !== 'hidden' && field.value;
    }).map(function (field) { return [field.name, field.value]; });
    try {
      if (entered.length) self.localStorage.setItem(DRAFT + key.value, JSON.stringify({ at: Date.now(), entered: entered }));
      else forgetDraft();
    } catch (refused) { /* no draft then */ }
  }

  function forgetDraft() {
    try { self.localStorage.removeItem(DRAFT + key.value); } catch (refused) { /* there is none */ }
  }

  // Sent as without a script: the thanks page says that it arrived, and forgets it.
  function noteDraftSent() {
    try {
      var draft = JSON.parse(self.localStorage.getItem(DRAFT + key.value));
      draft.sent = true;
      self.localStorage.setItem(DRAFT + key.value, JSON.stringify(draft));
    } catch (refused) { /* there is none */ }
  }

  function untouched() {
    return !form.querySelector('[checked],option[selected],.fault') &&
      Array.prototype.every.call(form.querySelectorAll('textarea'), function (field) { return !field.defaultValue; });
  }

  function restoreDraft() {
    var draft = JSON.parse(self.localStorage.getItem(DRAFT + key.value));
    if (!draft || !untouched()) return; // what the server filled in is newer
    each(form.elements, function (field) {
      draft.entered.forEach(function (pair) {
        if (pair[0] !== field.name || field.type === 'hidden' || field.type === 'submit') return;
        if (!isChoice(field)) field.value = pair[1];
        else if (field.value === pair[1]) field.checked = true;
        for (var above = field; above !== form; above = above.parentNode) if (above.nodeName === 'DETAILS') above.open = true;
      });
    });
  }

  function forgetOldDrafts() {
    for (var i = self.localStorage.length - 1; i >= 0; i -= 1) {
      var name = self.localStorage.key(i);
      if (name.indexOf(DRAFT) !== 0) continue;
      var draft = JSON.parse(self.localStorage.getItem(name)) || {};
      var arrived = draft.sent && /\/cam-on$/.test(location.pathname);
      if (kiosk || arrived || !(Math.abs(Date.now() - draft.at) < 7 * DAY)) self.localStorage.removeItem(name);
    }
  }

  // ---- what is shown of the outbox

  var shown = null;
  var done = document.querySelector('h1.done');
  var noted = done && done.textContent; // true of a tap that is sent, not yet of one that is kept

  function isOwn(entry) { return !!key && entry.key === key.value; }

  // The server showed the form again with what is wrong: it is on the screen, to be sent once more.
  function givenBack() { return !!form.querySelector('.fault'); }

  function show() {
    if (!storing) return Promise.resolve(0);
    return list().then(function (entries) {
      var seen = entries.filter(function (entry) { return !isOwn(entry) || !(busy || givenBack()); });
      var waiting = seen.filter(function (entry) { return !entry.refused; });
      var refused = seen.filter(function (entry) { return entry.refused; });
      var text = '';
      if (waiting.length) text = !kiosk && waiting.some(isOwn) ? words.own : told(words.waiting, waiting);
      else if (shown && !kiosk && !refused.length) text = words.sent;
      var state = text + refused.map(function (entry) { return entry.id; }).join();
      if (state !== (shown || '')) draw(text, waiting.length && !kiosk, refused);
      shown = state;
      if (done) done.textContent = waiting.some(isOwn) ? words.noted : noted;
      refused.forEach(forgetWhenSeen);
      return waiting.length;
    });
  }

  function told(sentence, entries) {
    return sentence.replace('{n}', entries.filter(function (entry, place) {
      return !place || entries[place - 1].key !== entry.key; // a tap and its criteria are one form, and neighbours
    }).length);
  }

  // What the server did not take stays for a week after it was shown.
  function forgetWhenSeen(entry) {
    if (!entry.seen) {
      change(function (answers) {
        answers.get(entry.id).onsuccess = function (event) {
          var now = event.target.result;
          if (!now) return;
          now.seen = Date.now();
          answers.put(now);
        };
      }).catch(nothing);
    } else if (Math.abs(Date.now() - entry.seen) > 7 * DAY) {
      discard(entry.id).catch(nothing);
    }
  }

  function draw(text, urgent, refused) {
    box.textContent = '';
    if (text) box.appendChild(element('p', text));
    if (urgent) button(box, words.now, runSoon);
    if (!refused.length) return;
    // On a shared tablet the number alone.
    var details = box.appendChild(document.createElement(kiosk ? 'p' : 'details'));
    details.appendChild(element(kiosk ? 'span' : 'summary', told(words.refused, refused)));
    if (!kiosk) refused.forEach(function (entry) { drawRefused(details, entry); });
  }

  function button(where, text, press) {
    var made = where.appendChild(element('button', text));
    made.type = 'button';
    made.className = 'quiet';
    made.addEventListener('click', press);
  }

  function drawRefused(details, entry) {
    var items = details.appendChild(document.createElement('ul'));
    entry.read.forEach(function (line) { items.appendChild(element('li', line)); });
    button(details, words.again, function () {
      entry.refused = 0;
      mark(entry).then(function () { openForm(entry); }).catch(nothing);
    });
    button(details, words.discard, function () { discard(entry.id).then(show).catch(nothing); });
  }

  // The server gives the form back with what was entered and what is wrong.
  function openForm(entry) {
    var made = document.createElement('form');
    made.method = 'post';
    made.action = entry.url;
    entry.body.split('&').forEach(function (pair) {
      var field = made.appendChild(document.createElement('input'));
      field.type = 'hidden';
      field.name = decodeURIComponent(pair.split('=')[0]);
      field.value = decodeURIComponent(pair.split('=')[1]);
    });
    document.body.appendChild(made);
    made.submit();
  }

  // ---- trying again

  var running = false;
  var wanted = false;
  var tries = 0;
  var timer = 0;

  function run() {
    if (!storing) return;
    wanted = running;
    if (running) return;
    running = true;
    clearTimeout(timer);
    deliverAll().catch(function () { return 0; }).then(function (wait) {
      running = false;
      return show().then(function (left) {
        if (awaiting && !busy) list().then(arrived).catch(nothing);
        if (wanted) return run();
        var pause = Math.min(5 * SECOND * Math.pow(2, tries), LONGEST_PAUSE);
        tries += 1;
        // Not all tablets of a province in the same second when its network is back.
        if (left) timer = setTimeout(run, Math.max(wait, pause * (0.75 + Math.random() / 2)));
      });
    }).catch(nothing);
  }

  function runSoon() { tries = 0; run(); }

  // This page's answer was kept and has been sent since, by this page or another.
  function arrived(entries) {
    var own = entries.filter(isOwn);
    if (own.some(function (entry) { return !entry.refused; }) || (own.length && kiosk)) return;
    awaiting = false;
    if (own.length) openForm(own[0]); else leave(nextAddress());
  }

  // ---- sending

  function release() {
    busy = false;
    if (form) form.classList.remove('sending');
    if (pressed) pressed.classList.remove('pressed');
  }

  function deskAddress(rest) {
    var query = ['stamp', 'k', 'lang'].map(function (name) {
      return name + '=' + encodeURIComponent(form.elements[name].value);
    }).join('&');
    return form.getAttribute('action').split('?')[0] + rest + '?' + query;
  }

  function nextAddress() {
    return deskAddress(newPerson ? '/phieu/' + key.value : '/cam-on');
  }

  // As without a script: the browser sends the form and shows what the server says.
  function sendPlainly(button) {
    noteDraftSent();
    if (button && button.name) {
      var field = form.appendChild(document.createElement('input'));
      field.type = 'hidden';
      field.name = button.name;
      field.value = button.value;
      setTimeout(function () { form.removeChild(field); }, 0);
    }
    HTMLFormElement.prototype.submit.call(form);
    setTimeout(release, PAUSE);
  }

  function inTime(promise, patience) {
    return new Promise(function (resolve, reject) {
      setTimeout(reject, patience);
      promise.then(resolve, reject);
    });
  }

  function keepAndSend(button) {
    var mine = attempt += 1;
    var number = newPerson ? 0 : 1;
    var until = Date.now() + PATIENCE;
    var patience = PATIENCE;
    function send() {
      return deliver(key.value, patience).then(function (outcome) {
        if (!outcome.busy || Date.now() > until) return outcome;
        return new Promise(function (resolve) { setTimeout(resolve, 200); }).then(send);
      });
    }
    return inTime(mark({
      id: key.value + ' ' + number,
      key: key.value,
      url: form.action,
      body: bodyOf(button),
      read: readable(button),
      at: Date.now(),
      serial: String(Math.random()),
      refused: 0
    }), 2 * SECOND).then(function () {
      forgetDraft();
      setTimeout(function () { if (mine === attempt && busy) { release(); show().catch(nothing); } }, PAUSE);
      return list();
    }).then(function (entries) {
      if (!entries.every(isOwn)) patience = SHORT;
      return send();
    }).then(function (outcome) {
      if (mine !== attempt) return;
      if (outcome.refused) sendPlainly(button);
      else if (outcome.left) stayUnsent();
      else leave(outcome.next || nextAddress());
    }).catch(function () {
      if (mine === attempt) sendPlainly(button);
    });
  }

  function stayUnsent() {
    release();
    awaiting = true;
    askForSync();
    if (newPerson) {
      isKept().then(function (kept) {
        if (kept) leave(nextAddress());
        else show().then(kiosk ? startAnew : runLater).catch(nothing);
      }).catch(nothing);
    } else {
      thank();
      show().then(runLater).catch(nothing);
    }
  }

  // No page of the next step, and none to go back to: the page is ready for the next person as it is.
  function startAnew() {
    awaiting = false;
    self.history.replaceState(null, '');
    chooseKey();
    box.insertBefore(element('p', words.thanks), box.firstChild);
    shown = null;
    runLater();
  }

  function runLater() {
    clearTimeout(timer);
    timer = setTimeout(run, 5 * SECOND);
  }

  // Whether the worker can show the criteria page without a network.
  function isKept() {
    if (!feature('caches') || !workers() || !workers().controller) return Promise.resolve(false);
    var query = '?k=' + form.elements.k.value + '&lang=' + form.elements.lang.value;
    return self.caches.match(form.getAttribute('action').split('?')[0] + '/phieu/' + query);
  }

  // In the place of the form: the answer is kept, and will be sent.
  function thank() {
    var main = document.querySelector('main');
    each(Array.prototype.slice.call(main.children), function (child) {
      if (child !== box && !/\b(place|demo|faces)\b/.test(child.getAttribute('class'))) main.removeChild(child);
    });
    each(form.querySelectorAll('.top button, .default'), function (button) { button.parentNode.removeChild(button); });
    var heading = main.insertBefore(element('h1', words.thanks), box);
    main.appendChild(element('p', words.later)).className = 'lead';
    if (kiosk) {
      var next = main.appendChild(element('a', words.next));
      next.className = 'next';
      next.href = words.start;
    }
    heading.tabIndex = -1;
    heading.focus();
    self.scrollTo(0, 0);
  }

  // The criteria were sent from here before and are kept: there is nothing to fill in any more.
  function resume() {
    return list().then(function (entries) {
      var whole = entries.some(function (entry) { return entry.id === key.value + ' 1' && !entry.refused; });
      if (!whole || newPerson || givenBack()) return;
      awaiting = true;
      thank();
    });
  }

  // ---- without a network

  function workers() {
    try { return self.navigator.serviceWorker || null; } catch (refused) { return null; }
  }

  function askForSync() {
    if (!workers() || !workers().controller) return;
    workers().ready.then(function (registration) {
      return registration.sync && registration.sync.register('outbox');
    }).catch(nothing);
  }

  function keepPages() {
    var saving = (self.navigator.connection || {}).saveData;
    if (!workers() || !words.tap || (saving && !kiosk)) return;
    var addresses = [words.tap];
    if (kiosk) each(document.querySelectorAll('.top a[hreflang]'), function (link) { addresses.push(link.href); });
    workers().register(words.worker, { scope: words.scope }).then(function () {
      return workers().ready;
    }).then(function (registration) {
      registration.active.postMessage({ keep: addresses });
    }).catch(nothing);
    if (kiosk && self.navigator.storage && self.navigator.storage.persist) self.navigator.storage.persist().catch(nothing);
  }

  // ---- a shared tablet: back to the start, and no way back to the person before

  var IDLE = 30;
  var WARNED = 20; // seconds left from which the countdown is seen

  function address(of) {
    var link = document.createElement('a');
    link.href = of;
    return link.href;
  }

  // Who walked away from a form that was given back has not sent it: the tablet forgets it with them.
  function restart() {
    function go() { location.replace(words.start || location.href); }
    if (storing && form && givenBack()) inTime(discard(key.value + (newPerson ? ' 0' : ' 1')), 2 * SECOND).then(go, go);
    else go();
  }

  function watchTablet() {
    var atStart = !words.start || address(words.start) === location.href.split('#')[0];
    var idle = 0;
    var bar = document.createElement('aside');
    var sentence = bar.appendChild(element('p', ''));
    var count = bar.appendChild(element('b', ''));
    bar.className = 'idle';
    sentence.setAttribute('role', 'status');
    count.setAttribute('role', 'timer');
    button(bar, words.stay, stay);
    bar.hidden = true;
    document.body.appendChild(bar);

    function stay() {
      idle = 0;
      bar.hidden = true;
      sentence.textContent = '';
    }
    ['pointerdown', 'touchstart', 'mousedown', 'keydown', 'input', 'focusin', 'scroll'].forEach(function (name) {
      document.addEventListener(name, stay, true);
    });
    setInterval(function () {
      idle += 1;
      // At the start a new release is looked for now and then; the worker answers where there is no network.
      if (atStart) {
        if (idle % 3600 === 0 && (!words.start || (workers() && workers().controller))) restart();
        return;
      }
      if (idle >= IDLE) { restart(); return; }
      if (idle < IDLE - WARNED) return;
      bar.hidden = false;
      count.textContent = IDLE - idle;
      if (!sentence.textContent) sentence.textContent = words.idle;
    }, SECOND);
    document.addEventListener('click', function (event) {
      for (var node = event.target; node && node.nodeName !== 'A';) node = node.parentNode;
      if (!node || node.origin !== location.origin || /^#/.test(node.getAttribute('href'))) return;
      event.preventDefault();
      if (node.pathname.indexOf(words.scope) === 0) location.replace(node.href);
      else self.fetch(node.href).then(function () { location.replace(node.href); }, nothing); // never a dead end
    });
    self.addEventListener('pagehide', function () { if (form) form.reset(); });
    self.addEventListener('pageshow', function (event) {
      var moved = self.performance && self.performance.navigation;
      if (!atStart && (event.persisted || (moved && moved.type === 2))) restart();
    });
    document.addEventListener('visibilitychange', function () {
      if (!document.hidden && !atStart) restart();
    });
  }

  // ---- begin

  if (summary) summary.focus();
  try { forgetOldDrafts(); } catch (refused) { /* no storage */ }

  if (form) {
    if (!newPerson && /\?gui/.test(location.search)) {
      // A form that came back stands where it was sent to, which opens as a new tap page: its own address leads back here.
      try { self.history.replaceState(self.history.state, '', deskAddress('/phieu/' + key.value)); } catch (refused) { /* stays there */ }
    }
    if (!newPerson && !kiosk) {
      try { restoreDraft(); } catch (refused) { /* no storage */ }
      form.addEventListener('change', keepDraft);
      form.addEventListener('input', keepDraft);
    }

    self.addEventListener('pageshow', function () {
      release();
      awaiting = awaiting && !newPerson;
      if (newPerson) try { chooseKey(); } catch (refused) { /* the server's key serves */ }
    });

    form.addEventListener('click', function (event) {
      for (var node = event.target; node && node !== form; node = node.parentNode) {
        if (node.nodeName === 'BUTTON' && node.type === 'submit') pressed = node;
      }
    });

    form.addEventListener('submit', function (event) {
      if (busy) { event.preventDefault(); return; }
      busy = true;
      form.classList.add('sending');
      if (pressed) pressed.classList.add('pressed');
      if (newPerson) try { rememberKey(); } catch (refused) { /* Back then starts anew */ }
      var switching = pressed && pressed.name === 'switch';
      if (switching && box && self.navigator.onLine === false) { // the form would be gone, and the page with it
        event.preventDefault();
        release();
        box.insertBefore(element('p', words.noswitch), box.firstChild);
        box.scrollIntoView();
        return;
      }
      if (!storing && !switching) noteDraftSent();
      if (!storing || switching) { setTimeout(release, PAUSE); return; }
      event.preventDefault();
      keepAndSend(pressed);
    });
  }

  if (kiosk) watchTablet();

  if (storing) {
    if (form) resume().catch(nothing);
    show().then(run).catch(nothing);
    self.addEventListener('online', runSoon);
    self.addEventListener('pageshow', function (event) { if (event.persisted) runSoon(); });
    document.addEventListener('visibilitychange', function () { if (!document.hidden) runSoon(); });
  }
  if (document.querySelector('[data-offline]')) {
    self.addEventListener('online', function () { location.reload(); });
    if (kiosk) setInterval(function () { location.reload(); }, IDLE * SECOND);
  }
  // After the page and its first tap, which must not wait for this.
  self.addEventListener('load', function () { setTimeout(keepPages, kiosk ? 0 : SECOND); });
})(self);

// Recorded questions: nothing is loaded before the press, and one is heard at a time.
(function (document) {
  'use strict';
  if (!document) return; // the service worker
  var sound = null;
  var speaking = null;

  function kindOf(address) { return /\.ogg(\?|$)/.test(address) ? 'audio/ogg' : 'audio/mpeg'; }

  function playable(button) {
    var player = document.createElement('audio');
    return button.getAttribute('data-hear').split(' ').filter(function (address) {
      return player.canPlayType && player.canPlayType(kindOf(address));
    });
  }

  function stop() {
    if (!speaking) return;
    sound.pause();
    sound.removeAttribute('src');
    sound.load(); // else the rest of the file is still fetched
    speaking.setAttribute('aria-pressed', 'false');
    speaking = null;
  }

  function play(button, words, label) {
    var mine = sound = document.createElement('audio');
    function fail() {
      if (speaking !== button || sound !== mine) return;
      stop();
      label.textContent = button.getAttribute('data-failed');
    }
    speaking = button;
    label.textContent = words;
    button.setAttribute('aria-pressed', 'true');
    mine.onerror = fail;
    mine.onended = function () { if (sound === mine) stop(); };
    // On a shared tablet, who listens is not away.
    mine.ontimeupdate = function () { document.dispatchEvent(new Event('input')); };
    mine.src = playable(button)[0];
    var begun = mine.play();
    if (begun) begun.catch(fail);
  }

  Array.prototype.forEach.call(document.querySelectorAll('.hear'), function (button) {
    var label = button.querySelector('span');
    var words = label.textContent;
    if (!playable(button).length) return;
    button.hidden = false;
    label.setAttribute('aria-live', 'polite');
    button.addEventListener('click', function () {
      var again = speaking === button;
      stop();
      if (!again) play(button, words, label);
    });
  });
})(self.document);

// Comfort only: every page works without this file. Plain syntax, for browsers of 2017 and older.
(function () {
  'use strict';
  var MINUTE = 60000;
  var PAUSE = 4000; // after this a second press is meant: the first may have been stopped by hand
  var form = document.querySelector('form[data-survey]');
  var summary = document.getElementById('summary');
  var busy = false;
  var pressed = null;

  if (summary) summary.focus();
  if (!form) return;

  var key = form.elements.key;
  var kiosk = form.elements.k.value === 'kiosk';
  // Back to a tap just sent corrects it; later, or on a shared tablet, the next person is at the screen.
  var correctable = kiosk ? MINUTE / 2 : 60 * MINUTE;

  function newKey() {
    var bytes = new Uint8Array(16);
    window.crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (byte) {
      return (byte + 256).toString(16).slice(1);
    }).join('');
  }

  function chooseKey() {
    var sent = window.history.state && window.history.state.sent;
    if (sent && Date.now() - sent.at < correctable) {
      key.value = sent.key;
    } else {
      key.value = newKey();
    }
  }

  function release() {
    busy = false;
    form.classList.remove('sending');
    if (pressed) pressed.classList.remove('pressed');
  }

  // The entry in the history remembers the key: no cookie and no storage is needed for it.
  function rememberKey() {
    window.history.replaceState({ sent: { key: key.value, at: Date.now() } }, '');
  }

  window.addEventListener('pageshow', function () {
    release();
    if (form.hasAttribute('data-new-person')) try { chooseKey(); } catch (error) { /* the server's key serves */ }
  });

  form.addEventListener('click', function (event) {
    for (var node = event.target; node && node !== form; node = node.parentNode) {
      if (node.tagName === 'BUTTON') pressed = node;
    }
  });

  form.addEventListener('submit', function (event) {
    if (busy) { event.preventDefault(); return; }
    busy = true;
    form.classList.add('sending');
    if (pressed) pressed.classList.add('pressed');
    if (form.hasAttribute('data-new-person')) try { rememberKey(); } catch (error) { /* Back then starts anew */ }
    setTimeout(release, PAUSE);
  });
})();

// The service worker: a desk's pages without a network, after one visit. It looks at the addresses of desks and at
// the script they load, and at nothing else; it keeps pages as the server makes them, never what somebody entered.
(function (self) {
  'use strict';
  var HOUR = 3600000;
  var PATIENCE = 4000; // for a page that is kept as well
  var MOST = 24; // pages kept: three for each desk, language and channel
  var CACHE = 'desks';
  var NOBODY = '0000000000000000000000'; // the key of a page that is nobody's

  function nothing() {}

  function kept(visit) {
    return self.caches.open(CACHE).then(visit);
  }

  // ---- addresses

  // A desk's address, taken apart; null for any other. `name` is what its page is kept under.
  function placeOf(url) {
    var scope = new URL(self.registration.scope).pathname;
    var found = /^([^/]+)(?:\/(?:(phieu)\/([\w-]*)|(cam-on)))?$/.exec(url.pathname.slice(scope.length));
    if (!found || url.pathname.indexOf(scope) !== 0) return null;
    var desk = scope + found[1].toUpperCase();
    var query = { k: url.searchParams.get('k') || 'poster', lang: url.searchParams.get('lang') || self.languages[0] };
    var step = found[2] ? '/phieu/' : found[4] ? '/cam-on' : '';
    return { desk: desk, key: found[3] || '', query: query, step: step, name: nameOf(desk + step, query.k, query.lang) };
  }

  function nameOf(path, channel, language) {
    return path + '?k=' + channel + '&lang=' + language;
  }

  function other(place, step) {
    return nameOf(place.desk + step, place.query.k, place.query.lang);
  }

  // What is shown in the place of a page that is not kept.
  function noticeFor(place) {
    return self.notices[Math.max(0, self.languages.indexOf(place.query.lang))];
  }

  // ---- keeping

  function keep(address) {
    var place = placeOf(new URL(address, self.location.href));
    if (!place || place.step) return Promise.resolve();
    return kept(function (cache) {
      return cache.match(place.name).then(function (page) { return page && isFresh(page) ? null : renew(cache, place); });
    });
  }

  function isFresh(page) {
    var age = Date.now() - page.headers.get('X-Kept');
    return page.headers.get('X-Release') === self.release && age >= 0 && age < HOUR;
  }

  // All steps or none: the criteria are those of the version whose tap page is kept, as its stamp says.
  function renew(cache, place) {
    return ask(place.name).then(function (tap) {
      var stamp = (/name="stamp" value="([^"]*)"/.exec(tap.text) || [])[1];
      if (!stamp) throw new Error('not a page of ours');
      var criteria = nameOf(place.desk + '/phieu/' + NOBODY, place.query.k, place.query.lang) + '&stamp=' + encodeURIComponent(stamp);
      return Promise.all([ask(criteria), ask(other(place, '/cam-on')), ask(noticeFor(place))]).then(function (pages) {
        return keepAssets(cache, tap.text).then(function () {
          return Promise.all([
            put(cache, place.name, tap),
            put(cache, other(place, '/phieu/'), pages[0]),
            put(cache, other(place, '/cam-on'), pages[1]),
            put(cache, noticeFor(place), pages[2])
          ]);
        });
      });
    }).then(function () { return prune(cache); });
  }

  function ask(address) {
    return self.fetch(address, { credentials: 'same-origin', cache: 'no-store' }).then(function (response) {
      if (!response.ok || response.redirected) throw new Error(address);
      return response.text().then(function (text) { return { text: text, headers: response.headers }; });
    });
  }

  function put(cache, name, page) {
    var headers = new Headers(page.headers);
    headers.delete('Content-Encoding');
    headers.delete('Content-Length');
    headers.set('X-Kept', Date.now());
    headers.set('X-Release', self.release);
    return cache.put(name, new Response(page.text, { headers: headers }));
  }

  function assetsOf(text) {
    return (text.match(/"[^"]*\/static\/citizen[^"]*"/g) || []).map(function (quoted) { return quoted.slice(1, -1); });
  }

  function keepAssets(cache, text) {
    return Promise.all(assetsOf(text).map(function (address) {
      return cache.match(address).then(function (found) { return found || cache.add(address); });
    }));
  }

  // The pages shown last stay, and what they load.
  function prune(cache) {
    return cache.keys().then(function (requests) {
      return Promise.all(requests.map(function (request) {
        return cache.match(request).then(function (response) {
          return response.text().then(function (text) {
            return { address: request.url, at: +response.headers.get('X-Kept') || 0, text: text };
          });
        });
      }));
    }).then(function (found) {
      var pages = found.filter(function (each) { return each.at && placeOf(new URL(each.address)); }).sort(function (a, b) { return b.at - a.at; });
      var stay = pages.slice(0, MOST);
      var needed = [];
      var notices = found.filter(function (each) { return each.at && pages.indexOf(each) < 0; });
      stay = stay.concat(notices);
      stay.forEach(function (page) { needed = needed.concat(assetsOf(page.text)); });
      return Promise.all(found.filter(function (each) {
        if (each.at) return stay.indexOf(each) < 0;
        var url = new URL(each.address);
        return needed.indexOf(url.pathname + url.search) < 0;
      }).map(function (each) { return cache.delete(each.address); }));
    });
  }

  function keepAllAgain() {
    return kept(function (cache) {
      return cache.keys().then(function (requests) {
        return Promise.all(requests.map(function (request) { return keep(request.url).catch(nothing); }));
      });
    });
  }

  // ---- answering

  function find(name) {
    return kept(function (cache) { return cache.match(name); });
  }

  function firstOf(names) {
    return names.reduce(function (before, name) {
      return before.then(function (page) { return page || find(name); });
    }, Promise.resolve());
  }

  function randomKey() {
    return Array.prototype.map.call(self.crypto.getRandomValues(new Uint8Array(16)), function (byte) {
      return (byte + 256).toString(16).slice(1);
    }).join('');
  }

  // A kept page for one person: the key of the address, or at the start a new one.
  function filled(page, place) {
    var key = place.key || randomKey();
    return page.text().then(function (text) {
      return new Response(text.replace(/(name="key" value=")[^"]*/g, function (_, before) { return before + key; }), {
        headers: page.headers
      });
    });
  }

  function fromNetwork(event) {
    return Promise.resolve(event.preloadResponse).then(function (early) { return early || self.fetch(event.request); });
  }

  function answer(event, place) {
    var asked = fromNetwork(event);
    event.waitUntil(asked.catch(nothing));
    return find(place.name).then(function (page) {
      if (!page) return asked.catch(function () { return instead(place); });
      return new Promise(function (resolve) {
        function serve() { resolve(filled(page, place)); }
        var timer = setTimeout(serve, PATIENCE);
        asked.then(function (response) {
          clearTimeout(timer);
          if (response.status < 500) resolve(response); else serve();
        }, serve);
      });
    });
  }

  // Without network and without the page asked for: in another language, on a tablet the start, else a sentence.
  function instead(place) {
    var names = self.languages.map(function (language) {
      return nameOf(place.desk + place.step, place.query.k, language);
    });
    return firstOf(names).then(function (page) {
      return page ? filled(page, place) : place.query.k === 'kiosk' ? toStart(place) : null;
    }).then(function (response) {
      return response || notice(place);
    });
  }

  function toStart(place) {
    return find(nameOf(place.desk, 'kiosk', self.languages[0])).then(function (page) {
      return page && Response.redirect(place.desk + '?k=kiosk');
    });
  }

  function notice(place) {
    return firstOf([noticeFor(place)].concat(self.notices)).then(function (page) { return page || Response.error(); });
  }

  self.addEventListener('install', function () { self.skipWaiting(); });

  self.addEventListener('activate', function (event) {
    var early = self.registration.navigationPreload;
    event.waitUntil(Promise.all([self.clients.claim(), early && early.enable().catch(nothing), keepAllAgain()]));
  });

  self.addEventListener('message', function (event) {
    event.waitUntil(Promise.all(event.data.keep.map(function (address) { return keep(address).catch(nothing); })));
  });

  // The browser found a network again, perhaps after the tab was closed.
  self.addEventListener('sync', function (event) {
    event.waitUntil(self.outbox.deliverAll().then(self.outbox.list).then(function (entries) {
      if (entries.some(function (entry) { return !entry.refused; })) throw new Error('later');
    }));
  });

  self.addEventListener('fetch', function (event) {
    var request = event.request;
    var url = new URL(request.url);
    if (url.origin !== self.location.origin) return;
    var place = placeOf(url);
    if (place && request.mode === 'navigate') {
      if (request.method === 'GET') event.respondWith(answer(event, place));
      // A form that a tablet sends by itself must not end in the browser's own page, which nobody there can leave.
      else if (/[?&]k=kiosk(&|$)/.test(request.referrer)) {
        place.query.k = 'kiosk';
        event.respondWith(self.fetch(request).catch(function () {
          return toStart(place).then(function (response) { return response || notice(place); });
        }));
      }
    } else if (request.method === 'GET' && /\/static\/citizen/.test(url.pathname)) {
      event.respondWith(find(request.url).then(function (page) { return page || self.fetch(request); }));
    }
  });
})(self);

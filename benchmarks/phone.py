"""A first visit with a weak phone on a slow network, in a real Chromium that slows itself down."""

from statistics import median
from typing import Any, Final

from playwright.sync_api import Browser

from benchmarks.bench import Bench
from benchmarks.server import Server, serving
from tests.browser.chromium import chromium

FIRST_SCREEN: Final = ("first-screen", "first-screen-requests", "first-screen-bytes")
# Chromium's slow 3G; it models no connection set-up. Throughput in bytes a second.
SLOW_3G: Final = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
_CPU: Final = 4  # times slower
_RUNS: Final = 5
# When five buttons stood on a painted screen, in ms since the address was asked for.
_TAPPABLE: Final = """
new Promise(resolve => {
  const look = () => {
    const painted = performance.getEntriesByName('first-contentful-paint')[0];
    const buttons = document.querySelectorAll('.taps button');
    if (painted && buttons.length === 5) resolve(Math.max(painted.startTime, window.buttonsAt || 0));
    else requestAnimationFrame(look);
  };
  look();
})
"""
_WATCH: Final = """
const look = () => {
  if (document.querySelectorAll('.taps button').length === 5) window.buttonsAt = performance.now();
  else requestAnimationFrame(look);
};
look();
"""


def first_screen(bench: Bench) -> None:
    """How long until a first visitor can tap, after how many requests, and what came over the wire until then."""
    with (
        bench.used_site() as (site, province),
        serving(site, path := f"/d/{province.desks[0]}") as server,
        chromium() as browser,
    ):
        visits = [_visit(browser, server, path) for _ in range(_RUNS + 1)][1:]  # the first warms both
    times, requests, sizes = zip(*visits, strict=True)
    bench.add("first-screen", list(times))
    bench.add("first-screen-requests", list(requests))
    bench.add("first-screen-bytes", list(sizes), more={"with_script": median(sizes)})


def _visit(browser: Browser, server: Server, path: str) -> tuple[float, float, float]:
    """Milliseconds until the first screen, and requests and bytes that had come by then."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    page = context.new_page()
    protocol = context.new_cdp_session(page)
    began: list[float] = []
    came: dict[str, tuple[float, float]] = {}

    def finished(event: dict[str, Any]) -> None:
        came[event["requestId"]] = event["timestamp"], event["encodedDataLength"]

    protocol.on("Network.requestWillBeSent", lambda event: began.append(event["timestamp"]))
    protocol.on("Network.loadingFinished", finished)
    for method, values in (
        ("Network.enable", {}),
        ("Network.emulateNetworkConditions", SLOW_3G),
        ("Emulation.setCPUThrottlingRate", {"rate": _CPU}),
    ):
        protocol.send(method, values)
    page.add_init_script(_WATCH)
    page.goto(f"http://127.0.0.1:{server.port}{path}")
    milliseconds = float(page.evaluate(_TAPPABLE))
    page.wait_for_load_state("networkidle")
    context.close()
    before = [size for at, size in came.values() if at - min(began) <= milliseconds / 1000]
    return milliseconds, len(before), sum(before)

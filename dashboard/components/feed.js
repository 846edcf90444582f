// The points of runs as they come, shared by all components of the page: one fetch loop a run.
const FINAL = ["finished", "diverged", "dead", "stopped", "failed", "gone"];
const CURVES = ["train", "test", "train_accuracy", "test_accuracy"];
const KEPT_FEEDS = 12;
// The server holds its answer for a moment, and gives it at once when the run's state is another one.
const PAUSE_LOST_MS = 1000;

// The points of an answer as the chart takes them.
function curvesOf(news) {
  const curve = (points) => ({ x: points.map(([iteration]) => iteration), y: points.map(([, value]) => value) });
  return Object.fromEntries(CURVES.map((name) => [name, curve(news[name] ?? [])]));
}

class Feed {
  constructor(base, token) {
    this.address = `${base}hyperdial/runs/${token}/`;
    this.token = token;
    this.since = 0;
    this.told = false;
    this.state = "queued";
    this.status = "";
    this.curves = Object.fromEntries(CURVES.map((name) => [name, { x: [], y: [] }]));
    this.listeners = new Set();
    this.polling = false;
  }

  get final() {
    return FINAL.includes(this.state);
  }

  take(news) {
    const fresh = curvesOf(news);
    for (const name of CURVES) {
      if (news.replaced) this.curves[name] = { x: [], y: [] };
      this.curves[name].x.push(...fresh[name].x);
      this.curves[name].y.push(...fresh[name].y);
    }
    this.since = news.next ?? this.since;
    this.told = true;
    this.state = news.state;
    this.status = news.status ?? this.status;
    this.figures = news.figures ?? this.figures;
  }

  async poll() {
    if (this.polling || this.final) return;
    this.polling = true;
    while (this.listeners.size && !this.final) {
      let pause = 0;
      try {
        const known = this.told ? `?state=${this.state}` : "";
        const asked = this.since;
        const answer = await fetch(`${this.address}${asked}${known}`, { cache: "no-store" });
        const news = answer.status === 404 ? { state: "gone" } : await answer.json();
        // The page may have given all there is meanwhile: then the answer would be drawn a second time.
        if (!this.final && this.since === asked) this.take(news);
        for (const listener of [...this.listeners]) listener(this);
      } catch {
        pause = PAUSE_LOST_MS;
      }
      if (pause) await new Promise((done) => setTimeout(done, pause));
    }
    this.polling = false;
  }
}

function feedOf(base, token) {
  const feeds = (window.hyperdialFeeds ??= new Map());
  const feed = feeds.get(token) ?? new Feed(base, token);
  feeds.delete(token);
  feeds.set(token, feed); // the newest last
  for (const [old, kept] of feeds) {
    if (feeds.size <= KEPT_FEEDS) break;
    if (!kept.listeners.size) feeds.delete(old);
  }
  return feed;
}

// Says a line to a screen reader, once.
function speak(line) {
  let voice = document.getElementById("hyperdial-voice");
  if (!voice) {
    voice = document.createElement("div");
    voice.id = "hyperdial-voice";
    voice.setAttribute("role", "status");
    voice.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
    document.body.append(voice);
  }
  voice.textContent = line;
}

// Calls `listener(feed)` now and at every change; returns what ends it. news: all there is of a run
// that was over when the page was drawn, which then need not be fetched.
function follow(base, token, listener, news) {
  const feed = feedOf(base, token);
  if (news && !feed.final) feed.take({ ...news, replaced: true });
  feed.listeners.add(listener);
  listener(feed);
  feed.poll();
  return () => feed.listeners.delete(listener);
}

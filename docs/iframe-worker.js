// A page that was opened from a file may start no worker, and the search of the site is one. There, and nowhere
// else, this runs its script in a hidden frame instead: the same messages go in and out.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    #ready;

    constructor(address) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.title = "Search";
      document.body.append(frame);
      const inside = frame.contentWindow;
      const tell = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      inside.postMessage = (data) => setTimeout(tell, 0, data);
      const script = inside.document.createElement("script");
      this.#ready = new Promise((done) => script.addEventListener("load", () => done(inside)));
      script.src = address;
      inside.document.body.append(script);
    }

    postMessage(data) {
      this.#ready.then((inside) => inside.dispatchEvent(new inside.MessageEvent("message", { data })));
    }
  };
}

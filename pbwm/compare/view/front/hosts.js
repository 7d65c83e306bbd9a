// The three hosts of the page: a server, a notebook, and a recording inside the page itself. All have the same
// interface: `send(request)`, and the callbacks `onmessage(message)` and `onstatus(connected)`.

import { unpack } from "./wire.js";

const AGAIN = 1000; // milliseconds between attempts to reach a server that was lost

export class SocketHost {
  constructor(address) {
    this.address = address;
    this.onmessage = this.onstatus = () => {};
  }

  open() {
    this.socket = new WebSocket(this.address);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => {
      this.onstatus(true);
      this.send({ do: "hello" });
    };
    this.socket.onmessage = ({ data }) => this.onmessage(typeof data === "string" ? JSON.parse(data) : unpack(data));
    this.socket.onclose = () => {
      this.onstatus(false);
      setTimeout(() => this.open(), AGAIN);
    };
  }

  send(request) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(request));
  }
}

export class WidgetHost {
  constructor(model) {
    this.model = model;
    this.onmessage = this.onstatus = () => {};
  }

  open() {
    this.model.on("msg:custom", (message, buffers) => {
      this.onmessage(buffers && buffers.length ? unpack(buffers[0]) : message);
    });
    this.onstatus(true);
    this.send({ do: "hello" });
  }

  send(request) {
    this.model.send(request);
  }
}

// A recording answers the requests that need no networks; the page offers no others.
export class ReplayHost {
  constructor(messages) {
    this.messages = messages;
    this.onmessage = this.onstatus = () => {};
  }

  open() {
    const find = (kind) => this.messages.find(({ type }) => type === kind);
    this.frames = new Map(this.messages.filter(({ type }) => type === "frames").map((message) => [message.step, message]));
    this.cycles = find("schema").cycles;
    this.steps = find("steps").steps;
    this.at = { step: 0, cycle: 0 };
    this.onstatus(true);
    for (const message of this.messages) if (message.type !== "frames") this.onmessage(message);
  }

  send({ do: name, ...asked }) {
    const { step, cycle } = this.at;
    const last = this.cycles - 1;
    if (name === "look") this.goTo(asked.step, asked.cycle);
    if (name === "frames") this.onmessage(this.frames.get(asked.step));
    if (name === "step") this.goTo(cycle < last ? step : step + 1, last);
    if (name === "move") {
      const place = Math.max(0, step * this.cycles + cycle + asked.cycles);
      this.goTo(Math.floor(place / this.cycles), place % this.cycles);
    }
    if (name === "sequence") {
      let next = cycle < last ? step : step + 1;
      while (next + 1 < this.steps.length && !this.steps[next + 1].starts) next += 1;
      this.goTo(next, last);
    }
  }

  goTo(step, cycle) {
    const length = this.steps.length;
    this.at = step < length ? { step, cycle } : { step: length - 1, cycle: this.cycles - 1 };
    this.onmessage({ type: "at", ...this.at, length });
  }
}

// The messages of a recording: base64 of a compressed sequence of messages, each preceded by its length and its kind.
export async function recorded(base64) {
  const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const data = await new Response(stream).arrayBuffer();
  const view = new DataView(data);
  const messages = [];
  for (let at = 0; at < data.byteLength; ) {
    const length = view.getUint32(at, true);
    const binary = view.getUint8(at + 4) === 1;
    const body = data.slice(at + 8, at + 8 + length);
    messages.push(binary ? unpack(body) : JSON.parse(new TextDecoder().decode(body)));
    at += 8 + length;
  }
  return messages;
}

// What the page knows of a visit: schema, state, steps, activity and weights as they arrive, and what is selected.

import { unquantize } from "./wire.js";

const FRAMES_AT_HAND = 200; // steps whose activity is kept

export class Visit extends EventTarget {
  constructor(host) {
    super();
    this.host = host;
    this.connected = false;
    this.clear();
    host.onmessage = (message) => this.take(message);
    host.onstatus = (connected) => {
      this.connected = connected;
      this.tell("status");
    };
  }

  clear() {
    Object.assign(this, { schema: null, state: null, steps: [], frames: new Map(), weights: null, curves: new Map() });
    Object.assign(this, { at: { step: -1, cycle: 0 }, selected: null, asked: new Set(), problem: "", waiting: 0 });
    this.changed = (this.changed ?? 0) + 1; // counts changes of what steps show
  }

  tell(what) {
    this.dispatchEvent(new Event(what));
  }

  on(what, listener) {
    for (const name of what.split(" ")) this.addEventListener(name, listener);
  }

  send(request) {
    this.problem = "";
    this.host.send(request);
  }

  take(message) {
    const handler = this[`take_${message.type}`];
    if (handler) handler.call(this, message);
  }

  take_schema(schema) {
    const selected = this.selected;
    this.clear();
    this.schema = schema;
    this.selected = selected;
    this.tell("schema");
  }

  take_state(state) {
    this.state = state;
    this.at = { step: state.step, cycle: state.cycle };
    this.problem = state.problem ?? "";
    this.want();
    this.tell("state");
  }

  take_at({ step, cycle, length }) {
    this.at = { step, cycle };
    this.state.length = length;
    this.waiting = 0;
    this.want();
    this.tell("at");
  }

  take_steps({ first, steps }) {
    this.steps.length = first;
    this.steps.push(...steps);
    for (const step of this.frames.keys()) if (step >= first) this.frames.delete(step);
    this.asked.clear();
    this.changed += 1;
    this.tell("steps");
  }

  take_frames({ step, summary, arrays }) {
    this.asked.delete(step);
    const frames = new Map();
    for (const model of this.schema.models) {
      const array = arrays.get(model.name);
      frames.set(model.name, array.values instanceof Uint8Array ? unquantize(array, model) : array);
    }
    this.frames.delete(step);
    this.frames.set(step, frames);
    if (this.frames.size > FRAMES_AT_HAND) this.frames.delete(this.frames.keys().next().value);
    if (step >= this.steps.length) this.changed += 1;
    this.steps[step] = summary;
    this.tell("frames");
  }

  take_weights({ arrays }) {
    this.weights = arrays;
    this.tell("weights");
  }

  take_curves({ model, first, error, reached }) {
    const curve = this.curves.get(model) ?? { error: [] };
    curve.error = [...curve.error.slice(0, first), ...error];
    curve.reached = reached;
    this.curves.set(model, curve);
    this.tell("curves");
  }

  take_file(message) {
    this.file = message;
    this.tell("file");
  }

  take_error({ text }) {
    this.problem = text;
    this.waiting = 0;
    this.tell("problem");
  }

  // Ask for the activity of a step, that under the cursor if none is named, if it is not here.
  want(step = this.at.step) {
    if (step < 0 || this.frames.has(step) || this.asked.has(step) || step >= this.state.length) return;
    this.asked.add(step);
    this.host.send({ do: "frames", step });
  }

  get step() {
    return this.steps[this.at.step] ?? null;
  }

  // The frame of a model under the cursor: its activity by unit, or null.
  frame(model) {
    const array = this.frames.get(this.at.step)?.get(model.name);
    if (!array) return null;
    const [frames, units] = array.shape;
    const index = Math.floor((this.at.cycle * frames) / this.schema.cycles);
    return array.values.subarray(index * units, (index + 1) * units);
  }

  select(model, unit) {
    this.selected = { model, unit };
    this.tell("selected");
  }

  layerOf(model, unit) {
    return model.layers.find((layer) => unit >= layer.start && unit < layer.start + layer.units);
  }

  // What a unit is called: layer, slot and place in it, or its label.
  unitName(model, unit) {
    const layer = this.layerOf(model, unit);
    const place = unit - layer.start;
    const size = layer.units / layer.pools;
    const slot = layer.firstSlot === null ? "" : ` ${model.slots[layer.firstSlot + Math.floor(place / size)]}`;
    if (layer.labels.length) return `${layer.title} ${layer.labels[place]}`;
    if (layer.units === 1) return layer.title;
    return `${layer.title}${slot}${size > 1 || !slot ? `, unit ${(slot ? place % size : place) + 1}` : ""}`;
  }

  // The senders of a receiver of a path, counted within the sending layer, and their weights.
  contacts(model, path, receiver) {
    const senders = path.senders.length === 1 ? path.senders[0] : path.senders[receiver];
    const array = this.weights?.get(`${model.name} ${path.name}`);
    const width = senders.length;
    return { senders, weights: array ? array.values.subarray(receiver * width, (receiver + 1) * width) : null };
  }
}

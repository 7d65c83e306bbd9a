// The circuit of one model: every layer a grid of units colored by activity, and what flows along the projections.

import { Sheet } from "./dom.js";
import { inkOn } from "./color.js";
import { geometry } from "./geometry.js";
import { CanvasPen } from "./pen.js";

export class Circuit {
  constructor(visit, model) {
    Object.assign(this, { visit, model });
    this.sheet = new Sheet(`circuit of ${model.title}`);
    this.canvas = this.sheet.canvas;
    this.canvas.addEventListener("click", (event) => this.click(event));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
  }

  layOut(width, height = 0) {
    this.places = geometry(this.model, width, height);
    this.sheet.size(width, this.places.height);
  }

  draw(palette) {
    if (!this.places) return;
    this.paint(new CanvasPen(this.sheet.context()), palette);
  }

  paint(pen, palette) {
    const activity = this.visit.frame(this.model);
    this.paintSlots(pen, palette);
    for (const connection of this.places.connections) this.paintConnection(pen, palette, connection, activity);
    for (const box of this.places.boxes) this.paintBox(pen, palette, box, activity);
  }

  paintSlots(pen, palette) {
    const { slots, height } = this.places;
    // Where titles would run into each other, only some of them are shown.
    const numbers = slots.map(({ title }) => title.slice(title.lastIndexOf(" ") + 1));
    const longest = Math.max(...numbers.map((number) => number.length));
    const every = slots.length ? [1, 2, 5, 10, 20, 50].find((n) => n * slots[0].w >= 6 * longest + 4) ?? 100 : 1;
    slots.forEach(({ title, x, w }, i) => {
      if (i % 2 === 0) pen.rect(x - 2, 20, w, height - 28, { fill: palette.panel });
      const number = Number(numbers[i]) || i + 1; // slots of other models may have names without numbers
      if (number === 1 || number % every === 0) this.paintTitle(pen, palette, title, slots[i - 1]?.title ?? "", x, w);
      const held = this.inForce().filter(({ fields }) => fields.stripe === i && !fields.layer);
      held.forEach(({ fields }, k) => {
        const text = `${String(fields.gate ?? "").replace("put", "")} ${fields.open ? "open" : "shut"}`.trim();
        pen.text(x + 2, 23 + 9 * k, text, { fill: palette.clear(this.visit.schema.colors.wrong), size: 9 });
      });
    });
  }

  // The title of a slot. Where it does not fit, its last word, and the words before it once for all that share them.
  paintTitle(pen, palette, title, before, x, w) {
    const how = { fill: palette.soft, size: 10 };
    const split = title.lastIndexOf(" ");
    if (split < 0 || w >= 6 * title.length) return pen.text(x + 2, 10, title, how);
    pen.text(x + 2, 13, title.slice(split + 1), how);
    const group = title.slice(0, split);
    if (!before.startsWith(`${group} `)) pen.text(x + 2, 4, group, { ...how, size: 9 });
  }

  // The manipulations of this model.
  inForce() {
    return this.visit.state.manipulations.filter(({ model }) => model === this.model.name);
  }

  paintBox(pen, palette, { layer, pools, titleY, x, y, w, h, row }, activity) {
    const narrow = row !== null && this.places.narrow; // borders of pools would hide the units
    if (narrow) pen.rect(x - 0.5, y - 0.5, w + 1, h + 1, { stroke: palette.line, fill: palette.paper });
    pen.rect(x - 2, titleY - 6, layer.title.length * 5.6 + 4, 12, { fill: palette.paper });
    pen.text(x, titleY, layer.title, { fill: palette.ink, size: 10 });
    const silenced = this.inForce().filter(({ fields }) => fields.layer === layer.name);
    pools.forEach((pool, index) => {
      this.paintUnits(pen, palette, layer, pool, activity);
      if (!narrow) pen.rect(pool.x - 0.5, pool.y - 0.5, pool.w + 1, pool.h + 1, { stroke: palette.line });
      const touched = silenced.some(({ fields }) => fields.stripe === null || fields.stripe === undefined || fields.stripe === index);
      if (touched) {
        const stroke = palette.clear(this.visit.schema.colors.wrong);
        pen.rect(pool.x - 2, pool.y - 2, pool.w + 4, pool.h + 4, { stroke, width: 1.5, dash: [3, 2] });
      }
    });
  }

  paintUnits(pen, palette, layer, pool, activity) {
    const selected = this.visit.selected;
    for (let i = 0; i < pool.size; i++) {
      const unit = layer.start + pool.first + i;
      const [x, y] = this.corner(pool, i);
      const fill = activity ? palette.shade(layer.color, activity[unit], layer.low, layer.high) : palette.empty;
      pen.rect(x, y, pool.cell - Math.min(1, pool.cell / 4), pool.tall - 1, { fill });
      const label = layer.labels[pool.first + i];
      if (label && label.length <= 2 && pool.cell >= 13) {
        pen.text(x + pool.cell / 2 - 0.5, y + pool.cell / 2, label, { fill: inkOn(fill), size: Math.min(11, pool.cell - 4), align: "center" });
      }
      if (selected && selected.model === this.model.name && selected.unit === unit) {
        pen.rect(x - 1, y - 1, pool.cell + 1, pool.tall + 1, { stroke: palette.ink, width: 2 });
      }
    }
  }

  corner(pool, i) {
    return [pool.x + (i % pool.columns) * pool.cell + 0.5, pool.y + Math.floor(i / pool.columns) * pool.tall + 0.5];
  }

  // How much flows along a path to each pool of its target (one number if it runs outside the columns): the part of its
  // weight whose senders are active, in [0, 1], and whether its sum is positive.
  flows({ path, inside, from, to }, activity) {
    const [sender, target] = [from.layer, to.layer];
    const size = inside ? target.units / target.pools : target.units;
    const found = Array.from({ length: inside ? target.pools : 1 }, () => ({ some: 0, all: 0, sum: 0 }));
    const scale = 1 / Math.max(Math.abs(sender.low), Math.abs(sender.high));
    const weights = this.visit.weights?.get(`${this.model.name} ${path.name}`)?.values;
    for (let i = 0, k = 0; i < path.receivers.length; i++) {
      const senders = path.senders[path.senders.length === 1 ? 0 : i];
      const flow = found[Math.floor(path.receivers[i] / size)];
      for (let j = 0; j < senders.length; j++, k++) {
        const weight = weights ? weights[k] : 1;
        const part = weight * scale * activity[sender.start + senders[j]] || 0;
        flow.some += part < 0 ? -part : part;
        flow.all += weight < 0 ? -weight : weight;
        flow.sum += part;
      }
    }
    return found.map(({ some, all, sum }) => ({ share: all ? Math.min(1, some / all) : 0, positive: sum >= 0 }));
  }

  paintConnection(pen, palette, connection, activity) {
    const { path, ways, inside } = connection;
    const { effects } = this.visit.schema.colors;
    const flows = activity ? this.flows(connection, activity) : [];
    const most = inside && this.places.slots.length ? Math.max(0.7, this.places.slots[0].w / 4) : Infinity; // narrow slots: thin lines
    ways.forEach((way, i) => {
      if (!way) return;
      const { share, positive } = flows[i] ?? { share: 0, positive: true };
      const effect = path.effect === "weighted" && !positive ? "inhibition" : path.effect;
      const stroke = effect === "content" ? palette.soft : palette.clear(effects[effect]);
      const alpha = 0.16 + 0.84 * Math.sqrt(share);
      pen.line(way, { stroke, width: Math.min(most, 0.7 + 2.2 * share), alpha, dash: path.effect === "modulation" ? [3, 2] : [] });
      this.paintEnd(pen, way, effect, { stroke, alpha });
    });
  }

  // A triangle where a path excites, a bar where it inhibits, a diamond where it modulates.
  paintEnd(pen, way, effect, { stroke, alpha }) {
    const [[x0, y], [x, y1]] = way.slice(-2);
    const d = Math.sign(x - x0) || 1;
    if (effect === "inhibition") pen.line([[x, y1 - 3.5], [x, y1 + 3.5]], { stroke, width: 2, alpha });
    else if (effect === "modulation") {
      pen.line([[x, y1], [x - 3 * d, y - 3], [x - 6 * d, y1], [x - 3 * d, y + 3]], { fill: stroke, alpha, close: true });
    } else pen.line([[x, y1], [x - 5 * d, y1 - 3], [x - 5 * d, y1 + 3]], { fill: stroke, alpha, close: true });
  }

  // The place of a unit on the sheet: its middle.
  middle(unit) {
    for (const { layer, pools } of this.places.boxes) {
      for (const pool of pools) {
        const i = unit - layer.start - pool.first;
        if (unit >= layer.start && unit < layer.start + layer.units && i >= 0 && i < pool.size) {
          const [x, y] = this.corner(pool, i);
          return [x + pool.cell / 2 - 0.5, y + pool.tall / 2 - 0.5];
        }
      }
    }
    return null;
  }

  unitAt(x, y) {
    for (const { layer, pools } of this.places.boxes) {
      for (const pool of pools) {
        if (x < pool.x || y < pool.y || x >= pool.x + pool.w || y >= pool.y + pool.h) continue;
        const i = Math.floor((y - pool.y) / pool.tall) * pool.columns + Math.floor((x - pool.x) / pool.cell);
        if (i < pool.size) return layer.start + pool.first + i;
      }
    }
    return null;
  }

  click(event) {
    const unit = this.unitAt(...this.sheet.place(event));
    if (unit !== null) this.visit.select(this.model.name, unit);
  }

  // Arrow keys go from unit to unit, and those with Shift from layer to layer.
  key(event) {
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation();
    const selected = this.visit.selected?.model === this.model.name ? this.visit.selected.unit : -1;
    const layers = this.model.layers;
    let unit = selected + steps[event.key];
    if (event.shiftKey || event.key === "ArrowUp" || event.key === "ArrowDown") {
      const now = Math.max(0, layers.findIndex((layer) => selected >= layer.start && selected < layer.start + layer.units));
      unit = layers[(now + steps[event.key] + layers.length) % layers.length].start;
    }
    this.visit.select(this.model.name, (unit + this.model.units) % this.model.units);
  }
}

// Run control: cycle, quarter, step, sequence, run at a speed, back, restart; by buttons and by keys.

import { button, choice, element } from "./dom.js";

const TICK = 1000 / 30; // milliseconds from one movement to the next while the page runs
const SPEEDS = [
  [15, "15 cycles/s"],
  [60, "60 cycles/s"],
  [300, "3 steps/s"],
  [1000, "10 steps/s"],
  [3000, "30 steps/s"],
];

export class Controls {
  constructor(visit, keys) {
    this.visit = visit;
    this.speed = 60;
    this.root = element("div", { className: "controls", role: "toolbar", "aria-label": "run control" });
    this.position = element("output", { className: "position", "aria-live": "off" });
    this.running = button("Run", "Run at the chosen speed (R)", () => this.toggle(), { className: "run" });
    keys.addEventListener("keydown", (event) => this.key(event));
  }

  build() {
    const { schema, state } = this.visit;
    this.stop();
    const send = (request) => () => this.visit.send(request);
    const quarter = schema.cycles / 4;
    const networks = Math.min(...Object.values(state.networks));
    const parts = [
      button("−1", "Back one cycle (←)", send({ do: "move", cycles: -1 }), { className: "back-cycle" }),
      button("Cycle", "One cycle (→)", send({ do: "move", cycles: 1 }), { className: "cycle" }),
      button("Quarter", "One quarter of a step (Shift →)", send({ do: "move", cycles: quarter }), { className: "quarter" }),
      button("Step", "Finish the step, or run the next (Space)", send({ do: "step" }), { className: "step" }),
      button("Sequence", `Finish the ${schema.task.sequence} (Shift Space)`, send({ do: "sequence" }), { className: "sequence" }),
      this.running,
      choice(SPEEDS, this.speed, (value) => (this.speed = Number(value)), { "aria-label": "speed", className: "speed" }),
      this.position,
    ];
    if (schema.live) {
      this.learning = element("input", { type: "checkbox", className: "learn", onchange: (e) => this.visit.send({ do: "learn", on: e.target.checked }) });
      this.seed = element("input", { type: "number", min: 0, value: state.seed, "aria-label": "seed", className: "seed" });
      parts.push(
        button("Go on here", "Discard the steps after this one, and continue from here (B)", () => this.back(), { className: "back" }),
        element("label", { title: "The networks learn in the next steps" }, this.learning, " learn"),
        element("label", {}, "network ", choice(Array.from({ length: networks }, (_, i) => [i, String(i)]), state.network, (value) => this.visit.send({ do: "network", network: Number(value) }), { className: "network" })),
        element("label", { title: "Untrained networks of this seed" }, "seed ", this.seed),
        button("Restart", "Begin with untrained networks of this seed", () => this.visit.send({ do: "restart", seed: Number(this.seed.value) }), { className: "restart" }),
      );
    }
    this.root.replaceChildren(...parts);
    this.draw();
  }

  draw() {
    const { at, state, connected } = this.visit;
    if (!state) return;
    this.position.textContent = at.step < 0 ? "no step yet" : `step ${at.step}, cycle ${at.cycle} (${state.length} steps)`;
    if (this.learning) this.learning.checked = state.learning;
    const network = this.root.querySelector(".network");
    if (network) network.value = state.network;
    this.running.textContent = this.timer ? "Stop" : "Run";
    for (const control of this.root.querySelectorAll("button")) control.disabled = !connected;
  }

  back() {
    if (this.visit.at.step >= 0) this.visit.send({ do: "back", step: this.visit.at.step });
  }

  toggle() {
    if (this.timer) this.stop();
    else this.timer = setInterval(() => this.tick(), TICK);
    this.owed = 0;
    this.draw();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
  }

  // A movement is sent once the one before has arrived, so that a slow machine slows down and does not lag behind.
  tick() {
    const { state, schema, at, connected } = this.visit;
    const ended = !schema.live && at.step === state.length - 1 && at.cycle === schema.cycles - 1;
    if (!connected || ended) {
      this.stop();
      this.draw();
      return;
    }
    this.owed += (this.speed * TICK) / 1000;
    const cycles = Math.min(Math.floor(this.owed), schema.cycles);
    if (cycles < 1 || this.visit.waiting) return;
    this.owed = 0;
    this.visit.waiting = 1;
    this.visit.send({ do: "move", cycles });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const quarter = this.visit.schema?.cycles / 4;
    const sign = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (sign) this.visit.send({ do: "move", cycles: sign * (event.shiftKey ? quarter : 1) });
    else if (event.key === " " && event.target.tagName !== "BUTTON" && event.target.tagName !== "SUMMARY") this.visit.send({ do: event.shiftKey ? "sequence" : "step" });
    else if (event.key === "r" || event.key === "R") this.toggle();
    else if ((event.key === "b" || event.key === "B") && this.visit.schema.live) this.back();
    else return;
    event.preventDefault();
  }
}

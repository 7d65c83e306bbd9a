// Experiments: the manipulations that each model declares, as forms; those in force, to be reverted; the next input by
// hand; and the visit as Python.

import { button, choice, element } from "./dom.js";

export class Experiments {
  constructor(visit) {
    this.visit = visit;
    this.root = element("section", { className: "experiments", "aria-label": "experiments" });
    this.list = element("ul", { className: "in-force" });
    this.next = element("p", { className: "next" });
  }

  build() {
    const { schema } = this.visit;
    const forms = schema.models.flatMap((model) => [
      element("h3", { className: "model", style: `color:${model.color}` }, model.title),
      ...(model.forms.length ? model.forms.map((form) => this.form(model, form)) : [element("p", { className: "hint" }, "This model declares no manipulations.")]),
    ]);
    this.root.replaceChildren(
      element("h3", {}, "manipulations from the next step on"), this.list,
      element("p", { className: "actions" },
        button("Revert all", "Undo all manipulations", () => this.visit.send({ do: "revert", number: null }), { className: "revert-all" }),
        button("As Python", "Save a script that repeats this session", () => this.visit.send({ do: "script" }), { className: "script" })),
      this.inputForm(), ...forms,
    );
    this.draw();
  }

  draw() {
    const { state, schema } = this.visit;
    if (!state) return;
    const title = (model) => schema.models.find(({ name }) => name === model).title;
    const items = state.manipulations.map(({ number, model, text }) =>
      element("li", {}, element("span", {}, `${title(model)}: `, element("code", {}, text)), button("Revert", `Undo ${text}`, () => this.visit.send({ do: "revert", number }), { className: "revert" })));
    this.list.replaceChildren(...(items.length ? items : [element("li", { className: "hint" }, "none")]));
    const name = (symbol, i) => (symbol < 0 ? "–" : schema.task.channels[i].symbols[symbol]);
    this.next.textContent = state.chosen ? `The next input is ${state.chosen.symbols.map(name).join(" ")}.` : "The next input comes from the task.";
  }

  // What the next step shows, by hand.
  inputForm() {
    const { task } = this.visit.schema;
    const silent = [[-1, "–"]];
    const pick = (label, names) => {
      const made = choice([...silent, ...names.map((text, i) => [i, text])], -1, () => {});
      return { made, label: element("label", {}, `${label} `, made) };
    };
    const channels = task.channels.map(({ name, symbols }) => pick(name, symbols));
    const target = pick("correct response", task.responses);
    const send = () => this.visit.send({ do: "input", symbols: channels.map(({ made }) => Number(made.value)), target: Number(target.made.value) });
    return element("div", { className: "form input-form" },
      element("h3", {}, "next input by hand"),
      ...channels.map(({ label }) => label), target.label,
      element("p", { className: "actions" },
        button("Use it next", "Show this input in the next step", send, { className: "show-next" }),
        button("Use the task's input", "Show the input of the task in the next step", () => this.visit.send({ do: "input", symbols: null, target: -1 }), { className: "as-task" })),
      this.next);
  }

  // One form; with numbers alone it is a set of sliders, which replaces what it applied before.
  form(model, form) {
    const sliders = form.fields.every(({ type }) => type === "number");
    const fields = form.fields.map((field) => this.field(model, field, () => sliders && apply()));
    const kind = form.kind;
    const apply = () => {
      const given = Object.fromEntries(fields.filter(({ read }) => read).map(({ name, read }) => [name, read()]));
      const before = this.visit.state.manipulations.find((own) => sliders && own.model === model.name && own.kind === kind);
      this.visit.send({ do: "apply", model: model.name, kind, fields: given, replace: before ? before.number : null });
    };
    return element("details", { className: `form ${kind}` },
      element("summary", { title: form.about }, kind.replace(/([a-z])([A-Z])/g, "$1 $2")),
      element("p", { className: "hint" }, form.about),
      ...fields.map(({ label }) => label).filter(Boolean),
      button("Apply", `Apply from the next step on`, apply, { className: "apply" }));
  }

  field(model, { name, type, value, low, high, step, choices, optional }, changed) {
    const label = (control, ...more) => element("label", {}, `${name} `, control, ...more);
    if (type === "number") {
      const shown = element("output", {}, String(value ?? low));
      const made = element("input", { type: "range", name, min: low, max: high, step, value: value ?? low });
      made.addEventListener("input", () => (shown.textContent = made.value));
      made.addEventListener("change", changed);
      return { name, label: label(made, shown), read: () => Number(made.value) };
    }
    const options = {
      layer: model.layers.filter((layer) => layer.lesions).map((layer) => [layer.name, layer.title + (layer.name.includes("output_") || layer.name === "pfc_output" ? " (output)" : "")]),
      stripe: [...(optional ? [["", "all"]] : []), ...model.slots.map((title, i) => [i, title])],
      truth: [["true", "yes"], ["false", "no"]],
      choice: (choices ?? []).map((text) => [text, text]),
    }[type];
    if (!options) return { name, label: null, read: null };
    const made = choice(options, options[0][0], () => {}, { name });
    if (value !== undefined && value !== null && type !== "layer") made.value = String(value);
    const read = { layer: () => made.value, choice: () => made.value, truth: () => made.value === "true", stripe: () => (made.value === "" ? null : Number(made.value)) }[type];
    return { name, label: label(made), read };
  }
}

// Elements of the page: made with properties, listeners and children in one call.

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && name !== "list" && name !== "form") made[name] = value;
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

export function button(label, title, onclick, properties = {}) {
  return element("button", { type: "button", title, onclick, ...properties }, label);
}

export function choice(options, value, onchange, properties = {}) {
  const made = element("select", { onchange: () => onchange(made.value), ...properties });
  made.append(...options.map(([key, text]) => element("option", { value: key }, text)));
  made.value = value;
  return made;
}

// A canvas that fills the width of its place, in the pixels of the screen; `draw(context, width, height)`.
export class Sheet {
  constructor(label) {
    this.canvas = element("canvas", { tabIndex: 0, role: "img", "aria-label": label });
    this.width = this.height = 0;
  }

  size(width, height) {
    const ratio = window.devicePixelRatio || 1;
    if (width === this.width && height === this.height && ratio === this.ratio) return;
    Object.assign(this, { width, height, ratio });
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
  }

  context() {
    const context = this.canvas.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    return context;
  }

  // Draw what changes rarely once per `key`, and what moves on top of it.
  layers(key, paintBelow, paintAbove) {
    if (!this.canvas.width || !this.canvas.height) return; // hidden, as a page in another tab of a notebook is
    const whole = `${key} ${this.width} ${this.height} ${this.ratio}`;
    if (whole !== this.key) {
      this.below ??= document.createElement("canvas");
      Object.assign(this.below, { width: this.canvas.width, height: this.canvas.height });
      const context = this.below.getContext("2d");
      context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      paintBelow(context);
      this.key = whole;
    }
    const context = this.context();
    context.drawImage(this.below, 0, 0, this.width, this.height);
    paintAbove(context);
  }

  // Where on the sheet the pointer is.
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}

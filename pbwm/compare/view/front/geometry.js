// Where everything of a circuit stands: layers without slots in a column at the left, those with slots in rows whose
// columns are the slots, and the ways of the projections between them. All of it follows from the schema of the model.

const GAP = 16; // between rows, where connections run
const TITLE = 13; // the line above a box
const LANE = 5; // between parallel connections outside the columns
const INNER = 3; // and of those within a column
const TALLEST = 44; // of the units of one pool
const NARROW = 8; // a slot below this width has no room for connections: they run outside, once for all slots

// The grid of the units of a layer in a place of `width`: columns, and the size of a cell.
// Units with labels get cells that a label fits into.
function grid(layer, width) {
  const { units, labels } = layer;
  const largest = units === 1 ? 14 : labels.length ? 20 : 15;
  const fitting = Math.max(1, Math.floor(width / 17));
  const columns = labels.length ? Math.ceil(units / Math.ceil(units / fitting)) : Math.ceil(Math.sqrt(units));
  const cell = Math.max(4, Math.min(largest, Math.floor(width / columns)));
  return { columns, rows: Math.ceil(units / columns), cell };
}

// `height` is what there is to fill; a circuit that needs more takes more.
export function geometry(model, width, height = 0) {
  const tight = arrange(model, width, GAP);
  const spare = (height - tight.height) / Math.max(1, model.rows.length);
  return spare > 1 ? arrange(model, width, GAP + Math.min(26, spare)) : tight;
}

function arrange(model, width, gap) {
  const rows = model.rows;
  const column = rows.length ? Math.max(96, Math.min(140, width * 0.24)) : width - 20;
  const corridor = 14 + column + 10;
  const found = { boxes: [], width, columnX: 14, slots: [], narrow: false };
  const place = () => {
    const x = corridor + Math.min(10, outside(model, found).length) * LANE + 8;
    const spent = groups(model).length * groupRoom(model, found);
    return { x, step: (width - x - 8 - spent) / Math.max(1, model.slots.length) };
  };
  found.narrow = place().step < NARROW;
  if (rows.length) placeRows(model, found, place(), gap);
  placeColumn(model, found, column, rows.length ? found.height : 0);
  found.height = Math.max(...found.boxes.map((box) => box.y + box.h)) + 12;
  found.connections = connections(model, found, corridor);
  return found;
}

function placeRows(model, found, { x, step }, gap) {
  const [firsts, room] = [groups(model), groupRoom(model, found)];
  const before = (slot) => firsts.filter((first) => slot >= first).length * room;
  found.slots = model.slots.map((title, i) => ({ title, x: x + i * step + before(i), w: step }));
  let y = 26;
  for (const row of model.rows) {
    const layers = model.layers.filter((layer) => layer.row === row && layer.firstSlot !== null);
    let tallest = 0;
    for (const layer of layers) {
      const size = layer.units / layer.pools;
      const inner = found.narrow ? step : Math.max(Math.min(8, step - 4), step - 5 - laneRoom(model, step));
      const { columns, cell, tall } = poolGrid(size, inner, found.narrow ? NARROW : 0);
      const high = Math.ceil(size / columns) * tall;
      tallest = Math.max(tallest, high);
      const pools = Array.from({ length: layer.pools }, (_, i) => ({
        x: found.slots[layer.firstSlot + i].x + (found.narrow ? 0 : 2), y: y + TITLE, w: columns * cell, h: high, columns, cell, tall, first: i * size, size,
      }));
      const last = pools[pools.length - 1];
      found.boxes.push({ layer, pools, row, x: pools[0].x, y: y + TITLE, w: last.x + last.w - pools[0].x, h: high });
    }
    found.boxes.filter((box) => box.row === row).forEach((box) => (box.titleY = y + TITLE / 2));
    y += TITLE + tallest + Math.max(gap, 6 + INNER * detours(model, found, row));
  }
  found.height = y;
}

// The columns of the units of one pool that leave them largest, and of those the ones that leave fewest places empty.
// Narrow units are `tallest` high where there is room, so that they can be seen.
function poolGrid(size, width, tallest) {
  let best = { cell: 0 };
  for (let columns = 1; columns <= size; columns++) {
    const rows = Math.ceil(size / columns);
    const cell = Math.floor(Math.min(size === 1 ? 18 : 15, width / columns, TALLEST / rows));
    const empty = rows * columns - size;
    if (cell > best.cell || (cell === best.cell && empty <= best.empty)) best = { columns, cell, empty };
  }
  const cell = Math.max(Math.min(3, width), best.cell);
  return { columns: best.columns, cell, tall: Math.max(cell, Math.min(tallest, TALLEST / Math.ceil(size / best.columns))) };
}

// The part of a slot's width that its own connections take.
function laneRoom(model, step) {
  return Math.min(step * 0.42, 4 + INNER * Math.min(6, model.paths.filter((path) => aligned(model, path)).length));
}

function placeColumn(model, found, width, height) {
  const layers = model.column.map((name) => model.layers.find((layer) => layer.name === name));
  const sizes = layers.map((layer) => grid(layer, width));
  const total = sizes.reduce((sum, { rows, cell }) => sum + rows * cell + TITLE + 4, 0);
  const gap = Math.max(10, Math.min(34, (height - total - 20) / Math.max(1, layers.length - 1)));
  let y = 12;
  layers.forEach((layer, i) => {
    const { columns, rows, cell } = sizes[i];
    const pool = { x: found.columnX, y: y + TITLE, w: columns * cell, h: rows * cell, columns, cell, tall: cell, first: 0, size: layer.units };
    found.boxes.push({ layer, pools: [pool], row: null, x: pool.x, y: pool.y, w: pool.w, h: pool.h, titleY: y + TITLE / 2 });
    y += TITLE + rows * cell + gap;
  });
}

// Whether every receiver of a path sees senders of its own slot only, so that the path runs within the columns.
export function aligned(model, path) {
  const [sender, target] = [path.sender, path.target].map((name) => model.layers.find((layer) => layer.name === name));
  if (sender.firstSlot === null || target.firstSlot === null) return false;
  const slotOf = (layer, unit) => layer.firstSlot + Math.floor(unit / (layer.units / layer.pools));
  return (path.aligned ??= path.receivers.every((receiver, i) => {
    const senders = path.senders.length === 1 ? path.senders[0] : path.senders[i];
    return senders.every((unit) => slotOf(sender, unit) === slotOf(target, receiver));
  }));
}

// The paths that run outside the columns.
function outside(model, { narrow }) {
  return model.paths.filter((path) => narrow || !aligned(model, path));
}

// Whether a layer stands behind another of its row, which connections to it must go around.
const behind = (model, layer) => model.layers.some(({ row, firstSlot }) => row === layer.row && firstSlot < layer.firstSlot);

// The number of connections that go around layers of a row.
function detours(model, found, row) {
  const names = model.layers.filter((layer) => layer.row === row && behind(model, layer)).map(({ name }) => name);
  return outside(model, found).flatMap(({ sender, target }) => [sender, target]).filter((end) => names.includes(end)).length;
}

// The first slots of layers behind others, and the room before each for connections.
const groups = (model) => [...new Set(model.layers.filter((layer) => behind(model, layer)).map(({ firstSlot }) => firstSlot))];
const groupRoom = (model, found) => 8 + INNER * Math.max(0, ...model.rows.map((row) => detours(model, found, row)));

// Lanes for spans from one height to another: none shares a lane with one that it meets.
function assignLanes(spans) {
  const lanes = [];
  for (const span of [...spans].sort((a, b) => a.bottom - a.top - (b.bottom - b.top))) {
    let lane = lanes.findIndex((taken) => taken.every((other) => span.bottom + 3 < other.top || other.bottom + 3 < span.top));
    if (lane < 0) lane = lanes.push([]) - 1;
    lanes[lane].push(span);
    span.lane = lane;
  }
  return lanes.length;
}

function connections(model, found, corridor) {
  const box = (name) => found.boxes.find((own) => own.layer.name === name);
  const made = model.paths.map((path) => ({ path, from: box(path.sender), to: box(path.target), inside: !found.narrow && aligned(model, path) }));
  const ends = new Map(); // heights at which connections leave and enter each box
  const wide = made.filter(({ inside }) => !inside);
  for (const one of wide) for (const end of [one.from, one.to]) ends.set(end, (ends.get(end) ?? 0) + 1);
  const used = new Map();
  const height = (end) => {
    const place = (used.get(end) ?? 0) + 1;
    used.set(end, place);
    return end.y + (end.h * place) / (ends.get(end) + 1);
  };
  const turns = new Map(); // of connections to boxes behind others, by row
  for (const one of [...wide].sort((a, b) => a.from.y + a.to.y - b.from.y - b.to.y)) {
    one.ends = [one.from, one.to].map((end) => leave(model, end, height(end), found, turns));
    const heights = one.ends.map((end) => end[end.length - 1][1]);
    one.span = { top: Math.min(...heights), bottom: Math.max(...heights) };
  }
  const count = assignLanes(wide.map(({ span }) => span));
  const room = found.slots.length ? found.slots[0].x - corridor - 6 : 0;
  const pace = count ? Math.min(LANE, room / count) : 0;
  for (const one of wide) {
    const x = found.slots.length ? corridor + one.span.lane * pace : found.columnX + Math.max(one.from.w, one.to.w) + 8 + one.span.lane * LANE;
    const [first, last] = one.ends;
    one.ways = [[...first, [x, first[first.length - 1][1]], [x, last[last.length - 1][1]], ...last.toReversed()]];
  }
  const within = made.filter(({ inside }) => inside);
  for (const one of within) one.span = { top: Math.min(one.from.y, one.to.y), bottom: Math.max(one.from.y + one.from.h, one.to.y + one.to.h) };
  const inner = assignLanes(within.map(({ span }) => span));
  for (const one of within) one.ways = one.to.pools.map((pool, i) => inColumn(one, pool, i, found, inner));
  return made;
}

// The way from a box to the corridor. From a box behind others, it runs down before the box and below the row.
function leave(model, { layer, row, x, w }, y, { boxes }, turns) {
  if (row === null) return [[x + w + 1, y]];
  if (!behind(model, layer)) return [[x - 3, y]];
  const turn = turns.get(row) ?? 0;
  turns.set(row, turn + 1);
  const before = x - 10 - INNER * turn;
  const below = Math.max(...boxes.filter((box) => box.row === row).map((box) => box.y + box.h)) + 3 + INNER * turn;
  return [[x - 3, y], [before, y], [before, below]];
}

// The way from a pool to another of its slot, along a lane at the right of both: one of `count` within the slot.
function inColumn({ from, to, span }, target, index, { boxes, slots }, count) {
  const slot = to.layer.firstSlot + index;
  const source = from.pools[slot - from.layer.firstSlot];
  if (!source) return null;
  const passed = boxes.filter((box) => box.row !== null && box.y < span.bottom && box.y + box.h > span.top);
  const right = Math.max(...passed.map(({ layer, pools }) => pools[slot - layer.firstSlot]).filter(Boolean).map(({ x, w }) => x + w));
  const room = slots[slot].x + slots[slot].w - right;
  const first = Math.max(1, Math.min(4, room / 3));
  const x = right + first + span.lane * Math.min(INNER, Math.max(0, room - first - 1) / count);
  const up = source.y > target.y;
  const y1 = source.y + source.h * (up ? 0.35 : 0.65);
  const y2 = target.y + target.h * (up ? 0.65 : 0.35);
  return [[source.x + source.w + 1, y1], [x, y1], [x, y2], [target.x + target.w + 2, y2]];
}

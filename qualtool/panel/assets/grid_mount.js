// Where Streamlit comes in: the grid component makes the grid, the sync component feeds it. Either may
// run first, and each may run again at any time with the same or newer data.
const GRIDS = (globalThis.__qtgrid ??= { grids: new Map(), waiting: new Map() });
const madeGrids = new WeakMap();

GRIDS.sync = ({ data, setStateValue }) => {
  const grid = GRIDS.grids.get(data.channel);
  if (!grid?.sync(data, (message) => setStateValue("outbox", message))) GRIDS.waiting.set(data.channel, { data, setStateValue });
};

export default function ({ data, parentElement, setStateValue }) {
  if (!data) return undefined;
  let grid = madeGrids.get(parentElement);
  if (!grid) {
    grid = new Grid(parentElement);
    madeGrids.set(parentElement, grid);
  }
  GRIDS.grids.set(data.channel, grid);
  grid.wake = () => setStateValue("awake", newGuid());
  grid.load(data).then(() => {
    const waiting = GRIDS.waiting.get(data.channel);
    if (!waiting) return;
    GRIDS.waiting.delete(data.channel);
    GRIDS.sync(waiting);
  });
  return () => {
    if (GRIDS.grids.get(data.channel) === grid) GRIDS.grids.delete(data.channel);
    madeGrids.delete(parentElement);
    grid.destroy();
  };
}

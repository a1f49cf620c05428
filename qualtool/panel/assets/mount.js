// Where Streamlit comes in: the text component makes the panel, the sync component feeds it. Either
// may run first, and each may run again at any time with the same or newer data.
const PALETTE = [
  "#0072b2", "#d55e00", "#00875f", "#b5489a", "#8a6d00", "#7a5bd0",
  "#c0392b", "#00808f", "#5d8a00", "#a0622d", "#4a6fd6", "#c2407a",
];
const made = new WeakMap();

QT.sync = ({ data, setStateValue }) => {
  const feed = (panel) => panel.sync(data, (message) => setStateValue("outbox", message));
  const panel = QT.panels.get(data.channel);
  // Data for another source than the one shown belongs to a panel that is on its way.
  if (panel && panel.guid === data.source) feed(panel);
  else QT.waiting.set(data.channel, { data, setStateValue });
};

export default function ({ data, parentElement, setStateValue }) {
  if (!data) return undefined;
  let panel = made.get(parentElement);
  if (!panel) {
    panel = new Panel(parentElement);
    panel.root.style.setProperty("--qt-height", `${data.height}px`);
    made.set(parentElement, panel);
  }
  QT.panels.set(data.channel, panel);
  panel.wake = () => setStateValue("awake", newGuid());
  panel.load(data);
  const waiting = QT.waiting.get(data.channel);
  if (waiting) {
    QT.waiting.delete(data.channel);
    QT.sync(waiting);
  }
  return () => {
    if (QT.panels.get(data.channel) === panel) QT.panels.delete(data.channel);
    made.delete(parentElement);
    panel.destroy();
  };
}

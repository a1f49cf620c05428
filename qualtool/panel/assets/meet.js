// Where Streamlit comes in: one component makes the deck, its sync component feeds it. Either may run
// first, and each may run again at any time with the same or newer data.
const meeting = (place, Made, wire) => {
  const met = (globalThis[place] ??= { queues: new Map(), waiting: new Map() });
  const made = new WeakMap();
  met.sync = ({ data, setStateValue }) => {
    const deck = met.queues.get(data.channel);
    if (!deck?.sync(data, (message) => setStateValue("outbox", message))) met.waiting.set(data.channel, { data, setStateValue });
  };
  return ({ data, parentElement, setStateValue }) => {
    if (!data) return undefined;
    let deck = made.get(parentElement);
    if (!deck) {
      deck = new Made(parentElement);
      made.set(parentElement, deck);
    }
    met.queues.set(data.channel, deck);
    deck.wake = () => setStateValue("awake", newGuid());
    wire?.(deck, setStateValue);
    deck.load(data);
    const waiting = met.waiting.get(data.channel);
    if (waiting) {
      met.waiting.delete(data.channel);
      met.sync(waiting);
    }
    return () => {
      if (met.queues.get(data.channel) === deck) met.queues.delete(data.channel);
      made.delete(parentElement);
      deck.destroy();
    };
  };
};

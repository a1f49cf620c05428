// Where Streamlit comes in: the queue component makes the queue, the sync component feeds it. Either may
// run first, and each may run again at any time with the same or newer data.
const QUEUES = (globalThis.__qtqueue ??= { queues: new Map(), waiting: new Map() });
const madeQueues = new WeakMap();

QUEUES.sync = ({ data, setStateValue }) => {
  const queue = QUEUES.queues.get(data.channel);
  if (!queue?.sync(data, (message) => setStateValue("outbox", message))) QUEUES.waiting.set(data.channel, { data, setStateValue });
};

export default function ({ data, parentElement, setStateValue }) {
  if (!data) return undefined;
  let queue = madeQueues.get(parentElement);
  if (!queue) {
    queue = new Queue(parentElement);
    madeQueues.set(parentElement, queue);
  }
  QUEUES.queues.set(data.channel, queue);
  queue.wake = () => setStateValue("awake", newGuid());
  queue.select = (asked) => setStateValue("select", asked);
  queue.load(data);
  const waiting = QUEUES.waiting.get(data.channel);
  if (waiting) {
    QUEUES.waiting.delete(data.channel);
    QUEUES.sync(waiting);
  }
  return () => {
    if (QUEUES.queues.get(data.channel) === queue) QUEUES.queues.delete(data.channel);
    madeQueues.delete(parentElement);
    queue.destroy();
  };
}

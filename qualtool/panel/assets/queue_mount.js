export default meeting("__qtqueue", Queue, (queue, setStateValue) => {
  queue.select = (asked) => setStateValue("select", asked);
});

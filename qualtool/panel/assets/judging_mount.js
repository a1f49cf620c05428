export default meeting("__qtaudit", Judging);

// Polls a stream with many pollers that begin at one offset, each of which then goes over to a connection. Prints what came of it.
// Arguments: url, stream, offset, how many pollers, after how many events they go over, how many there are.

const modules = '../../../main/resources/dev/boardcast/web/client/';
const { poller } = await import(`${modules}poll.js`);
const { connect } = await import(`${modules}boardcast.js`);

const [url, stream, offset, ...counts] = process.argv.slice(2);
const [pollers, half, all] = counts.map(Number);
const report = { seen: [], gaps: 0, problems: [], requests: 0 };
const fetch = (...request) => {
  report.requests++;
  return globalThis.fetch(...request);
};

await Promise.all(
  Array.from({ length: pollers }, () =>
    new Promise((done) => {
      const seen = [];
      report.seen.push(seen);
      const poll = poller(url, { since: { [stream]: offset }, interval: 300, env: { fetch } });
      let client;
      for (const event of ['gap', 'problem']) poll.on(event, (what) => report.problems.push(what));
      poll.stream(stream, ({ data }) => {
        seen.push(data.n);
        if (seen.length === half) {
          client = poll.move(connect);
          client.on('gap', () => report.gaps++);
        }
        if (seen.length === all) setTimeout(() => done(client.close()), 500); // what is repeated would come now
      });
    }),
  ),
);
console.log(JSON.stringify(report));
process.exit(0);

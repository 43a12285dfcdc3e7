// A client, a scripted server and a clock, on a stage of their own.

import { FakeClock, seeded } from './clock.js';
import { FakeServer } from './server.js';

export const { connect } = await import(process.env.BOARDCAST_JS ?? '../../main/resources/dev/boardcast/web/client/boardcast.js');

export function scene({ token, seed = 1, env = {}, ...options } = {}) {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  const stage = { clock, server, states: [], gaps: [], problems: [], offline: false };
  stage.client = connect('http://node.test', {
    ...options,
    token,
    env: {
      clock,
      random: seeded(seed),
      WebSocket: server.WebSocket,
      fetch: server.fetch,
      isOffline: () => stage.offline,
      // Of a browser, where this runs in one: its tabs are not on this stage.
      BroadcastChannel: undefined,
      locks: undefined,
      window: undefined,
      ...env,
    },
  });
  stage.client.on('state', (status) => stage.states.push({ ...status, now: clock.now() }));
  stage.client.on('gap', (gap) => stage.gaps.push(gap));
  stage.client.on('problem', (problem) => stage.problems.push(problem));
  stage.follow = (topic) => {
    const got = [];
    got.stop = stage.client.subscribe(topic, (message) => got.push(message));
    return got;
  };
  return stage;
}

export const numbers = (got) => got.map((message) => message.data.n);
export const upTo = (count, from = 0) => Array.from({ length: count - from }, (_, i) => from + i);

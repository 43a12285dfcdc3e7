// The past of a topic, over HTTP: from every tab, whatever the transport.

/** A page of a stream's events, or series of a board's metrics. query: the parameters of the HTTP API. */
export async function history(client, topic, query = {}) {
  if (typeof topic !== 'string' || !topic) throw new TypeError('topic: expected a text of 1 to 512 characters');
  const { url, options, env } = client.context;
  const bearer = (await options.token?.({ refused: false })) ?? null;
  const read = async (path) => {
    const headers = bearer ? { authorization: `Bearer ${bearer}` } : {};
    const response = await env.fetch(`${url}/api/v1/${path}`, { headers, signal: AbortSignal.timeout(10_000) });
    const body = await response.json();
    if (response.ok) return body;
    throw Object.assign(new Error(body.detail), { status: body.status, errors: body.errors });
  };
  const [whole, part] = topic.split('?'); // with parameters
  const board = (await read('boards')).find((each) => each.topic === whole);
  const given = Object.entries(query).flatMap(([name, values]) => [values].flat().map((each) => [name, each]));
  const parameters = board ? [...new URLSearchParams(part), ...given] : given;
  const path = (kind, name, what) => `${kind}/${encodeURIComponent(name)}/${what}?${new URLSearchParams(parameters)}`;
  return read(board ? path('boards', board.name, 'history') : path('streams', topic, 'events'));
}

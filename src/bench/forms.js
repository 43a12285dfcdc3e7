// Decodes messages of two forms for a while: in Node, and in a browser. `CBOR` is that of cbor-x.

/** Microseconds per message: { json, cbor }, in the quickest round. forms: { json: [text], cbor: [bytes in base64] } */
function decodingTimes(forms, CBOR, rounds = 5, millis = 80) {
  const utf8 = new TextDecoder();
  const bytes = (base64) => Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
  const texts = forms.json.map((text) => new TextEncoder().encode(text));
  const binary = forms.cbor.map(bytes);
  forms.json.forEach((text, i) => {
    const [json, cbor] = [JSON.parse(text), CBOR.decode(binary[i])].map((each) => JSON.stringify(each));
    if (json !== cbor) throw new Error(`message ${i} differs: ${json} and ${cbor}`);
  });
  const cpuMillis = () => {
    const used = globalThis.process?.cpuUsage?.(); // a browser tells the time only
    return used ? (used.user + used.system) / 1000 : performance.now();
  };
  const decoders = {
    // A browser makes the text before the page gets it; both begin with bytes.
    json: () => texts.forEach((text) => JSON.parse(utf8.decode(text))),
    cbor: () => binary.forEach((each) => CBOR.decode(each)),
  };
  const least = { json: Infinity, cbor: Infinity };
  for (let round = 0; round < rounds; round++) {
    for (const [name, decode] of Object.entries(decoders)) {
      const start = cpuMillis();
      let count = 0;
      let used = 0;
      for (; used < millis; used = cpuMillis() - start) {
        decode();
        count += texts.length;
      }
      least[name] = Math.min(least[name], (1000 * used) / count);
    }
  }
  return least;
}

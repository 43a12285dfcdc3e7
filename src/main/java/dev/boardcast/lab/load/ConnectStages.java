package dev.boardcast.lab.load;

/**
 * When a connection got how far, in microseconds of {@link EventMarker#now}.
 *
 * @param node index of the node
 * @param started when it was asked for
 * @param connected when TCP was connected
 * @param opened when the handshake was answered
 * @param live when all topics were subscribed
 */
record ConnectStages(int node, long started, long connected, long opened, long live) {
  long micros() {
    return live - started;
  }

  String text() {
    return "%.0f ms to node %d: %.0f to connect, %.0f for the handshake, %.0f to subscribe"
        .formatted(
            micros() / 1e3,
            node,
            (connected - started) / 1e3,
            (opened - connected) / 1e3,
            (live - opened) / 1e3);
  }
}

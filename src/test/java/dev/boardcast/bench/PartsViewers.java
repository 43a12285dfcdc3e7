package dev.boardcast.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The viewers of {@link PartsBench}, in a process of their own: each follows one part of the board
 * {@code sales}. Arguments: the node's port, the number of parts. Executes lines from standard
 * input: {@code connect N} connects until there are so many, {@code reset} forgets what was
 * measured, {@code report} prints frames, the 50th and 99th percentile of delays in ms, and lost
 * connections. Each is answered by a line.
 */
final class PartsViewers {
  private static final int CONCURRENT_CONNECTS = 100;

  private final int port;
  private final int values;
  private final WebSocketClient client;
  private final List<WebSocket> viewers = new ArrayList<>();
  private final LongAdder frames = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final List<Double> delays = Collections.synchronizedList(new ArrayList<>());

  private PartsViewers(int port, int values) {
    this.port = port;
    this.values = values;
    client =
        Vertx.vertx()
            .createWebSocketClient(
                new WebSocketClientOptions().setMaxConnections(20_000).setConnectTimeout(30_000));
  }

  public static void main(String[] arguments) throws Exception {
    var viewers = new PartsViewers(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      System.out.println(viewers.execute(line.split(" ")));
    }
    System.exit(0);
  }

  private String execute(String[] words) throws Exception {
    switch (words[0]) {
      case "connect" -> connect(Integer.parseInt(words[1]));
      case "reset" -> {
        frames.reset();
        delays.clear();
      }
      case "report" -> {
        List<Double> sorted = List.copyOf(delays).stream().sorted().toList();
        double p50 = sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
        double p99 = sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() * 99 / 100);
        return "%d %s %s %d".formatted(frames.sum(), p50, p99, lost.sum());
      }
      default -> throw new IOException("unknown: " + words[0]);
    }
    return "done";
  }

  private void connect(int count) throws Exception {
    while (viewers.size() < count) {
      List<Future<WebSocket>> connecting = new ArrayList<>();
      int more = Math.min(CONCURRENT_CONNECTS, count - viewers.size());
      for (int i = 0; i < more; i++) connecting.add(viewer((viewers.size() + i) % values));
      Future.all(connecting).await(60, TimeUnit.SECONDS);
      connecting.forEach(socket -> viewers.add(socket.result()));
    }
  }

  private Future<WebSocket> viewer(int site) {
    String address = "ws://127.0.0.1:" + port + "/ws?topics=sales%3Fsite%3D" + site;
    return client
        .connect(new WebSocketConnectOptions().setAbsoluteURI(address))
        .onSuccess(
            socket -> {
              long[] seen = new long[1];
              socket
                  .textMessageHandler(frame -> received(frame, seen))
                  .closeHandler(closed -> lost.increment());
            });
  }

  /**
   * @param seen the newest fact that this viewer has seen
   */
  private void received(String frame, long[] seen) {
    frames.increment();
    int at = frame.indexOf("\"latest\":");
    int end = frame.indexOf('}', at);
    if (at < 0 || end < 0) return;
    String text = frame.substring(at + 9, end);
    if (text.equals("null")) return;
    long latest = Long.parseLong(text);
    // Repetitions of a snapshot, and what was there before it came, are not counted.
    if (seen[0] != 0 && seen[0] < latest) delays.add(PartsBench.micros() / 1e3 - latest / 1e3);
    seen[0] = latest;
  }
}

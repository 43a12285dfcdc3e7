package dev.boardcast.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures WebSocket handshakes of one gateway event loop on one core, and an avalanche: all
 * clients reconnect at once with an offset, until each has received what it missed. The clients are
 * a program in C on the other core.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.ConnectBench 10000 3"
 * }</pre>
 *
 * Arguments: clients that reconnect (10000), rounds (3). Needs {@code cc}, {@code taskset}, two
 * cores, and as many open files as clients.
 */
public final class ConnectBench {
  private static final int WARM = 30_000;
  private static final int HANDSHAKES = 20_000;
  private static final int AT_ONCE = 64;
  private static final int MISSED = 20;
  // "connection_ack" and "subscribed".
  private static final int GREETING_FRAMES = 2;

  private record Run(double seconds, double cpuSeconds) {
    static double seconds(List<Run> runs) {
      return Bench.median(runs.stream().map(Run::seconds).toList());
    }

    static double cpuSeconds(List<Run> runs) {
      return Bench.median(runs.stream().map(Run::cpuSeconds).toList());
    }
  }

  private final Path program;
  private final int clients;

  private ConnectBench(Path program, int clients) {
    this.program = program;
    this.clients = clients;
  }

  public static void main(String[] arguments) throws Exception {
    int clients = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    Path program;
    try {
      program = Peer.compile("connect");
    } catch (IOException none) {
      System.out.println("skipped: the clients cannot be compiled, " + none.getMessage());
      return;
    }
    System.out.println(Bench.machine());
    var bench = new ConnectBench(program, clients);
    bench.handshakes(rounds);
    bench.avalanches(rounds, true);
    bench.avalanches(rounds, false);
    System.exit(0);
  }

  private void handshakes(int rounds) throws Exception {
    var bare = new ArrayList<Run>();
    var subscribed = new ArrayList<Run>();
    try (Peer peer = Peer.java("gateway", 256)) {
      run(peer, GatewayPeer.PATH, WARM, AT_ONCE, GREETING_FRAMES, false);
      run(peer, "/ws?topics=", WARM, AT_ONCE, 0, false);
      for (int round = 0; round < rounds; round++) {
        subscribed.add(run(peer, GatewayPeer.PATH, HANDSHAKES, AT_ONCE, GREETING_FRAMES, false));
        bare.add(run(peer, "/ws?topics=", HANDSHAKES, AT_ONCE, 0, false));
      }
    }
    System.out.println("handshakes                      per second  per second of its CPU");
    print("upgrade only", bare);
    print("with a token, one subscription", subscribed);
  }

  private static void print(String what, List<Run> runs) {
    System.out.printf(
        Locale.ROOT,
        "%-30s  %10.0f  %21.0f%n",
        what,
        HANDSHAKES / Run.seconds(runs),
        HANDSHAKES / Run.cpuSeconds(runs));
  }

  private void avalanches(int rounds, boolean pinned) throws Exception {
    var cold = new ArrayList<Run>();
    var warm = new ArrayList<Run>();
    var reads = new ArrayList<String>();
    for (int round = 0; round < rounds; round++) {
      try (Peer peer = pinned ? Peer.java("gateway", 256) : Peer.unpinned("gateway", 256)) {
        cold.add(avalanche(peer, GatewayPeer.LOGGED - MISSED));
        run(peer, GatewayPeer.PATH, WARM, AT_ONCE, GREETING_FRAMES, false);
        String before = reads(peer);
        // Another range, which is read from the log once more.
        warm.add(avalanche(peer, GatewayPeer.LOGGED - 2 * MISSED));
        reads.add(before + " and " + (Integer.parseInt(reads(peer)) - Integer.parseInt(before)));
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d clients at once, node on %s, whole after: cold %.2f s, warm %.2f s; CPU %.2f s and"
            + " %.2f s%n",
        clients,
        pinned ? "one core" : "any core",
        Run.seconds(cold),
        Run.seconds(warm),
        Run.cpuSeconds(cold),
        Run.cpuSeconds(warm));
    System.out.println("reads of the log, cold and warm, by round: " + String.join(", ", reads));
  }

  private static String reads(Peer peer) throws IOException {
    peer.send('r');
    return peer.next("READS");
  }

  private Run avalanche(Peer peer, int since) throws IOException, InterruptedException {
    String subscribe =
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"%s\",\"since\":\"e1:%d\"}]}"
            .formatted(GatewayPeer.STREAM, since);
    int messages = GREETING_FRAMES + GatewayPeer.LOGGED - since;
    return run(peer, "/ws?topics=&token=ann", clients, clients, messages, true, subscribe);
  }

  private Run run(
      Peer peer,
      String path,
      int count,
      int concurrent,
      int messages,
      boolean keep,
      String... first)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("taskset", "-c", "1", program.toString()));
    command.addAll(List.of(Integer.toString(peer.port), path, Integer.toString(count)));
    command.addAll(List.of(Integer.toString(concurrent), Integer.toString(messages)));
    command.add(keep ? "1" : "0");
    command.addAll(List.of(first));
    var process = new ProcessBuilder(command).start();
    var commands = process.getInputStream();
    for (int each = commands.read(); each >= 0; each = commands.read()) peer.send(each);
    var results =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    String line = results.readLine();
    if (line == null || !line.startsWith("RESULT ")) {
      throw new IOException("clients ended with " + process.waitFor() + ": " + line);
    }
    long before = Long.parseLong(peer.next("CPU"));
    long after = Long.parseLong(peer.next("CPU"));
    return new Run(Long.parseLong(line.split(" ")[1]) / 1e6, (after - before) / 1e6);
  }
}

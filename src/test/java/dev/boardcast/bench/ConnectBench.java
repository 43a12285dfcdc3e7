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
 * WebSocket handshakes of one gateway event loop on one core, and an avalanche: clients that all
 * come back at once with an offset, until each has all that it missed. Clients are a program in C
 * on the other core.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.ConnectBench 10000 3"
 * }</pre>
 *
 * Arguments: clients that come back (10000), rounds (3). Needs {@code cc}, {@code taskset}, two
 * cores, and as many open files as clients.
 */
public final class ConnectBench {
  private static final int WARM = 30_000;
  private static final int HANDSHAKES = 20_000;
  private static final int AT_ONCE = 64;
  private static final int MISSED = 20;
  // "connection_ack" and "subscribed".
  private static final int GREETINGS = 2;

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
      run(peer, GatewayPeer.PATH, WARM, AT_ONCE, GREETINGS, false);
      run(peer, "/ws?topics=", WARM, AT_ONCE, 0, false);
      for (int round = 0; round < rounds; round++) {
        subscribed.add(run(peer, GatewayPeer.PATH, HANDSHAKES, AT_ONCE, GREETINGS, false));
        bare.add(run(peer, "/ws?topics=", HANDSHAKES, AT_ONCE, 0, false));
      }
    }
    System.out.println("handshakes                      per second  per second of its CPU");
    line("the upgrade alone", bare);
    line("with a token, one subscription", subscribed);
  }

  private static void line(String what, List<Run> runs) {
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
      try (Peer peer = pinned ? Peer.java("gateway", 256) : Peer.free("gateway", 256)) {
        cold.add(avalanche(peer, GatewayPeer.LOGGED - MISSED));
        run(peer, GatewayPeer.PATH, WARM, AT_ONCE, GREETINGS, false);
        String before = reads(peer);
        // Of another range, so that it is read too.
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
    peer.tell('r');
    return peer.next("READS");
  }

  private Run avalanche(Peer peer, int since) throws IOException, InterruptedException {
    String subscribe =
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"%s\",\"since\":\"e1:%d\"}]}"
            .formatted(GatewayPeer.STREAM, since);
    int messages = GREETINGS + GatewayPeer.LOGGED - since;
    return run(peer, "/ws?topics=&token=ann", clients, clients, messages, true, subscribe);
  }

  private Run run(
      Peer peer, String path, int count, int atOnce, int messages, boolean keep, String... first)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("taskset", "-c", "1", program.toString()));
    command.addAll(List.of(Integer.toString(peer.port), path, Integer.toString(count)));
    command.addAll(List.of(Integer.toString(atOnce), Integer.toString(messages)));
    command.add(keep ? "1" : "0");
    command.addAll(List.of(first));
    var drinker = new ProcessBuilder(command).start();
    var words = drinker.getInputStream();
    for (int word = words.read(); word >= 0; word = words.read()) peer.tell(word);
    var told =
        new BufferedReader(new InputStreamReader(drinker.getErrorStream(), StandardCharsets.UTF_8));
    String line = told.readLine();
    if (line == null || !line.startsWith("RESULT ")) {
      throw new IOException("clients ended with " + drinker.waitFor() + ": " + line);
    }
    long before = Long.parseLong(peer.next("CPU"));
    long after = Long.parseLong(peer.next("CPU"));
    return new Run(Long.parseLong(line.split(" ")[1]) / 1e6, (after - before) / 1e6);
  }
}

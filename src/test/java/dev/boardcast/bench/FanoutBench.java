package dev.boardcast.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Measures the CPU time of a broadcast per receiver: the gateway on one event loop and one core,
 * with epoll and with io_uring, and clients on another core. Compared with a loop in C that sends
 * one prepared frame per socket with one {@code send} each, and with Vert.x's {@code
 * writeTextMessage}. Peers alternate; results are medians of the rounds. A message is in flight
 * until every client has it.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.FanoutBench 1000 256,2048 2 2"
 * }</pre>
 *
 * Arguments: clients (1000), bytes of a frame (256,2048), rounds (2), seconds of each load (5),
 * peers (c,gateway,io_uring,vertx; also http and router; {@code recorded} and {@code deflate} send
 * the snapshots of the routing board that {@link DeltaBench} has written, plain and compressed).
 * Needs {@code cc}, {@code taskset} and two cores.
 */
public final class FanoutBench {
  private static final int GREETING_FRAMES = 2;
  private static final int WARM_THOUSANDS = 600;
  private static final String RECORDED = "-Dmessages=target/messages/routing-whole.ndjson";

  private record Load(String name, String word) {}

  private static final List<Load> LOADS =
      List.of(
          new Load("2 in flight", "w2"),
          new Load("16 in flight", "w16"),
          new Load("10 per second", "r10"));

  /**
   * @param toAll milliseconds until every client has a message, median
   */
  private record Result(double microsPerDelivery, double p50, double p99, double toAll) {}

  private FanoutBench() {}

  public static void main(String[] arguments) throws Exception {
    List<Integer> clients = numbers(arguments, 0, "1000");
    List<Integer> sizes = numbers(arguments, 1, "256,2048");
    int rounds = numbers(arguments, 2, "2").get(0);
    int seconds = numbers(arguments, 3, "5").get(0);
    var peers =
        List.of((arguments.length > 4 ? arguments[4] : "c,gateway,io_uring,vertx").split(","));
    Path program;
    try {
      program = Peer.compile("fanout");
    } catch (IOException none) {
      System.out.println("skipped: the program in C cannot be compiled, " + none.getMessage());
      return;
    }
    System.out.println(Bench.machine());
    System.out.println(
        "clients  bytes  load           peer      us/delivery  of C   p50 ms  p99 ms  all have it ms");
    for (int size : sizes) {
      for (int count : clients) table(program, peers, size, count, rounds, seconds);
    }
    System.exit(0);
  }

  private static void table(
      Path program, List<String> peers, int size, int count, int rounds, int seconds)
      throws Exception {
    var results = new HashMap<String, List<List<Result>>>();
    for (int round = 0; round < rounds; round++) {
      for (String kind : peers) {
        try (Peer peer = start(kind, program, size)) {
          results
              .computeIfAbsent(kind, first -> new ArrayList<>())
              .add(measure(program, peer, kind, count, seconds));
        }
      }
    }
    for (int i = 0; i < LOADS.size(); i++) {
      int load = i;
      double yardstick = Double.NaN;
      for (String kind : peers) {
        var ofLoad = results.get(kind).stream().map(round -> round.get(load)).toList();
        double micros = median(ofLoad, Result::microsPerDelivery);
        if (kind.equals("c")) yardstick = micros;
        System.out.printf(
            Locale.ROOT,
            "%7d  %5d  %-13s  %-8s  %11.2f  %4.2f  %7.2f  %6.2f  %14.2f%n",
            count,
            size,
            LOADS.get(load).name(),
            kind,
            micros,
            micros / yardstick,
            median(ofLoad, Result::p50),
            median(ofLoad, Result::p99),
            median(ofLoad, Result::toAll));
      }
    }
  }

  private static Peer start(String kind, Path program, int size) throws IOException {
    return switch (kind) {
      case "c" -> Peer.c(program, size);
      case "io_uring" -> Peer.java("gateway", size, "-Dtransport=io_uring");
      case "recorded" -> Peer.java("gateway", size, RECORDED);
      case "deflate" -> Peer.java("gateway", size, RECORDED, "-Dcompression=on");
      default -> Peer.java(kind, size);
    };
  }

  /** One result for each load. */
  private static List<Result> measure(Path program, Peer peer, String kind, int count, int seconds)
      throws IOException, InterruptedException {
    boolean hasGreeting = !kind.equals("c") && !kind.equals("vertx");
    var command = new ArrayList<>(List.of("taskset", "-c", "1", program.toString(), "receive"));
    command.addAll(List.of(Integer.toString(peer.port), GatewayPeer.PATH, Integer.toString(count)));
    command.add(Integer.toString(hasGreeting ? GREETING_FRAMES : 0));
    // A program in C needs no time to be compiled.
    command.add(Integer.toString(kind.equals("c") ? WARM_THOUSANDS / 10 : WARM_THOUSANDS));
    command.add(Integer.toString(seconds));
    LOADS.forEach(load -> command.add(load.word()));
    var builder = new ProcessBuilder(command);
    if (kind.equals("deflate")) builder.environment().put("OFFER", "deflate");
    var process = builder.start();
    var commands = process.getInputStream();
    for (int each = commands.read(); each >= 0; each = commands.read()) peer.send(each);
    var lines =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    var results = new ArrayList<Result>();
    for (int i = 0; i < LOADS.size(); i++) {
      String line = lines.readLine();
      if (line == null || !line.startsWith("RESULT ")) {
        throw new IOException(kind + ": clients ended with " + process.waitFor() + ": " + line);
      }
      String[] numbers = line.split(" ");
      long before = Long.parseLong(peer.next("CPU"));
      long after = Long.parseLong(peer.next("CPU"));
      results.add(
          new Result(
              (double) (after - before) / Long.parseLong(numbers[1]),
              Integer.parseInt(numbers[2]) / 1000.0,
              Integer.parseInt(numbers[3]) / 1000.0,
              Integer.parseInt(numbers[4]) / 1000.0));
    }
    return results;
  }

  private static double median(List<Result> results, ToDoubleFunction<Result> of) {
    return Bench.median(results.stream().map(of::applyAsDouble).toList());
  }

  private static List<Integer> numbers(String[] arguments, int at, String defaultValue) {
    String text = arguments.length > at ? arguments[at] : defaultValue;
    return Stream.of(text.split(",")).map(Integer::valueOf).toList();
  }
}

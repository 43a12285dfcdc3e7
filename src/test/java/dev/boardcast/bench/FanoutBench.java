package dev.boardcast.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * CPU time of one broadcast per receiver: the whole gateway on one event loop and one core, clients
 * on another, on epoll and on io_uring, beside a loop in C that sends one prepared frame per socket
 * with one {@code send} each, and beside Vert.x's own {@code writeTextMessage}. Peers take turns;
 * medians of the rounds.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.FanoutBench 1000,10000 256,2048 3 5"
 * }</pre>
 *
 * Arguments: clients (1000,10000), bytes of a frame (256,2048), rounds (3), measured seconds (5).
 * Needs {@code cc}, {@code taskset} and two cores.
 */
public final class FanoutBench {
  private static final List<String> PEERS = List.of("c", "gateway", "io_uring", "vertx");
  private static final int WARM_THOUSANDS = 1500;

  private record Load(String name, String mode, int value) {}

  private static final List<Load> LOADS =
      List.of(
          new Load("2 in flight", "window", 2),
          new Load("16 in flight", "window", 16),
          new Load("10 per second", "rate", 10));

  private record Result(double microsPerDelivery, double p50, double p99) {}

  private FanoutBench() {}

  public static void main(String[] arguments) throws Exception {
    List<Integer> clients = numbers(arguments, 0, "1000,10000");
    List<Integer> sizes = numbers(arguments, 1, "256,2048");
    int rounds = numbers(arguments, 2, "3").get(0);
    int seconds = numbers(arguments, 3, "5").get(0);
    Path program;
    try {
      program = Peer.compile();
    } catch (IOException none) {
      System.out.println("skipped: the yardstick cannot be compiled, " + none.getMessage());
      return;
    }
    System.out.println(
        "clients  bytes  load           peer      us/delivery  of C   p50 ms  p99 ms");
    for (int size : sizes) {
      for (int count : clients) {
        for (Load load : LOADS) row(program, size, count, load, rounds, seconds);
      }
    }
    System.exit(0);
  }

  private static void row(Path program, int size, int count, Load load, int rounds, int seconds)
      throws Exception {
    var results = new ArrayList<List<Result>>();
    for (int i = 0; i < PEERS.size(); i++) results.add(new ArrayList<>());
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < PEERS.size(); i++) {
        String kind = PEERS.get(i);
        try (Peer peer = start(kind, program, size)) {
          results.get(i).add(measure(program, peer, count, load, seconds));
        }
      }
    }
    double yardstick = median(results.get(0), Result::microsPerDelivery);
    for (int i = 0; i < PEERS.size(); i++) {
      double micros = median(results.get(i), Result::microsPerDelivery);
      System.out.printf(
          Locale.ROOT,
          "%7d  %5d  %-13s  %-8s  %11.2f  %4.2f  %7.2f  %6.2f%n",
          count,
          size,
          load.name(),
          PEERS.get(i),
          micros,
          micros / yardstick,
          median(results.get(i), Result::p50),
          median(results.get(i), Result::p99));
    }
  }

  private static Peer start(String kind, Path program, int size) throws IOException {
    return switch (kind) {
      case "c" -> Peer.c(program, size);
      case "io_uring" -> Peer.java("gateway", size, "-Dtransport=io_uring");
      default -> Peer.java(kind, size);
    };
  }

  private static Result measure(Path program, Peer peer, int count, Load load, int seconds)
      throws IOException, InterruptedException {
    var drinker =
        new ProcessBuilder(
                Stream.of(
                        "taskset -c 1",
                        program,
                        "drink",
                        peer.port,
                        GatewayPeer.PATH,
                        count,
                        load.mode(),
                        load.value(),
                        WARM_THOUSANDS,
                        seconds)
                    .flatMap(word -> Stream.of(word.toString().split(" ")))
                    .toList())
            .start();
    var words = drinker.getInputStream();
    for (int word = words.read(); word >= 0; word = words.read()) peer.tell(word);
    var errors =
        new BufferedReader(new InputStreamReader(drinker.getErrorStream(), StandardCharsets.UTF_8));
    String said = errors.readLine();
    if (said == null || !said.startsWith("RESULT ")) throw new IOException("clients: " + said);
    String[] numbers = said.split(" ");
    long before = Long.parseLong(peer.next("CPU"));
    long after = Long.parseLong(peer.next("CPU"));
    return new Result(
        (double) (after - before) / Long.parseLong(numbers[1]),
        Integer.parseInt(numbers[3]) / 1000.0,
        Integer.parseInt(numbers[4]) / 1000.0);
  }

  private static double median(
      List<Result> results, java.util.function.ToDoubleFunction<Result> of) {
    return results.stream()
        .map(of::applyAsDouble)
        .sorted(Comparator.naturalOrder())
        .skip(results.size() / 2)
        .findFirst()
        .orElseThrow();
  }

  private static List<Integer> numbers(String[] arguments, int at, String otherwise) {
    String text = arguments.length > at ? arguments[at] : otherwise;
    return Stream.of(text.split(",")).map(Integer::valueOf).toList();
  }
}

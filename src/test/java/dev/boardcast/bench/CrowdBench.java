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
 * Measures crowds that connect one after the other to a gateway that has just started and warmed
 * up: one event loop on one core, 64 connections at once, with a token and one subscription. The
 * clients are a program in C on the other core.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.CrowdBench 4000 5 3 http"
 * }</pre>
 *
 * Arguments: clients of a crowd (4000), crowds (5), processes (3), port: {@code http} or {@code
 * gateway}. Needs {@code cc}, {@code taskset} and two cores.
 */
public final class CrowdBench {
  private static final int AT_ONCE = 64;
  // "connection_ack" and "subscribed".
  private static final int MESSAGES = 2;

  private CrowdBench() {}

  public static void main(String[] arguments) throws Exception {
    int clients = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 4_000;
    int crowds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
    String kind = arguments.length > 3 ? arguments[3] : "http";
    Path program = Peer.compile("connect");
    System.out.println(Bench.machine());
    var rates = new ArrayList<List<Double>>();
    var costs = new ArrayList<List<Double>>();
    for (int crowd = 0; crowd < crowds; crowd++) {
      rates.add(new ArrayList<>());
      costs.add(new ArrayList<>());
    }
    for (int round = 0; round < rounds; round++) {
      try (Peer peer = Peer.java(kind, 256)) {
        for (int crowd = 0; crowd < crowds; crowd++) {
          double[] measured = crowd(program, peer, clients);
          rates.get(crowd).add(measured[0]);
          costs.get(crowd).add(measured[1]);
        }
      }
    }
    System.out.println("crowd  connects/s  us CPU per client");
    for (int crowd = 0; crowd < crowds; crowd++) {
      System.out.printf(
          Locale.ROOT,
          "%5d  %10.0f  %17.0f%n",
          crowd + 1,
          Bench.median(rates.get(crowd)),
          Bench.median(costs.get(crowd)));
    }
    System.exit(0);
  }

  /** Connects per second, and the CPU time of the process for each in microseconds. */
  private static double[] crowd(Path program, Peer peer, int clients)
      throws IOException, InterruptedException {
    var command = List.of("taskset", "-c", "1", program.toString());
    var whole = new ArrayList<>(command);
    whole.addAll(List.of(Integer.toString(peer.port), GatewayPeer.PATH));
    whole.addAll(List.of(Integer.toString(clients), Integer.toString(AT_ONCE)));
    whole.addAll(List.of(Integer.toString(MESSAGES), "0"));
    var process = new ProcessBuilder(whole).start();
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
    double seconds = Long.parseLong(line.split(" ")[1]) / 1e6;
    return new double[] {clients / seconds, (double) (after - before) / clients};
  }
}

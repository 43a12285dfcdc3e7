package dev.boardcast.bench;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.config.Settings;
import dev.boardcast.gateway.Gateway;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.gateway.GatewayServices;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.presence.PresenceRegistry;
import dev.boardcast.gateway.presence.PresenceVerticle;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Shards;
import dev.boardcast.spi.Visibility;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/**
 * Measures the CPU time of a gateway on one event loop whose sessions are present on topics while
 * others come and leave, compared with the same sessions, which come and leave as well, without
 * presence. All of them receive 50 events a second. Clients are in this process, the gateway in
 * another one.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.PresenceBench 1000 1 10 3"
 * }</pre>
 *
 * Arguments: sessions (1000), topics that they are spread over for presence (1), seconds of each
 * phase (10), rounds (3); each round has both phases, and medians are printed. 100 joins and 100
 * leaves a second. Where the machine is too busy for all messages to arrive, compare the CPU time
 * per message only.
 */
public final class PresenceBench {
  private static final String STREAM = "bench";
  private static final int EVENTS_PER_SECOND = 50;
  private static final int CHANGES_PER_SECOND = 100;
  private static final int WARM_SECONDS = 8;
  private static final int CONNECTS = 100;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  private final WebSocketClient client =
      vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(20_000));
  private final LongAdder frames = new LongAdder();
  private final List<WebSocket> sessions = new ArrayList<>();
  private final List<WebSocket> passing = new ArrayList<>();
  private final int topics;
  private final int port;
  private final ProcessHandle server;

  private PresenceBench(int topics, int port, ProcessHandle server) {
    this.topics = topics;
    this.port = port;
    this.server = server;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0 && arguments[0].equals("serve")) {
      serve();
      return;
    }
    int count = number(arguments, 0, 1_000);
    int topics = number(arguments, 1, 1);
    int seconds = number(arguments, 2, 10);
    int rounds = number(arguments, 3, 3);
    System.out.println(Bench.machine());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                PresenceBench.class.getName(),
                "serve")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      var bench = new PresenceBench(topics, Integer.parseInt(lines.readLine()), process.toHandle());
      bench.run(count, seconds, rounds);
    } finally {
      process.destroy();
    }
    System.exit(0);
  }

  private void run(int count, int seconds, int rounds) throws Exception {
    connect(sessions, "u", count);
    connect(passing, "p", CHANGES_PER_SECOND);
    sessions.forEach(each -> each.writeTextMessage(subscribe(STREAM, null)));
    TimeUnit.SECONDS.sleep(WARM_SECONDS);
    var without = new ArrayList<Phase>();
    var with = new ArrayList<Phase>();
    System.out.println("round  presence  CPU ms/s  messages/s  us/message");
    vertx.setPeriodic(1_000 / CHANGES_PER_SECOND, fired -> comeAndLeave());
    for (int round = 0; round < rounds; round++) {
      without.add(measure(round, "without", seconds));
      setPresent(true);
      TimeUnit.SECONDS.sleep(2);
      with.add(measure(round, "with", seconds));
      setPresent(false);
      TimeUnit.SECONDS.sleep(2);
    }
    double before = median(without, Phase::millisPerSecond);
    double after = median(with, Phase::millisPerSecond);
    double perMessage = median(with, Phase::micros) / median(without, Phase::micros);
    System.out.printf(
        Locale.ROOT,
        "%d sessions on %d topics: %.1f ms/s without, %.1f ms/s with, ratio %.3f; per message %.3f%n",
        count,
        topics,
        before,
        after,
        after / before,
        perMessage);
  }

  /**
   * @param millisPerSecond CPU time
   */
  private record Phase(double millisPerSecond, double messagesPerSecond) {
    double micros() {
      return 1000 * millisPerSecond / messagesPerSecond;
    }
  }

  private Phase measure(int round, String name, int seconds) throws InterruptedException {
    long before = cpuMillis();
    long framesBefore = frames.sum();
    long start = System.nanoTime();
    TimeUnit.SECONDS.sleep(seconds);
    double took = (System.nanoTime() - start) / 1e9;
    var phase = new Phase((cpuMillis() - before) / took, (frames.sum() - framesBefore) / took);
    System.out.printf(
        Locale.ROOT,
        "%5d  %-8s  %8.1f  %10.0f  %10.2f%n",
        round,
        name,
        phase.millisPerSecond(),
        phase.messagesPerSecond(),
        phase.micros());
    return phase;
  }

  private long cpuMillis() {
    return server.info().totalCpuDuration().map(Duration::toMillis).orElseThrow();
  }

  /** All sessions are present on their topics, or no longer. */
  private void setPresent(boolean are) {
    isPresent = are;
    for (int i = 0; i < sessions.size(); i++) {
      String topic = topic(i);
      String message =
          topics > 1 && are
              ? subscribe(topic, "true")
              : "{\"type\":\"presence\",\"topic\":\"%s\",\"present\":%b}".formatted(topic, are);
      sessions.get(i).writeTextMessage(message);
    }
  }

  private int next;
  private volatile boolean isPresent;

  /** One session comes, and the one that came half a second ago leaves. */
  private void comeAndLeave() {
    int comes = next++ % passing.size();
    int leaves = (comes + passing.size() / 2) % passing.size();
    passing.get(comes).writeTextMessage(subscribe(topic(comes), Boolean.toString(isPresent)));
    passing
        .get(leaves)
        .writeTextMessage(
            "{\"type\":\"unsubscribe\",\"topics\":[\"%s\"]}".formatted(topic(leaves)));
  }

  private String topic(int session) {
    return topics == 1 ? STREAM : STREAM + "." + session % topics;
  }

  private static String subscribe(String topic, String presence) {
    return presence == null
        ? "{\"type\":\"subscribe\",\"topics\":[\"%s\"]}".formatted(topic)
        : "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"%s\",\"presence\":%s}]}"
            .formatted(topic, presence);
  }

  private void connect(List<WebSocket> to, String prefix, int count) throws InterruptedException {
    var permits = new Semaphore(CONNECTS);
    for (int i = 0; i < count; i++) {
      permits.acquire();
      String uri = "/ws?topics=&token=" + prefix + i;
      client
          .connect(port, "127.0.0.1", uri)
          .onSuccess(
              socket -> {
                socket.textMessageHandler(text -> frames.increment());
                synchronized (to) {
                  to.add(socket);
                }
              })
          .onFailure(Throwable::printStackTrace)
          .onComplete(done -> permits.release());
    }
    permits.acquire(CONNECTS);
  }

  /** The gateway; prints its port, and publishes events until it is ended. */
  private static void serve() throws Exception {
    var vertx =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    var bus = new TypedBus(vertx);
    var registry = new PresenceRegistry("bench", Clock.systemUTC());
    var head = new AtomicLong();
    int shard = Shards.of(STREAM);
    var data = RawJson.of("{\"text\":\"" + "x".repeat(100) + "\"}");
    var services =
        new GatewayServices(
                new BenchLog(STREAM, 0, head, data),
                board -> Future.succeededFuture(Optional.empty()),
                PresenceBench::authenticate,
                principal -> Future.succeededFuture(principal),
                new TopicCatalogue(List.of(), Map.of("bench*", Visibility.AUTHENTICATED)))
            .toBuilder().presence(registry).build();
    GatewayConfig config =
        Settings.of(
            GatewayConfig.class,
            "gateway-max-sessions=100000",
            "gateway-max-connects-per-second=1000000",
            "gateway-path-limits=");
    var gateway = new Gateway(vertx, "bench", bus, config, services, Optional.empty());
    await(vertx.deployVerticle(new PresenceVerticle(bus, registry)));
    await(gateway.start("127.0.0.1", 0, 1));
    vertx.setPeriodic(
        1_000 / EVENTS_PER_SECOND,
        fired -> {
          long sequence = head.incrementAndGet();
          var event =
              new LoggedEvent(
                  sequence, UUID.randomUUID(), "tick", List.of(STREAM), data, Instant.now());
          bus.publish(Addresses.EVENTS, new EventBatch(shard, "e1", sequence, List.of(event)));
        });
    System.out.println(gateway.port());
    System.out.flush();
    // Ends with the process that measures.
    while (System.in.read() >= 0) continue;
    System.exit(0);
  }

  private static Future<Principal> authenticate(String token) {
    return Future.succeededFuture(
        new Principal(token, Set.of(), Set.of(), Instant.now(), Instant.now().plusSeconds(7_200)));
  }

  private static void await(Future<?> future) throws Exception {
    future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static double median(List<Phase> phases, ToDoubleFunction<Phase> of) {
    return Bench.median(phases.stream().map(of::applyAsDouble).toList());
  }

  private static int number(String[] arguments, int index, int fallback) {
    return arguments.length > index ? Integer.parseInt(arguments[index]) : fallback;
  }
}

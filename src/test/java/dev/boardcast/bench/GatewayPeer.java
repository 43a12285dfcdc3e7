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
import dev.boardcast.http.ApiRouter;
import dev.boardcast.http.HttpApiVerticle;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Shards;
import dev.boardcast.spi.Visibility;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.transport.Transport;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process under measurement: one event loop with authenticated sessions, which arrive on the
 * gateway's own port ({@code gateway}), on the node's HTTP port ({@code http}) or on a server and
 * router of a host application ({@code router}); or, for comparison, Vert.x's own {@code
 * writeTextMessage} loop ({@code vertx}). Prints {@code PORT n}, then executes commands from
 * standard input: {@code p} publishes one event, {@code c} prints the CPU time of the process so
 * far, {@code m} the memory it holds after a collection, {@code r} how often the log was read. With
 * {@code -Dmessages=FILE} events have the data of the messages in a file of {@link DeltaBench}, in
 * turn; {@code -Dcompression=on} is the gateway's setting.
 */
public final class GatewayPeer {
  static final String STREAM = "bench";
  static final String PATH = "/ws?topics=" + STREAM + "&token=ann";

  /** Number of events in the log before the gateway starts. */
  static final int LOGGED = 200;

  // Bytes of an event's message around its data.
  private static final int ENVELOPE = 106;

  private final Vertx vertx =
      Vertx.builder()
          .with(new VertxOptions().setEventLoopPoolSize(1))
          .withTransport(transport())
          .build();
  private final List<RawJson> data;
  private BenchLog log;
  private int port;
  private Runnable publish;

  private GatewayPeer(int size) throws IOException {
    String file = System.getProperty("messages");
    data = file == null ? List.of(filler(size)) : recorded(Path.of(file));
  }

  private static RawJson filler(int size) {
    return RawJson.of("\"" + "x".repeat(Math.max(1, size - ENVELOPE)) + "\"");
  }

  private static List<RawJson> recorded(Path file) throws IOException {
    var data = new ArrayList<RawJson>();
    for (String line : Files.readAllLines(file)) {
      data.add(RawJson.encode(Json.MAPPER.readTree(line).get("data")));
    }
    return data;
  }

  public static void main(String[] arguments) throws Exception {
    var peer = new GatewayPeer(Integer.parseInt(arguments[1]));
    switch (arguments[0]) {
      case "gateway" -> peer.gatewayPort(peer.gateway());
      case "http" -> peer.httpPort(peer.gateway());
      case "router" -> peer.hostPort(peer.gateway());
      case "vertx" -> peer.plain();
      default -> throw new IllegalArgumentException("no such peer: " + arguments[0]);
    }
    System.out.println("PORT " + peer.port);
    peer.executeCommands();
    System.exit(0);
  }

  private void executeCommands() throws IOException, InterruptedException {
    for (int command = System.in.read(); command >= 0; command = System.in.read()) {
      switch (command) {
        case 'p' -> publish.run();
        case 'c' -> System.out.println("CPU " + cpuMicros());
        case 'r' -> System.out.println("READS " + log.reads());
        case 'm' -> System.out.println("MEMORY " + Resident.afterCollection());
        default -> {
          // A line end.
        }
      }
    }
  }

  /** The transport that {@code -Dtransport} names: epoll, io_uring or nio. */
  private static Transport transport() {
    return switch (System.getProperty("transport", "epoll")) {
      case "io_uring" -> Transport.IO_URING;
      case "nio" -> Transport.NIO;
      default -> Transport.EPOLL;
    };
  }

  private static long cpuMicros() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1000;
  }

  private Gateway gateway() throws Exception {
    var bus = new TypedBus(vertx);
    var head = new AtomicLong();
    int shard = Shards.of(STREAM);
    head.set(LOGGED);
    log = new BenchLog(STREAM, LOGGED, head, data.get(0));
    var gateway =
        new Gateway(
            vertx,
            "bench",
            bus,
            config(),
            new GatewayServices(
                log,
                board -> Future.succeededFuture(Optional.empty()),
                GatewayPeer::authenticate,
                principal -> Future.succeededFuture(principal),
                new TopicCatalogue(List.of(), Map.of(STREAM, Visibility.AUTHENTICATED))),
            Optional.empty());
    publish =
        () -> {
          long sequence = head.incrementAndGet();
          var event =
              new LoggedEvent(
                  sequence,
                  UUID.randomUUID(),
                  "tick",
                  List.of(STREAM),
                  data.get((int) (sequence % data.size())),
                  Instant.now());
          bus.publish(Addresses.EVENTS, new EventBatch(shard, "e1", sequence, List.of(event)));
        };
    return gateway;
  }

  private static Future<Principal> authenticate(String token) {
    return Future.succeededFuture(
        new Principal(token, Set.of(), Set.of(), Instant.now(), Instant.now().plusSeconds(7200)));
  }

  private void gatewayPort(Gateway gateway) throws Exception {
    await(gateway.start("127.0.0.1", 0, 1));
    port = gateway.port();
  }

  private void httpPort(Gateway gateway) throws Exception {
    await(gateway.start());
    var router =
        new ApiRouter(
            HttpConfig.DEFAULTS, GatewayPeer::authenticate, List.of(gateway.routes()), List.of());
    var api = new HttpApiVerticle("127.0.0.1", 0, HttpConfig.DEFAULTS, router);
    await(vertx.deployVerticle(api));
    port = api.port();
  }

  /** Starts a host application's server, with the gateway's routes below its router. */
  private void hostPort(Gateway gateway) throws Exception {
    await(gateway.start());
    var routes = Router.router(vertx);
    gateway.routes().mount(routes);
    var host = Router.router(vertx);
    host.route("/*").subRouter(routes);
    var server =
        vertx.createHttpServer(new HttpServerOptions().setAcceptBacklog(4096)).requestHandler(host);
    port = await(server.listen(0, "127.0.0.1")).actualPort();
  }

  private static GatewayConfig config() {
    // The rate of connections is measured, and so not limited.
    return Settings.of(
        GatewayConfig.class,
        "gateway-max-sessions=100000",
        "gateway-max-connects-per-second=1000000",
        "gateway-ping-interval=30m",
        "gateway-silence-limit=60m",
        "gateway-compression=" + System.getProperty("compression", "off"),
        "gateway-path-limits=");
  }

  private void plain() throws Exception {
    var sockets = new ArrayList<ServerWebSocket>();
    String text = "x".repeat(data.get(0).text().length() + ENVELOPE - 2);
    var server =
        vertx
            .createHttpServer(new HttpServerOptions().setTcpNoDelay(true).setAcceptBacklog(4096))
            .requestHandler(request -> request.toWebSocket().onSuccess(sockets::add));
    await(server.listen(0, "127.0.0.1"));
    port = server.actualPort();
    var context = vertx.getOrCreateContext();
    publish =
        () ->
            context.runOnContext(
                now -> {
                  for (ServerWebSocket socket : sockets) socket.writeTextMessage(text);
                });
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get();
  }
}

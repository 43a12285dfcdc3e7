package dev.boardcast.gateway;

import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Principal;
import dev.boardcast.web.OriginPolicy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Serves sessions of its own before a node takes clients, so that classes are loaded, the code of a
 * session is compiled and connections to the database are open when the clients of a node that
 * leaves come. They use a loopback port of which no client knows, a token, limits, meters and a hub
 * of their own. Of the nodes of a process all but the first serve a few, for their connections.
 * Undeploy it when {@link #run} has completed. One event loop.
 */
final class WarmUp extends VerticleBase {
  /** Whether a node of this process has served all sessions of its own. */
  static final AtomicBoolean IS_WARM = new AtomicBoolean();

  private static final String HOST = "127.0.0.1";
  private static final int SESSIONS = 200;
  private static final int AT_ONCE = 10;
  private static final int CONNECTIONS = 4;
  private static final int LIMIT_MILLIS = 3_000;
  private static final int TEXT_FRAME = 0x81;
  private static final int MASKED = 0x80;
  private static final int EXTENDED = 126;
  // May see every topic, whatever its visibility.
  private static final Principal VIEWER =
      new Principal("warm-up", Set.of(), Set.of(Principal.ADMIN), Instant.EPOCH, Instant.MAX);
  private static final Pattern OFFSET =
      Pattern.compile("\"topic\":\"agents\",\"offset\":\"([^\"]+:)(\\d+)\"");
  private static final String HANDSHAKE =
      "GET /ws?topics=agents,providers,metrics HTTP/1.1\r\nHost: localhost\r\n"
          + "Connection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
          + "Authorization: Bearer ";

  private final String token = UUID.randomUUID().toString();
  private final GatewayServices services;
  private final HubRegistry hubs;
  private final HandshakeHandler handshakes;
  private final AtomicBoolean isWarm;
  private final int sessions;
  private HttpServer server;
  private NetClient client;
  private int started;
  private int served;

  /**
   * @param isWarm whether an earlier one has served all its sessions; set when this one has
   */
  WarmUp(String name, GatewayConfig config, GatewayServices services, AtomicBoolean isWarm) {
    this.services = services;
    this.isWarm = isWarm;
    this.sessions = isWarm.get() ? AT_ONCE : SESSIONS;
    GatewayServices withToken = services.toBuilder().authenticator(this::authenticate).build();
    GatewayNode own = GatewayNode.of(name, config, withToken, Optional.empty());
    hubs = new HubRegistry(own);
    handshakes =
        new HandshakeHandler(
            own, new EndpointTable(services.topics(), own.config().metricsBoard()), hubs);
  }

  @Override
  public Future<?> start() {
    handshakes.open();
    client = vertx.createNetClient();
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions().setPerMessageWebSocketCompressionSupported(false))
            .requestHandler(
                request ->
                    handshakes.handle(
                        request, OriginPolicy.PUBLIC, request.path(), request::params));
    return server.listen(0, HOST);
  }

  @Override
  public Future<?> stop() {
    handshakes.close();
    return Future.join(hubs.close(), client.close(), server.close());
  }

  /** Serves the sessions; completes when they have ended or took too long, and never fails. */
  Future<Void> run() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        turn -> {
          List<Future<?>> all = new ArrayList<>();
          for (int i = 0; i < CONNECTIONS; i++) {
            all.add(services.history().heads());
            all.add(services.otherHistory().heads());
          }
          for (int i = 0; i < AT_ONCE; i++) all.add(next());
          Future.join(all).<Void>mapEmpty().onComplete(done);
        });
    return done.future().timeout(LIMIT_MILLIS, TimeUnit.MILLISECONDS).otherwiseEmpty();
  }

  /** One session after the other. */
  private Future<Void> next() {
    if (started++ >= sessions) return Future.succeededFuture();
    return client
        .connect(server.actualPort(), HOST)
        .compose(this::session)
        .compose(
            ended -> {
              if (++served == SESSIONS) isWarm.set(true);
              return next();
            });
  }

  /** How many sessions were served to their end. */
  int served() {
    return served;
  }

  /** Accepts no token but the one of this run. */
  private Future<Principal> authenticate(String offered) {
    return offered.equals(token)
        ? Future.succeededFuture(VIEWER)
        : Future.failedFuture(new Authenticator.Unauthenticated("the token is not known"));
  }

  private Future<Void> session(NetSocket socket) {
    Promise<Void> ended = Promise.promise();
    var received = new StringBuilder();
    boolean[] resumed = new boolean[1];
    socket.handler(
        bytes -> {
          received.append(bytes.toString(StandardCharsets.ISO_8859_1));
          if (received.indexOf("\"pong\"") >= 0) {
            socket.close();
          } else if (!resumed[0]) {
            Matcher offset = OFFSET.matcher(received);
            if (!offset.find()) return;
            resumed[0] = true;
            resume(socket, offset.group(1), Long.parseLong(offset.group(2)));
          }
        });
    socket.closeHandler(closed -> ended.tryComplete());
    socket.exceptionHandler(failure -> ended.tryFail(failure));
    socket.write(HANDSHAKE + token + "\r\n\r\n");
    return ended.future();
  }

  /** Subscribes again where the stream stands, and before. */
  private static void resume(NetSocket socket, String epoch, long sequence) {
    for (long since : new long[] {sequence, Math.max(0, sequence - 1)}) {
      socket.write(
          frame(
              "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"agents\",\"since\":\"%s%d\"}]}"
                  .formatted(epoch, since)));
    }
    socket.write(frame("{\"type\":\"ping\"}"));
  }

  /** A text frame, masked with zeros. */
  private static Buffer frame(String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    Buffer frame = Buffer.buffer().appendByte((byte) TEXT_FRAME);
    if (payload.length < EXTENDED) {
      frame.appendByte((byte) (MASKED | payload.length));
    } else {
      frame.appendByte((byte) (MASKED | EXTENDED)).appendShort((short) payload.length);
    }
    return frame.appendInt(0).appendBytes(payload);
  }
}

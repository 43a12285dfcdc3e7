package dev.boardcast.security;

import dev.boardcast.bus.security.BusTls;
import dev.boardcast.bus.security.ClusterSecret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A client that speaks the event bus's protocol and is no node: in plain text, by TLS without a
 * certificate, or with one of a secret. Calls block.
 */
public final class BusAttacker implements AutoCloseable {
  /** What became of bytes that were sent. */
  public enum Outcome {
    /** A pong or any other byte came back. */
    ANSWERED,
    /** The connection was refused or closed. */
    CLOSED,
    /** Neither within the time. */
    SILENT
  }

  private static final byte PROTOCOL_VERSION = 2;
  private static final byte USER_CODEC = -1;
  private static final byte PING_CODEC = 1;
  private static final byte PUBLISH = 1;
  private static final int NO_HEADERS = 4;

  private final NetClient client;
  private final int port;

  private BusAttacker(Vertx vertx, int port, NetClientOptions options) {
    this.client = vertx.createNetClient(options.setConnectTimeout(2_000));
    this.port = port;
  }

  /** In plain text. */
  public static BusAttacker plain(Vertx vertx, int port) {
    return new BusAttacker(vertx, port, new NetClientOptions());
  }

  /** By TLS, without a certificate. */
  public static BusAttacker withoutCertificate(Vertx vertx, int port) {
    return new BusAttacker(vertx, port, tls());
  }

  /** By TLS, as a node of the cluster with this secret would. */
  public static BusAttacker withSecret(Vertx vertx, int port, String secret) {
    var bus = new EventBusOptions();
    BusTls.apply(new ClusterSecret(List.of(secret)), bus);
    return new BusAttacker(vertx, port, tls().setKeyCertOptions(bus.getKeyCertOptions()));
  }

  private static NetClientOptions tls() {
    return new NetClientOptions()
        .setSsl(true)
        .setTrustAll(true)
        .setHostnameVerificationAlgorithm("");
  }

  /** A ping, which every event bus answers that reads it. */
  public static Buffer ping() {
    return framed(
        Buffer.buffer()
            .appendByte(PROTOCOL_VERSION)
            .appendByte(PING_CODEC)
            .appendByte(PUBLISH)
            .appendBuffer(text("__vertx_ping"))
            .appendInt(0)
            .appendBuffer(text("attacker"))
            .appendInt(NO_HEADERS));
  }

  /** A message to all subscribers of an address. */
  public static Buffer message(String address, String codec, Buffer body) {
    return framed(
        Buffer.buffer()
            .appendByte(PROTOCOL_VERSION)
            .appendByte(USER_CODEC)
            .appendBuffer(text(codec))
            .appendByte(PUBLISH)
            .appendBuffer(text(address))
            .appendInt(0)
            .appendBuffer(text("attacker"))
            .appendInt(NO_HEADERS)
            .appendBuffer(body));
  }

  /** A body as the JSON codecs write it. */
  public static Buffer json(String text) {
    return text(text);
  }

  /** Connects, sends these bytes and then a ping, and waits for what comes of it. */
  public Outcome send(Buffer bytes) {
    return await(
        connect()
            .compose(
                connection -> {
                  connection.socket().write(bytes);
                  connection.socket().write(ping());
                  return connection.outcome();
                })
            .otherwise(Outcome.CLOSED)
            .timeout(10, TimeUnit.SECONDS)
            .otherwise(Outcome.SILENT));
  }

  /**
   * Connects and writes as much as it can after these bytes.
   *
   * @return how many bytes were written before the connection ended, empty when all were
   */
  public Optional<Long> flood(Buffer head, long maxBytes) {
    Promise<Optional<Long>> done = Promise.promise();
    connect()
        .onFailure(refused -> done.tryComplete(Optional.of(0L)))
        .onSuccess(
            connection -> {
              connection.outcome().onComplete(end -> done.tryComplete(Optional.of(0L)));
              connection
                  .socket()
                  .write(head)
                  .onSuccess(sent -> flood(connection, 0, maxBytes, done));
            });
    return await(done.future());
  }

  private static void flood(
      Connection connection, long written, long maxBytes, Promise<Optional<Long>> done) {
    if (written >= maxBytes) {
      done.tryComplete(Optional.empty());
      return;
    }
    Buffer block = Buffer.buffer(new byte[1 << 20]);
    connection
        .socket()
        .write(block)
        .onSuccess(sent -> flood(connection, written + block.length(), maxBytes, done))
        .onFailure(closed -> done.tryComplete(Optional.of(written)));
  }

  private record Connection(NetSocket socket, Future<Outcome> outcome) {}

  private Future<Connection> connect() {
    return client
        .connect(port, "127.0.0.1")
        .map(
            socket -> {
              Promise<Outcome> outcome = Promise.promise();
              socket.handler(answer -> outcome.tryComplete(Outcome.ANSWERED));
              socket.exceptionHandler(broken -> outcome.tryComplete(Outcome.CLOSED));
              socket.closeHandler(closed -> outcome.tryComplete(Outcome.CLOSED));
              return new Connection(socket, outcome.future());
            });
  }

  @Override
  public void close() {
    await(client.close());
  }

  private static Buffer framed(Buffer message) {
    return Buffer.buffer().appendInt(message.length()).appendBuffer(message);
  }

  private static Buffer text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Buffer.buffer().appendInt(bytes.length).appendBytes(bytes);
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}

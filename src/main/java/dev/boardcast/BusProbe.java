package dev.boardcast;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.spi.cluster.NodeInfo;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether an event bus takes messages from anybody: connects to it in plain text, and by
 * TLS without a certificate, and pings it. Bounded by some seconds.
 */
final class BusProbe {
  private static final int TIMEOUT_MILLIS = 2_000;
  private static final byte[] PING_ADDRESS = "__vertx_ping".getBytes(StandardCharsets.US_ASCII);
  private static final byte PROTOCOL_VERSION = 2;
  private static final byte PING_CODEC = 1;
  private static final byte SEND = 0;
  private static final int NO_HEADERS = 4;

  private BusProbe() {}

  /** Whether a client that is no node gets an answer; does not fail. */
  static Future<Boolean> answersAnybody(Vertx vertx, NodeInfo bus) {
    var plain = new NetClientOptions().setConnectTimeout(TIMEOUT_MILLIS);
    var tls =
        new NetClientOptions()
            .setConnectTimeout(TIMEOUT_MILLIS)
            .setSsl(true)
            .setTrustAll(true)
            .setHostnameVerificationAlgorithm("");
    return answers(vertx, bus, plain)
        .compose(answers -> answers ? Future.succeededFuture(true) : answers(vertx, bus, tls));
  }

  private static Future<Boolean> answers(Vertx vertx, NodeInfo bus, NetClientOptions options) {
    NetClient client = vertx.createNetClient(options);
    return client
        .connect(bus.port(), bus.host())
        .compose(BusProbe::ping)
        .timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .otherwise(false)
        .eventually(client::close);
  }

  private static Future<Boolean> ping(NetSocket socket) {
    Promise<Boolean> answered = Promise.promise();
    socket.handler(pong -> answered.tryComplete(pong.length() > 0 && pong.getByte(0) == 1));
    socket.exceptionHandler(broken -> answered.tryComplete(false));
    socket.closeHandler(closed -> answered.tryComplete(false));
    socket.write(frame());
    return answered.future();
  }

  /** A ping as nodes send it to each other. */
  private static Buffer frame() {
    Buffer message =
        Buffer.buffer()
            .appendByte(PROTOCOL_VERSION)
            .appendByte(PING_CODEC)
            .appendByte(SEND)
            .appendInt(PING_ADDRESS.length)
            .appendBytes(PING_ADDRESS)
            .appendInt(0)
            .appendInt(0)
            .appendInt(NO_HEADERS);
    return Buffer.buffer().appendInt(message.length()).appendBuffer(message);
  }
}

package dev.boardcast.testing;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A TCP proxy that records what passes in both directions, as a capture of the network would; or
 * that ends TLS in front of a server which has none.
 */
public final class RelayProxy {
  private final NetClient client;
  private final NetServer server;
  private final String host;
  private final int port;
  private final ByteArrayOutputStream recorded = new ByteArrayOutputStream();

  private RelayProxy(Vertx vertx, NetServerOptions options, String host, int port) {
    this.host = host;
    this.port = port;
    client = vertx.createNetClient();
    server = vertx.createNetServer(options).connectHandler(this::connect);
    Api.await(server.listen(0, "127.0.0.1"));
  }

  /** Passes bytes on as they are. */
  public static RelayProxy recording(Vertx vertx, String host, int port) {
    return new RelayProxy(vertx, new NetServerOptions(), host, port);
  }

  /** Ends TLS with this certificate; what passes is recorded decrypted. */
  public static RelayProxy tls(Vertx vertx, TestCa.Issued certificate, String host, int port) {
    var key =
        new PemKeyCertOptions()
            .setCertPath(certificate.cert().toString())
            .setKeyPath(certificate.key().toString());
    return new RelayProxy(
        vertx, new NetServerOptions().setSsl(true).setKeyCertOptions(key), host, port);
  }

  public int port() {
    return server.actualPort();
  }

  /** Closes all connections, and listens no longer. */
  public void close() throws Exception {
    server.close().await(5, TimeUnit.SECONDS);
    client.close().await(5, TimeUnit.SECONDS);
  }

  /** How many bytes have passed. */
  public synchronized int size() {
    return recorded.size();
  }

  /** Whether this text has passed, in whatever case. */
  public synchronized boolean saw(String text) {
    String all = recorded.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    return all.contains(text.toLowerCase(Locale.ROOT));
  }

  private synchronized void record(Buffer bytes) {
    recorded.writeBytes(bytes.getBytes());
  }

  private void connect(NetSocket toClient) {
    toClient.pause();
    client
        .connect(port, host)
        .onSuccess(toServer -> join(toClient, toServer))
        .onFailure(refused -> toClient.close());
  }

  private void join(NetSocket one, NetSocket other) {
    relay(one, other);
    relay(other, one);
    one.resume();
  }

  private void relay(NetSocket from, NetSocket to) {
    from.handler(
        bytes -> {
          record(bytes);
          to.write(bytes);
        });
    from.closeHandler(closed -> to.close());
  }
}

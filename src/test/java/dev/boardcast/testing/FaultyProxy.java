package dev.boardcast.testing;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A TCP proxy to PostgreSQL that can be down, or lose or delay a response of the server. */
public final class FaultyProxy {
  private final NetClient client;
  private final NetServer server;
  private final URI target;
  private volatile boolean down;
  private volatile byte[] expected;
  private volatile boolean seen;
  private volatile boolean lose;
  private volatile Runnable delayed;

  public FaultyProxy(Vertx vertx, String uri) throws Exception {
    target = URI.create(uri);
    client = vertx.createNetClient();
    server = vertx.createNetServer().connectHandler(this::connect);
    server.listen(0, "127.0.0.1").await(5, TimeUnit.SECONDS);
  }

  /** The database's URI by way of the proxy. */
  public String uri() {
    return "postgresql://"
        + target.getUserInfo()
        + "@127.0.0.1:"
        + server.actualPort()
        + target.getPath();
  }

  /** New connections are closed at once while it is down. */
  public void down(boolean now) {
    down = now;
  }

  /** Closes the connection in place of forwarding the first response with this text. */
  public void loseResponseWith(String text) {
    expect(text, true);
  }

  /** Delays the first response with this text until {@link #release}. */
  public void delayResponseWith(String text) {
    expect(text, false);
  }

  public void release() {
    delayed.run();
  }

  /** Whether the expected response has arrived. */
  public boolean sawResponse() {
    return seen;
  }

  private void expect(String text, boolean loses) {
    seen = false;
    lose = loses;
    expected = text.getBytes(StandardCharsets.UTF_8);
  }

  private void connect(NetSocket toClient) {
    if (down) {
      toClient.close();
      return;
    }
    toClient.pause();
    client
        .connect(target.getPort(), target.getHost())
        .onSuccess(toServer -> join(toClient, toServer))
        .onFailure(refused -> toClient.close());
  }

  private void join(NetSocket toClient, NetSocket toServer) {
    toClient.handler(toServer::write);
    toClient.closeHandler(closed -> toServer.close());
    toServer.handler(response -> respond(response, toClient, toServer));
    toServer.closeHandler(closed -> toClient.close());
    toClient.resume();
  }

  private void respond(Buffer response, NetSocket toClient, NetSocket toServer) {
    byte[] text = expected;
    if (text == null || !contains(response.getBytes(), text)) {
      toClient.write(response);
      return;
    }
    expected = null;
    delayed = () -> toClient.write(response);
    seen = true;
    if (lose) {
      toServer.close();
      toClient.close();
    }
  }

  private static boolean contains(byte[] response, byte[] text) {
    var latin = StandardCharsets.ISO_8859_1;
    return new String(response, latin).contains(new String(text, latin));
  }
}

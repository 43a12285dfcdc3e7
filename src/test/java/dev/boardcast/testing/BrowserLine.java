package dev.boardcast.testing;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The line between a browser and a node, as a TCP proxy: it can be cut, or let requests through and
 * no answers. Thread safe.
 */
public final class BrowserLine implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final NetClient client = vertx.createNetClient();
  private final NetServer server = vertx.createNetServer();
  private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
  private final URI node;
  private volatile boolean isCut;
  private volatile boolean isMute;

  public BrowserLine(URI node) throws Exception {
    this.node = node;
    server.connectHandler(this::connect).listen(0, "127.0.0.1").await(5, TimeUnit.SECONDS);
  }

  /** The node's address by way of this line. */
  public URI http() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  /** Closes all connections, and new ones at once. */
  public void cut() {
    isCut = true;
    open.forEach(NetSocket::close);
  }

  /** Requests go on to the node; its answers are lost. */
  public void loseAnswers() {
    isMute = true;
  }

  /** Works again; connections that have lost an answer are closed. */
  public void mend() {
    open.forEach(NetSocket::close);
    isMute = false;
    isCut = false;
  }

  private void connect(NetSocket browser) {
    if (isCut) {
      browser.close();
      return;
    }
    open.add(browser);
    browser.pause();
    client
        .connect(node.getPort(), node.getHost())
        .onSuccess(peer -> join(browser, peer))
        .onFailure(refused -> browser.close());
  }

  private void join(NetSocket browser, NetSocket peer) {
    browser.handler(peer::write);
    browser.closeHandler(
        closed -> {
          open.remove(browser);
          peer.close();
        });
    peer.handler(
        bytes -> {
          if (!isMute) browser.write(bytes);
        });
    peer.closeHandler(closed -> browser.close());
    browser.resume();
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}

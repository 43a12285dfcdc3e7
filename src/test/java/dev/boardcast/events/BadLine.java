package dev.boardcast.events;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A line to PostgreSQL that can be down, or lose or delay an answer the server has given. */
final class BadLine {
  private final NetClient client;
  private final NetServer server;
  private final URI target;
  private volatile boolean down;
  private volatile byte[] watched;
  private volatile boolean caught;
  private volatile boolean lose;
  private volatile Runnable held;

  BadLine(Vertx vertx, String uri) throws Exception {
    target = URI.create(uri);
    client = vertx.createNetClient();
    server = vertx.createNetServer().connectHandler(this::connect);
    server.listen(0, "127.0.0.1").await(5, TimeUnit.SECONDS);
  }

  /** The database's address at the near end of the line. */
  String uri() {
    return "postgresql://"
        + target.getUserInfo()
        + "@127.0.0.1:"
        + server.actualPort()
        + target.getPath();
  }

  /** New connections are cut at once while it is down. */
  void down(boolean now) {
    down = now;
  }

  /** Cuts the connection instead of passing on the first answer that holds this text. */
  void loseAnswerWith(String text) {
    watchFor(text, true);
  }

  /** Keeps back the first answer that holds this text, until it is released. */
  void holdAnswerWith(String text) {
    watchFor(text, false);
  }

  void release() {
    held.run();
  }

  /** Whether the answer that was watched for has come. */
  boolean caughtAnswer() {
    return caught;
  }

  private void watchFor(String text, boolean losing) {
    caught = false;
    lose = losing;
    watched = text.getBytes(StandardCharsets.UTF_8);
  }

  private void connect(NetSocket near) {
    if (down) {
      near.close();
      return;
    }
    near.pause();
    client
        .connect(target.getPort(), target.getHost())
        .onSuccess(far -> join(near, far))
        .onFailure(refused -> near.close());
  }

  private void join(NetSocket near, NetSocket far) {
    near.handler(far::write);
    near.closeHandler(closed -> far.close());
    far.handler(answer -> answer(answer, near, far));
    far.closeHandler(closed -> near.close());
    near.resume();
  }

  private void answer(Buffer answer, NetSocket near, NetSocket far) {
    byte[] text = watched;
    if (text == null || !contains(answer.getBytes(), text)) {
      near.write(answer);
      return;
    }
    watched = null;
    held = () -> near.write(answer);
    caught = true;
    if (lose) {
      far.close();
      near.close();
    }
  }

  private static boolean contains(byte[] answer, byte[] text) {
    var latin = StandardCharsets.ISO_8859_1;
    return new String(answer, latin).contains(new String(text, latin));
  }
}

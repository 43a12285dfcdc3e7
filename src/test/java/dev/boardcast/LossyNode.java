package dev.boardcast;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.Arrays;

/**
 * A node whose event bus brings no messages of one address, as if each were lost. Arguments: the
 * address without the application's name, {@code serve}, and settings as the program takes them.
 */
public final class LossyNode {
  private LossyNode() {}

  public static void main(String[] arguments) throws Exception {
    String lost = arguments[0];
    BoardcastOptions options = options(Arrays.copyOfRange(arguments, 2, arguments.length));
    Vertx vertx = ClusteredVertx.vertx(options, new VertxOptions(), Vertx.builder()).await();
    vertx
        .eventBus()
        .addInboundInterceptor(
            delivery -> {
              if (!delivery.message().address().endsWith("." + lost)) delivery.next();
            });
    Boardcast node = Boardcast.deploy(vertx, options, Boards.BUILT_IN).await();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> node.close().transform(done -> vertx.close()).await()));
    System.out.println("Boardcast ready on http://127.0.0.1:" + node.httpPort());
    node.closed().await();
  }

  private static BoardcastOptions options(String[] settings) {
    BoardcastOptions options = BoardcastOptions.defaults();
    for (int i = 0; i + 1 < settings.length; i += 2) {
      options = options.set(settings[i].substring(2), settings[i + 1]);
    }
    return options;
  }
}

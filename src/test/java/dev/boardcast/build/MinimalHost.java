package dev.boardcast.build;

import dev.boardcast.Boardcast;
import dev.boardcast.BoardcastOptions;
import dev.boardcast.Boards;
import dev.boardcast.ClusteredVertx;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;

/**
 * An application with only the required dependencies of Boardcast on its class path. Prints the
 * responses it gets.
 */
final class MinimalHost {
  private MinimalHost() {}

  /**
   * @param arguments PostgreSQL, Redis, then paths to request
   */
  public static void main(String[] arguments) throws Exception {
    var vertx = Vertx.vertx();
    var options = BoardcastOptions.local(arguments[0], arguments[1], "s".repeat(32));
    var node = Boardcast.deploy(vertx, options, Boards.BUILT_IN).await(60, TimeUnit.SECONDS);
    var client = HttpClient.newHttpClient();
    for (int i = 2; i < arguments.length; i++) {
      var uri = URI.create("http://127.0.0.1:" + node.httpPort() + arguments[i]);
      var answer =
          client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      System.out.println(
          arguments[i] + " " + answer.statusCode() + " " + answer.body().replace('\n', ' '));
    }
    ClusteredVertx.vertx(options, new VertxOptions(), Vertx.builder())
        .onComplete(
            joined -> System.out.println("joined"),
            refused -> System.out.println("cluster: " + refused.getMessage()));
    node.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
  }
}

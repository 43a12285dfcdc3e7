package dev.boardcast.http;

import dev.boardcast.bus.GatewayBeacon;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;

/**
 * One upgrade on its way to a gateway. The handshake is passed on, and a refusal comes back as it
 * is; then bytes go both ways, no faster than the slower side takes them: what a slow client has
 * not read waits at the gateway, where it is bounded. One event loop.
 */
final class Tunnel {
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final long HANDSHAKE_SECONDS = 5;

  private final HttpServerRequest request;
  private boolean left;
  private NetSocket atGateway;

  Tunnel(HttpServerRequest request) {
    this.request = request;
    request.pause();
    request.connection().closeHandler(gone -> leave());
  }

  /**
   * Completes when the gateway has answered; fails when it could not be asked, and then another can
   * be.
   */
  Future<Void> to(GatewayBeacon gateway, HttpClient client) {
    var options =
        new RequestOptions()
            .setMethod(request.method())
            .setHost(gateway.host())
            .setPort(gateway.port())
            .setURI(request.uri());
    return client.request(options).compose(this::ask).onSuccess(this::answer).mapEmpty();
  }

  private Future<HttpClientResponse> ask(HttpClientRequest asked) {
    // Every client that goes away breaks it off: nothing to log as an error.
    asked.exceptionHandler(brokenOff -> {});
    asked
        .headers()
        .setAll(request.headers())
        .remove(HttpHeaders.CONTENT_LENGTH)
        .remove(HttpHeaders.TRANSFER_ENCODING)
        .set("X-Forwarded-For", request.remoteAddress().hostAddress());
    return asked
        .connect()
        .timeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
        .onFailure(unanswered -> asked.reset());
  }

  private void answer(HttpClientResponse answer) {
    var response = request.response();
    if (answer.statusCode() == SWITCHING_PROTOCOLS) {
      NetSocket gateway = answer.netSocket().pause();
      // Vert.x cannot hand over a connection that is gone, and would not say so.
      if (left) {
        gateway.close();
        return;
      }
      atGateway = gateway;
      response.setStatusCode(SWITCHING_PROTOCOLS).headers().setAll(answer.headers());
      request
          .toNetSocket()
          .onSuccess(client -> join(client, gateway))
          .onFailure(gone -> gateway.close());
    } else {
      response.setStatusCode(answer.statusCode()).headers().setAll(answer.headers());
      request.resume();
      answer.body().onSuccess(response::end).onFailure(brokenOff -> response.reset());
    }
  }

  /** The client has gone before its handshake was answered, or in the middle of that. */
  private void leave() {
    left = true;
    if (atGateway != null) atGateway.close();
  }

  /** The end of one side is the other's, after what is still on its way. */
  private static void join(NetSocket client, NetSocket gateway) {
    client.pipeTo(gateway);
    gateway.pipeTo(client);
  }
}

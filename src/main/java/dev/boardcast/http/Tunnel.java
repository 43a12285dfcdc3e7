package dev.boardcast.http;

import dev.boardcast.bus.GatewayBeacon;
import io.netty.channel.ChannelConfig;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One request on its way to a gateway: an upgrade, or one for Server-Sent Events. It is passed on,
 * and a refusal comes back as it is; then bytes flow no faster than the slower side takes them:
 * what a slow client has not read waits at the gateway, where it is bounded. One event loop.
 */
final class Tunnel {
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int STREAMS = 200;
  // An upgrade is answered before the token is looked at, a stream after that.
  private static final long HANDSHAKE_SECONDS = 3;
  private static final long HEAD_SECONDS = 8;
  private static final String FORWARDED = "X-Forwarded-For";

  private final HttpServerRequest request;
  private final String node;
  private final Tunnels open;
  private final Optional<LocalTunnels> local;
  private final Optional<LocalTunnels.Opening> opening;
  private final Backpressure backpressure;
  private boolean left;
  private NetSocket atGateway;

  /**
   * @param node which hands it on
   * @param open where to count it
   * @param local where the gateway finds it, when that is of this process
   */
  Tunnel(HttpServerRequest request, String node, Tunnels open, Optional<LocalTunnels> local) {
    this.request = request;
    this.node = node;
    this.open = open;
    this.local = local;
    opening = local.map(LocalTunnels::open);
    backpressure = opening.map(LocalTunnels.Opening::backpressure).orElseGet(Backpressure::new);
  }

  /** An upgrade. Completes when the gateway has answered; fails when it could not be asked. */
  Future<Void> upgrade(GatewayBeacon gateway, HttpClient client) {
    request.pause();
    request.connection().closeHandler(gone -> leave());
    return ask(gateway, client)
        .compose(asked -> bounded(asked, asked.connect(), HANDSHAKE_SECONDS))
        .onComplete(answered -> forget())
        .onSuccess(this::answer)
        .mapEmpty();
  }

  /** A response that goes on. Completes and fails as the other. */
  Future<Void> stream(GatewayBeacon gateway, HttpClient client) {
    return ask(gateway, client)
        .compose(
            asked -> {
              request.response().closeHandler(gone -> asked.reset());
              return bounded(asked, asked.send(), HEAD_SECONDS);
            })
        .onComplete(answered -> forget())
        .onSuccess(this::relay)
        .mapEmpty();
  }

  private void forget() {
    opening.ifPresent(one -> local.orElseThrow().close(one));
  }

  private Future<HttpClientRequest> ask(GatewayBeacon gateway, HttpClient client) {
    var options =
        new RequestOptions()
            .setMethod(request.method())
            .setHost(gateway.host())
            .setPort(gateway.port())
            .setURI(request.uri());
    return client.request(options).onSuccess(asked -> head(asked, gateway));
  }

  private void head(HttpClientRequest asked, GatewayBeacon gateway) {
    // Every client that goes away breaks it off: nothing to log as an error.
    asked.exceptionHandler(brokenOff -> {});
    asked
        .headers()
        .setAll(request.headers())
        .remove(HttpHeaders.CONTENT_LENGTH)
        .remove(HttpHeaders.TRANSFER_ENCODING)
        .set(FORWARDED, forwarded())
        .set(GatewayBeacon.KEY_HEADER, gateway.key())
        .set(GatewayBeacon.VIA_HEADER, node);
    opening.ifPresent(one -> asked.headers().set(one.header(), one.name()));
  }

  /** Who was there before us, and who came to us. */
  private String forwarded() {
    String peer = request.remoteAddress().hostAddress();
    var before = request.headers().getAll(FORWARDED);
    return before.isEmpty() ? peer : String.join(", ", before) + ", " + peer;
  }

  private static <T> Future<T> bounded(HttpClientRequest asked, Future<T> answer, long seconds) {
    return answer.timeout(seconds, TimeUnit.SECONDS).onFailure(unanswered -> asked.reset());
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
          .onSuccess(client -> join(client, gateway, answer.request().connection()))
          .onFailure(gone -> gateway.close());
    } else {
      request.resume();
      refuse(answer);
    }
  }

  private void refuse(HttpClientResponse answer) {
    var response = request.response();
    // Beside what pages of other origins are told.
    response.setStatusCode(answer.statusCode()).headers().addAll(answer.headers());
    answer.body().onSuccess(response::end).onFailure(brokenOff -> response.reset());
  }

  private void relay(HttpClientResponse answer) {
    var response = request.response();
    if (response.ended() || response.closed()) {
      answer.request().reset();
      return;
    }
    if (answer.statusCode() != STREAMS) {
      refuse(answer);
      return;
    }
    response
        .headers()
        .addAll(answer.headers())
        .remove(HttpHeaders.TRANSFER_ENCODING)
        .remove(HttpHeaders.CONNECTION);
    response.setChunked(true);
    response.exceptionHandler(brokenOff -> {});
    // Of HTTP/1 the connection is this response's to its end.
    boolean alone = request.version() != HttpVersion.HTTP_2;
    if (alone) response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    if (alone && request.connection() instanceof ConnectionBase inner) {
      Pump.keepLittleUnderWay(inner.channel());
    }
    open.opened();
    var over = new AtomicBoolean();
    var pump = new Pump(response, backpressure, answer::pause, answer::resume);
    answer
        .handler(pump::bring)
        .exceptionHandler(
            brokenOff -> {
              response.reset();
              ended(over);
            })
        .endHandler(
            end -> {
              ended(over);
              Future<Void> said = response.end();
              if (alone) said.onComplete(done -> request.connection().close());
            });
  }

  /** The client has gone before its handshake was answered, or in the middle of that. */
  private void leave() {
    left = true;
    if (atGateway != null) atGateway.close();
  }

  /** The end of one side is the other's, after what is still on its way. */
  private void join(NetSocket client, NetSocket gateway, HttpConnection ofGateway) {
    if (client instanceof NetSocketInternal inner) {
      Pump.keepLittleUnderWay(inner.channelHandlerContext().channel());
    }
    client.pipeTo(gateway);
    open.opened();
    var over = new AtomicBoolean();
    // The gateway's line may have gone before anybody listened; its end is told all the same.
    gateway.closeHandler(gone -> ended(over));
    if (!(ofGateway instanceof ConnectionBase inner)) {
      gateway.pipeTo(client);
      return;
    }
    // Not by a pipe: a socket that is paused reads on for a while.
    ChannelConfig reading = inner.channelHandlerContext().channel().config();
    var pump =
        new Pump(
            client,
            backpressure,
            () -> reading.setAutoRead(false),
            () -> reading.setAutoRead(true));
    gateway.handler(pump::bring);
    gateway.endHandler(
        end -> {
          ended(over);
          client.end();
        });
    gateway.resume();
  }

  private void ended(AtomicBoolean over) {
    if (over.compareAndSet(false, true)) open.ended();
  }
}

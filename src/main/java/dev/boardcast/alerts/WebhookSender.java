package dev.boardcast.alerts;

import dev.boardcast.spi.Idempotency;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Posts messages to webhooks, signed, and to Slack. Of an answer only the status is looked at; its
 * body is not read, and a redirect is not followed. Confined to one event loop.
 */
final class WebhookSender implements Sender {
  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  private final HttpClient client;
  private final TargetResolver targets;
  private final AcknowledgeLinks links;
  private final Map<String, String> secrets;
  private final Duration timeout;

  WebhookSender(Vertx vertx, AlertsConfig config, AcknowledgeLinks links) {
    this.links = links;
    targets = new TargetResolver(vertx, config.privateTargets());
    secrets = config.secrets();
    timeout = config.sendTimeout();
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                // A connection that is used again was made to an address that was resolved before.
                .setKeepAlive(false)
                .setConnectTimeout((int) timeout.toMillis())
                .setDecompressionSupported(false));
  }

  @Override
  public Future<Void> send(Delivery delivery) {
    Channel channel = delivery.channel();
    String address = channel.urlSecret() == null ? channel.url() : secret(channel.urlSecret());
    Optional<URI> uri = address == null ? Optional.empty() : Channel.address(address);
    if (uri.isEmpty()) {
      return Future.failedFuture(
          new DeliveryException("alerts-secrets has no usable address for this channel"));
    }
    boolean isSlack = channel.type() == Channel.Type.SLACK;
    String body = isSlack ? WebhookBody.slack(delivery, links) : WebhookBody.of(delivery, links);
    String key = channel.secret() == null ? null : secret(channel.secret());
    if (channel.secret() != null && key == null) {
      return Future.failedFuture(
          new DeliveryException("alerts-secrets has no " + channel.secret()));
    }
    var attempt = new Attempt(uri.get(), delivery.id().toString(), Buffer.buffer(body), key);
    return targets
        .resolve(uri.get().getHost())
        .compose(attempt::run)
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(late -> attempt.end())
        .recover(cause -> Future.failedFuture(explained(cause, attempt.isSent)));
  }

  private String secret(String name) {
    return secrets.get(name);
  }

  private final class Attempt {
    private final URI uri;
    private final String id;
    private final Buffer body;
    private final String key;
    private HttpClientRequest request;
    private boolean isOver;
    private boolean isSent;

    Attempt(URI uri, String id, Buffer body, String key) {
      this.uri = uri;
      this.id = id;
      this.body = body;
      this.key = key;
    }

    Future<Void> run(InetAddress address) {
      if (isOver) return Future.failedFuture(new TimeoutException());
      boolean isTls = uri.getScheme().equals("https");
      int port = uri.getPort() > 0 ? uri.getPort() : isTls ? HTTPS : HTTP;
      String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
      var options =
          new RequestOptions()
              .setMethod(HttpMethod.POST)
              .setSsl(isTls)
              .setHost(uri.getHost())
              .setPort(port)
              .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
              .setFollowRedirects(false)
              .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
      return client.request(options).compose(this::send);
    }

    private Future<Void> send(HttpClientRequest opened) {
      request = opened;
      if (isOver) {
        end();
        return Future.failedFuture(new TimeoutException());
      }
      Instant now = Instant.now();
      opened.putHeader("Content-Type", "application/json");
      opened.putHeader("User-Agent", "Boardcast");
      opened.putHeader(Idempotency.HEADER, id);
      if (key != null) {
        opened.putHeader("Boardcast-Timestamp", Long.toString(now.getEpochSecond()));
        opened.putHeader("Boardcast-Signature", WebhookSignature.header(key, now, body.getBytes()));
      }
      isSent = true;
      return opened
          .send(body)
          .compose(
              response -> {
                int status = response.statusCode();
                end();
                if (status >= 200 && status < 300) return Future.succeededFuture();
                return Future.failedFuture(
                    new DeliveryException("the receiver answered " + status));
              });
    }

    /** Closes the connection; what the receiver still sends is not read. */
    void end() {
      isOver = true;
      if (request != null) request.connection().close();
    }
  }

  private static Throwable explained(Throwable cause, boolean isSent) {
    if (cause instanceof DeliveryException) return cause;
    if (cause instanceof TimeoutException) {
      return new DeliveryException("the receiver did not answer in time", isSent);
    }
    return new DeliveryException("the receiver could not be reached", isSent);
  }

  @Override
  public Future<Void> close() {
    return client.close();
  }
}

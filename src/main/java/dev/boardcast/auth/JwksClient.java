package dev.boardcast.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Fetches public signing keys (RFC 7517) from a URL, bounded in time and size. */
final class JwksClient {
  private static final int MAX_BYTES = 1 << 20;
  private static final Set<String> PUBLIC = Set.of("RSA", "EC");

  private final HttpClient client;
  private final String url;
  private final Duration timeout;

  JwksClient(Vertx vertx, String url, Duration timeout) {
    this.client =
        vertx.createHttpClient(new HttpClientOptions().setConnectTimeout((int) timeout.toMillis()));
    this.url = url;
    this.timeout = timeout;
  }

  /**
   * Fetches the keys once.
   *
   * @return fails when the URL cannot be reached, is slow, or does not answer with a key set
   */
  Future<List<JsonObject>> fetch() {
    var request =
        new RequestOptions()
            .setAbsoluteURI(url)
            .setMethod(HttpMethod.GET)
            .setFollowRedirects(true)
            .setTimeout(timeout.toMillis());
    return client
        .request(request)
        .compose(sent -> sent.send().compose(JwksClient::body))
        .timeout(timeout.toMillis() * 2, TimeUnit.MILLISECONDS)
        .map(JwksClient::keys);
  }

  Future<Void> close() {
    return client.close();
  }

  private static Future<Buffer> body(HttpClientResponse response) {
    if (response.statusCode() != 200) {
      return Future.failedFuture("answered " + response.statusCode());
    }
    Promise<Buffer> complete = Promise.promise();
    Buffer body = Buffer.buffer();
    response.exceptionHandler(complete::tryFail);
    response.handler(
        bytes -> {
          body.appendBuffer(bytes);
          if (body.length() > MAX_BYTES) {
            response.request().reset();
            complete.tryFail("answered more than " + MAX_BYTES + " bytes");
          }
        });
    response.endHandler(end -> complete.tryComplete(body));
    return complete.future();
  }

  private static List<JsonObject> keys(Buffer body) {
    try {
      var keys = new ArrayList<JsonObject>();
      JsonNode published = Json.MAPPER.readTree(body.getBytes()).path("keys");
      // An empty list withdraws all keys; without the list, the answer is another document.
      if (published.isArray() && published.isEmpty()) return keys;
      for (JsonNode key : published) {
        // Ignores shared secrets, which do not belong in a public list, and encryption keys.
        boolean signs = !key.path("use").asText("sig").equals("enc");
        if (signs && PUBLIC.contains(key.path("kty").asText())) {
          keys.add(new JsonObject(key.toString()));
        }
      }
      if (!keys.isEmpty()) return keys;
    } catch (IOException broken) {
      // Reported below without the content.
    }
    throw new IllegalArgumentException("answered no RSA or EC signing key");
  }
}

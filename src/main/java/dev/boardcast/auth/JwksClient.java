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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Fetches public signing keys (RFC 7517), bounded in time and size: from {@code jwt-jwks-url}, or
 * else from where the metadata of {@code oidc-issuer} says, which is read each time.
 */
final class JwksClient {
  private static final int MAX_BYTES = 1 << 20;
  private static final Set<String> PUBLIC = Set.of("RSA", "EC");

  private final HttpClient client;
  private final Optional<String> url;
  private final OidcConfig provider;
  private final Duration timeout;

  JwksClient(Vertx vertx, AuthConfig config, Duration timeout) {
    this.client =
        vertx.createHttpClient(new HttpClientOptions().setConnectTimeout((int) timeout.toMillis()));
    this.url = config.jwksUrl();
    this.provider = config.oidc();
    this.timeout = timeout;
  }

  /** The setting that says where the keys are. */
  String source() {
    return url.isPresent() ? "jwt-jwks-url" : "the keys of oidc-issuer";
  }

  /**
   * Fetches the keys once.
   *
   * @return fails when the URL cannot be reached, is slow, or does not answer with a key set
   */
  Future<List<JsonObject>> fetch() {
    return url.map(Future::succeededFuture)
        .orElseGet(this::discover)
        // A redirect could leave https, which the provider's metadata must name.
        .compose(found -> get(found, url.isPresent()))
        .timeout(timeout.toMillis() * 2, TimeUnit.MILLISECONDS)
        .map(JwksClient::keys);
  }

  private Future<String> discover() {
    return get(provider.metadataUrl().orElseThrow(), false).map(this::keysUrl);
  }

  private Future<Buffer> get(String from, boolean followsRedirects) {
    var request =
        new RequestOptions()
            .setAbsoluteURI(from)
            .setMethod(HttpMethod.GET)
            .setFollowRedirects(followsRedirects)
            .setTimeout(timeout.toMillis());
    return client.request(request).compose(sent -> sent.send().compose(JwksClient::body));
  }

  /** The metadata of another issuer would bring another's keys (OpenID Connect Discovery, 4.3). */
  private String keysUrl(Buffer metadata) {
    String issuer = provider.issuer().orElseThrow();
    try {
      JsonNode found = Json.MAPPER.readTree(metadata.getBytes());
      if (!issuer.equals(found.path("issuer").textValue())) {
        throw new IllegalArgumentException("its metadata is not that of " + issuer);
      }
      String keys = found.path("jwks_uri").asText();
      boolean isSecure = keys.startsWith("https://") || issuer.startsWith("http://");
      if (isSecure) return keys;
    } catch (IOException broken) {
      // Reported below without the content.
    }
    throw new IllegalArgumentException("its metadata names no https jwks_uri");
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
